package lotline.handheld

import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import lotline.Handheld
import lotline.Subscription
import lotline.core.Fault
import lotline.core.HandheldException
import lotline.core.Input
import lotline.core.Listener
import lotline.core.Screen

/** What the shell draws and hears. Always called on the executor given to [Worker]. */
interface Stage {
    /** Draw this. */
    fun show(screen: Screen)

    /** It did not work; the fault says what the person can do. The screen before stays. */
    fun failed(fault: Fault)
}

/**
 * Hands inputs to the core one after the other, off the main thread, and its screens back to the main thread.
 *
 * A screen that comes back means that the disk has it: nothing is drawn ahead of the core. After each screen the
 * write-ahead log is tidied, while nobody waits.
 */
class Worker(
    private val handheld: Handheld,
    private val main: Executor,
    private val stage: Stage,
) : AutoCloseable {
    private val core: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "lotline-core") }
    private val news: Subscription =
        handheld.subscribe(
            object : Listener {
                override fun changed() = refresh()
            },
        )

    /** Sends an input; its screen comes to [Stage.show]. */
    fun send(input: Input) = run { handheld.act(input) }

    /** Draws the screen as it is. */
    fun refresh() = run { handheld.screen() }

    private fun run(call: () -> Screen) {
        try {
            core.execute {
                val outcome = runCatching(call)
                main.execute { outcome.fold(stage::show) { stage.failed(faultOf(it)) } }
                runCatching { handheld.tidy() }
            }
        } catch (_: RejectedExecutionException) {
            // Closed: nobody looks any more, and what was sent before is on disk.
        }
    }

    /** Finishes what was sent, then lets the handheld go. */
    override fun close() {
        news.use { it.cancel() }
        core.shutdown()
    }
}

private fun faultOf(error: Throwable): Fault =
    when (error) {
        is HandheldException.Failed -> error.fault
        else -> throw error
    }

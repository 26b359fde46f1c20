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

/** A screen on its way to be drawn. */
class Shown(
    /** What to draw. */
    val screen: Screen,
    /** The tag of the language it is in; [lotline.Words] has the words around it. */
    val language: String,
    /** It answers something a person did: its cue is to be played, once. */
    val answers: Boolean,
)

/** What the shell draws and hears. Always called on the executor given to [Worker]. */
interface Stage {
    /** Draw this. */
    fun show(shown: Shown)

    /** It did not work; the fault says what the person can do. The screen before stays. */
    fun failed(fault: Fault)
}

/**
 * Hands inputs to the core one after the other, off the main thread, and its screens back to the main thread.
 *
 * [handheld] is asked for on that thread, too, because opening it waits for the disk. One that could not be opened is a
 * fault, and the next input tries again. A screen that comes back means that the disk has it: nothing is drawn ahead of
 * the core. After each screen the write-ahead log is tidied, while nobody waits. [core] is one thread; it ends with the worker.
 */
class Worker(
    private val handheld: () -> Handheld,
    private val main: Executor,
    private val stage: Stage,
    private val core: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "lotline-core") },
) : AutoCloseable {
    private var news: Subscription? = null
    private val listener =
        object : Listener {
            override fun changed() = refresh()
        }

    /** Sends an input; its screen comes to [Stage.show]. */
    fun send(input: Input): Unit = run(answers = input !is Input.Tick) { it.act(input) }

    /** Draws the screen as it is. */
    fun refresh(): Unit = run(answers = false) { it.screen() }

    private fun run(answers: Boolean, call: (Handheld) -> Screen) =
        execute {
            val outcome =
                runCatching {
                    val handheld = handheld()
                    // Before the first screen, so that nothing after it goes unheard.
                    if (news == null) news = handheld.subscribe(listener)
                    Shown(call(handheld), handheld.language(), answers)
                }
            main.execute { outcome.fold(stage::show) { stage.failed(faultOf(it)) } }
            if (outcome.isSuccess) runCatching { handheld().tidy() }
        }

    private fun execute(task: () -> Unit) {
        try {
            core.execute(task)
        } catch (_: RejectedExecutionException) {
            // Closed: nobody looks any more, and what was sent before is on disk.
        }
    }

    /** Finishes what was sent, then lets the handheld go. */
    override fun close() {
        execute { news?.use { it.cancel() } }
        core.shutdown()
    }
}

private fun faultOf(error: Throwable): Fault =
    when (error) {
        is HandheldException.Failed -> error.fault
        else -> throw error
    }

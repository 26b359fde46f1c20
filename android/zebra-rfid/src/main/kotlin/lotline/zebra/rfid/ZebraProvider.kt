package lotline.zebra.rfid

import android.content.Context
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import java.util.concurrent.RejectedExecutionException
import lotline.app.rfid.RfidProvider
import lotline.app.rfid.RfidReader
import lotline.app.rfid.TagSink

/** Zebra's sleds, where the app has Zebra's SDK in it. */
class ZebraProvider : RfidProvider {
    override val name = "zebra"

    override fun reader(context: Context): RfidReader? = ReflectedSdk.find(context)?.let { ZebraReader(it) }
}

/**
 * One of Zebra's readers. It is looked for and taken on a thread of its own, one thing after the other: each waits for the radio. What
 * fails there is a reader that is not there.
 */
internal class ZebraReader(private val sdk: Sdk, private val thread: ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "lotline-zebra-rfid") }) :
    RfidReader {
    // Only used on the thread.
    private var sled: Sled? = null
    private var locked = false

    override fun open(sink: TagSink) =
        later {
            val found =
                try {
                    sdk.readers().firstOrNull()?.also { it.connect(Heard(it, sink)) }
                } catch (_: SdkException) {
                    null
                }
            sled = found
            if (found != null) tries { trigger(tags = !locked) }
            sink.connected(found != null)
        }

    override fun read() = later { if (!locked) tries { perform() } }

    override fun pause() = later { tries { stop() } }

    override fun lock(locked: Boolean) =
        later {
            this.locked = locked
            if (locked) tries { stop() }
            tries { trigger(tags = !locked) }
        }

    override fun close() {
        later {
            tries { stop() }
            sled?.disconnect()
            sled = null
            sdk.close()
        }
        thread.shutdown()
    }

    private fun later(task: () -> Unit) {
        try {
            thread.execute(task)
        } catch (_: RejectedExecutionException) {
            // It was given back.
        }
    }

    // A reader that is busy or gone does not do it; its own event tells which.
    private fun tries(call: Sled.() -> Unit) {
        try {
            sled?.call()
        } catch (_: SdkException) {
            return
        }
    }

    private inner class Heard(private val from: Sled, private val sink: TagSink) : SledEvents {
        // All that waits: an event that comes while they are fetched tells of nothing more.
        override fun read() =
            try {
                var tags = from.tags(AT_ONCE)
                while (tags.isNotEmpty()) {
                    sink.seen(tags)
                    tags = if (tags.size == AT_ONCE) from.tags(AT_ONCE) else emptyList()
                }
            } catch (_: SdkException) {
                // What was not fetched is fetched with the next.
            }

        override fun trigger(pressed: Boolean) = if (pressed) this@ZebraReader.read() else pause()

        override fun gone() = sink.connected(false)
    }

    private companion object {
        const val AT_ONCE = 100
    }
}

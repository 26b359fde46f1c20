package lotline.app.rfid

import android.content.Context
import android.os.Handler
import android.os.Looper
import android.view.View
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.EngineState
import lotline.app.port.Front
import lotline.app.port.Reader
import lotline.app.port.ScanEngine
import lotline.app.view.Face
import lotline.core.Input
import lotline.core.Tag

/**
 * A scan engine with an RFID reader beside it, where one of the [found] providers has one. The reader's own trigger reads tags, and the
 * one on the screen reads labels; without a scanner it reads tags.
 */
class WithSled internal constructor(
    private val scanner: ScanEngine,
    private val context: Context,
    private val diagnostics: Diagnostics,
    private val found: () -> List<RfidProvider>,
) : ScanEngine {
    private val main = Handler(Looper.getMainLooper())
    private var sled: Sled? = null

    override fun start(reader: Reader) {
        stop()
        sled = sledFor(reader)
        val here = sled
        diagnostics.set(Fact.RFID, here?.provider?.name ?: "none")
        scanner.start(if (here == null) reader else here.Scanner())
        here?.open()
    }

    override fun stop() {
        scanner.stop()
        sled?.close()
        sled = null
    }

    override fun suspend(locked: Boolean) {
        scanner.suspend(locked)
        sled?.lock(locked)
    }

    override fun finder(front: Front): View? = scanner.finder(front)

    override fun dress(face: Face) = scanner.dress(face)

    override fun back(): Boolean = scanner.back()

    override fun trigger(pressed: Boolean) {
        val here = sled
        if (here != null && here.scannerAbsent) here.trigger(pressed) else scanner.trigger(pressed)
    }

    private fun sledFor(reader: Reader): Sled? =
        found().firstNotNullOfOrNull { provider -> provider.reader(context)?.let { Sled(provider, it, reader) } }

    private inner class Sled(val provider: RfidProvider, private val sled: RfidReader, private val reader: Reader) : TagSink {
        var scannerAbsent = false
            private set
        private var locked = false
        private var closed = false
        private val stream = TagStream { send(it) }

        fun open() = sled.open(this)

        fun close() {
            sled.close()
            stream.flush()
            closed = true
        }

        fun lock(locked: Boolean) {
            if (this.locked == locked) return
            this.locked = locked
            sled.lock(locked)
            if (locked) sled.pause()
        }

        fun trigger(pressed: Boolean) {
            if (pressed && !locked) sled.read() else sled.pause()
            if (!pressed) stream.flush()
        }

        override fun seen(tags: List<Tag>) = stream.add(tags)

        override fun connected(there: Boolean) {
            main.post { if (!closed && scannerAbsent) reader.engine(if (there) EngineState.READY else EngineState.OFF) }
        }

        private fun send(tags: List<Tag>) {
            if (closed) return
            diagnostics.count(Count.TAGS, tags.size.toLong())
            diagnostics.count(Count.TAG_BATCHES)
            reader.read(Input.Tags(tags))
        }

        /** What the scanner says goes on to the same reader; that there is none says nothing of the sled. */
        inner class Scanner : Reader {
            override fun read(input: Input) = reader.read(input)

            override fun engine(state: EngineState) {
                scannerAbsent = state == EngineState.ABSENT
                reader.engine(if (scannerAbsent) EngineState.OFF else state)
            }
        }
    }
}

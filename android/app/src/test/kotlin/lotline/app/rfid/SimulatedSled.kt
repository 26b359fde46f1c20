package lotline.app.rfid

import android.content.Context
import lotline.core.Tag

/** A sled of which a test says what it sees. Found like any maker's, because the tests name it as a service. */
class SimulatedSled : RfidProvider, RfidReader {
    override val name = "simulated"

    override fun reader(context: Context): RfidReader? = takeIf { there }

    override fun open(sink: TagSink) {
        Companion.sink = sink
        sink.connected(true)
    }

    override fun read() {
        reading = true
    }

    override fun pause() {
        reading = false
    }

    override fun lock(locked: Boolean) {
        Companion.locked = locked
    }

    override fun close() {
        sink = null
    }

    companion object {
        var there = false
        var reading = false
        var locked = false
        var sink: TagSink? = null

        /** One tag of a series. */
        fun tag(n: Int) = Tag("3034257BF7194E40%08X".format(n), -60, 1u, null, 0)
    }
}

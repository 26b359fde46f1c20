package lotline.app.rfid

import android.content.Context
import java.util.ServiceLoader
import lotline.core.Tag

/**
 * A kind of RFID reader. Found at run time by [ServiceLoader]: the app holds none of a maker's own code, and a module that does names its
 * provider in `META-INF/services/lotline.app.rfid.RfidProvider`. Where the module, or what it needs on the device, is missing, there
 * simply is no such reader.
 */
interface RfidProvider {
    /** What it is called in the diagnostics: a word. */
    val name: String

    /** The reader that is there now; null where none is. Asked on the main thread, and quick. */
    fun reader(context: Context): RfidReader?
}

/** A reader. Calls come on the main thread; [TagSink] is called on any. */
interface RfidReader {
    /** Takes the reader; what it sees goes to [sink] until [close]. Taking may go on after this returns. */
    fun open(sink: TagSink)

    /** Reads, until [pause]. Its own trigger does the same by itself. */
    fun read()

    /** Reads no more. */
    fun pause()

    /** Its own trigger does nothing while [locked]. */
    fun lock(locked: Boolean)

    /** Gives the reader back. */
    fun close()
}

/** Who hears of tags. Called on any thread, from several at once. */
interface TagSink {
    /** The reader saw these, in this order, repeats and all. */
    fun seen(tags: List<Tag>)

    /** It is there and can read, or it is gone. */
    fun connected(there: Boolean)
}

/** All readers of modules that the app was built with. */
internal fun providers(): List<RfidProvider> = ServiceLoader.load(RfidProvider::class.java, RfidProvider::class.java.classLoader).toList()

package lotline.app.rfid

import android.os.Handler
import android.os.Looper
import lotline.core.Tag

/**
 * From a reader's tags to a few batches a second: the core writes what a batch means in one transaction. No tag is dropped and none
 * goes twice.
 *
 * @param batch takes up to [MOST] tags, in the order they came; on the main thread.
 */
internal class TagStream(private val batch: (List<Tag>) -> Unit) {
    private val main = Handler(Looper.getMainLooper())
    private val lock = Any()
    private var waiting = ArrayList<Tag>()
    private val flush = Runnable { flush() }

    /** These were seen. From any thread; returns at once. */
    fun add(tags: List<Tag>) {
        if (tags.isEmpty()) return
        val first =
            synchronized(lock) {
                waiting.addAll(tags)
                waiting.size == tags.size
            }
        if (first) main.postDelayed(flush, PERIOD_MS)
    }

    /** What waits goes out now: the trigger was let go, or the reader is given back. On the main thread. */
    fun flush() {
        main.removeCallbacks(flush)
        val tags = synchronized(lock) { waiting.also { waiting = ArrayList() } }
        tags.chunked(MOST).forEach(batch)
    }

    internal companion object {
        /** How long tags are gathered, in milliseconds. */
        const val PERIOD_MS = 200L

        /** The most in one batch: `MOST_TAGS_AT_ONCE` of the core. */
        const val MOST = 10_000
    }
}

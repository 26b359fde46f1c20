package lotline.app.port

import android.view.View
import lotline.app.view.Face
import lotline.core.Input

/** What reads labels and tags: DataWedge, a sled, the camera. All calls come and go on the main thread. */
interface ScanEngine {
    /** The activity is in front: reads and news of the engine go to [reader] until [stop]. */
    fun start(reader: Reader)

    /** It is not any more: nobody hears of what is read. */
    fun stop()

    /** A stop waits to be acknowledged: the engine is locked while [locked]. Said anew with each screen. */
    fun suspend(locked: Boolean)

    /** The trigger that is drawn on the screen, or a key that stands for it, went down or up. */
    fun trigger(pressed: Boolean)

    /** What lies over the screen while it is aimed, where it is aimed on the screen. Asked for once by each activity. */
    fun finder(front: Front): View? = null

    /** This is drawn below. */
    fun dress(face: Face) = Unit

    /** A person wants to go back; whether that ended the aiming. */
    fun back(): Boolean = false
}

/** Who hears of reads. */
interface Reader {
    /** Something was read: a [Input.Scan] or [Input.Tags], as raw as the engine has it. */
    fun read(input: Input)

    /** The engine is like this now. */
    fun engine(state: EngineState)
}

/** How a scan engine is. */
enum class EngineState {
    /** The device has none that the app can use. */
    ABSENT,

    /** There is one, and it cannot read now: switched off, taken by another app, gone. */
    OFF,

    /** It reads when triggered. */
    READY,

    /** It reads now. */
    SCANNING,

    /** It waits until a stop is acknowledged. */
    LOCKED,
}

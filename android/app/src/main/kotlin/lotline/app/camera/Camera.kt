package lotline.app.camera

import android.view.TextureView
import java.nio.ByteBuffer

/** The camera at the back of the device. All calls come on the main thread. */
interface Camera {
    /** Whether it has a light. */
    val lit: Boolean

    /** Shows what it sees on [preview], and gives frames to [sight] until [close]. Opening goes on after this returns. */
    fun open(preview: TextureView, sight: Sight)

    /** Its light, while it is open. */
    fun light(on: Boolean)

    /** Gives the camera back. */
    fun close()
}

/** Who looks at frames. Called on the camera's own thread. */
interface Sight {
    /** Whether a frame would be looked at now. One that would not need not be copied. */
    val free: Boolean

    /** A frame. It is looked at, or let go: none waits. */
    fun frame(luma: Luma)

    /** The camera is gone: taken by another app, switched off by the fleet's management, broken. */
    fun lost()
}

/**
 * A luma plane: one byte a pixel, 0 black, [height] rows of [width] pixels, [stride] bytes apart. [bytes] is outside of the heap, where the
 * core reads it in place; until the sight is free again nobody else writes there.
 */
class Luma(val bytes: ByteBuffer, val width: Int, val height: Int, val stride: Int)

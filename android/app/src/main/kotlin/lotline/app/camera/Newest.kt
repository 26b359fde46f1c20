package lotline.app.camera

import java.util.concurrent.Executor
import java.util.concurrent.atomic.AtomicBoolean
import lotline.FrameCode
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.core.HandheldException
import lotline.readFrame

/**
 * Looks at one frame at a time, on [thread], and lets go what comes meanwhile: what is looked at next is the newest, and none waits. The
 * core says what is in it.
 *
 * @param found takes the codes of a frame that has any; on [thread].
 */
internal class Newest(
    private val thread: Executor,
    private val diagnostics: Diagnostics,
    private val lost: () -> Unit,
    private val found: (Luma, List<FrameCode>) -> Unit,
) : Sight {
    private val busy = AtomicBoolean()

    override val free: Boolean get() = !busy.get()

    override fun frame(luma: Luma) {
        if (!busy.compareAndSet(false, true)) return
        thread.execute {
            try {
                diagnostics.count(Count.FRAMES)
                val codes = readFrame(luma.bytes, luma.width.toUInt(), luma.height.toUInt(), luma.stride.toUInt())
                if (codes.isNotEmpty()) found(luma, codes)
            } catch (_: HandheldException) {
                // A buffer that is no frame: the next one may be.
            } finally {
                busy.set(false)
            }
        }
    }

    override fun lost() = lost.invoke()
}

/** Of several codes the one that is aimed at: nearest to the middle of the frame. */
internal fun aimedAt(luma: Luma, codes: List<FrameCode>): FrameCode =
    codes.minBy { code ->
        val x = code.corners.sumOf { it.x.toDouble() } / code.corners.size - luma.width / 2.0
        val y = code.corners.sumOf { it.y.toDouble() } / code.corners.size - luma.height / 2.0
        x * x + y * y
    }

package lotline.app.camera

import android.Manifest
import android.os.Handler
import android.os.Looper
import android.view.View
import java.util.concurrent.Executor
import lotline.FrameCode
import lotline.Word
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.EngineState
import lotline.app.port.Front
import lotline.app.port.Reader
import lotline.app.port.ScanEngine
import lotline.app.view.Face
import lotline.core.Input
import lotline.core.ScanSource

/**
 * The camera as a scan engine, where the device has no other. The trigger opens the finder and closes it; the first code that the core
 * reads in a frame is the scan, and closes it, too. The camera is held no longer than the finder is open.
 *
 * @param reading where frames are read: one thread, and not the main one.
 */
class CameraEngine internal constructor(private val camera: Camera, private val diagnostics: Diagnostics, private val reading: Executor) : ScanEngine {
    private val main = Handler(Looper.getMainLooper())
    private var reader: Reader? = null
    private var front: Front? = null
    private var finder: FinderView? = null
    private var locked = false
    private var broken = false

    /** What a finder that is open is known by: news of one that was closed before are for nobody. */
    private var aiming: Any? = null

    override fun finder(front: Front): View {
        this.front = front
        val view = FinderView(front.context, { close() }, camera::light)
        finder = view
        return view
    }

    override fun dress(face: Face) {
        finder?.show(face, camera.lit)
    }

    override fun start(reader: Reader) {
        this.reader = reader
        broken = false
        tell()
    }

    override fun stop() {
        close()
        reader = null
    }

    override fun suspend(locked: Boolean) {
        if (this.locked == locked) return
        this.locked = locked
        if (locked) close()
        tell()
    }

    override fun trigger(pressed: Boolean) {
        if (!pressed || locked || reader == null) return
        if (aiming != null) return close()
        front?.allow(Manifest.permission.CAMERA, Word.CAMERA_WHY, Word.CAMERA_DENIED) { allowed ->
            if (allowed) open() else tell()
        }
    }

    override fun back(): Boolean = (aiming != null).also { if (it) close() }

    private fun open() {
        val view = finder ?: return
        if (locked || reader == null || aiming != null) return
        val mark = Any()
        aiming = mark
        broken = false
        fun still(news: () -> Unit) = main.post { if (aiming === mark) news() }
        view.open()
        camera.open(
            view.preview,
            Newest(
                reading,
                diagnostics,
                lost = {
                    still {
                        broken = true
                        close()
                    }
                },
                found = { luma, codes -> aimedAt(luma, codes).let { code -> still { read(code) } } },
            ),
        )
        tell()
    }

    private fun read(code: FrameCode) {
        val reader = reader
        close()
        reader?.read(Input.Scan(code.bytes, code.symbology, ScanSource.CAMERA))
    }

    private fun close() {
        if (aiming == null) return
        aiming = null
        camera.close()
        finder?.close()
        tell()
    }

    private fun tell() {
        val state =
            when {
                locked -> EngineState.LOCKED
                aiming != null -> EngineState.SCANNING
                // The trigger asks again: it may be there by then.
                broken -> EngineState.OFF
                else -> EngineState.READY
            }
        diagnostics.set(Fact.SCANNER, listOf("camera", state.name.lowercase()))
        reader?.engine(state)
    }
}

package lotline.app.camera

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.ImageFormat
import android.graphics.SurfaceTexture
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureRequest
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.util.Size
import android.view.Surface
import android.view.TextureView
import java.nio.ByteBuffer
import kotlin.math.abs

/** The device's own camera, by Camera2. Where the system refuses it or takes it away, [Sight.lost] is told. */
class DeviceCamera(context: Context) : Camera {
    private val manager = context.getSystemService(CameraManager::class.java)
    private val id: String? = manager?.let(::back)
    private var held: Held? = null

    /** Whether there is one at all. */
    val there: Boolean get() = id != null

    override val lit: Boolean by lazy { about(CameraCharacteristics.FLASH_INFO_AVAILABLE) ?: false }

    private val size by lazy {
        val offered = about(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP)?.getOutputSizes(ImageFormat.YUV_420_888)
        nearest(offered.orEmpty().toList())
    }

    // Nothing where the camera was taken out, or the fleet's management switched it off.
    private fun <T> about(key: CameraCharacteristics.Key<T>): T? =
        try {
            id?.let { manager?.getCameraCharacteristics(it)?.get(key) }
        } catch (_: CameraAccessException) {
            null
        }

    override fun open(preview: TextureView, sight: Sight) {
        close()
        val (manager, id) = (manager ?: return sight.lost()) to (id ?: return sight.lost())
        held = Held(manager, id, size, preview, sight).also(Held::begin)
    }

    override fun light(on: Boolean) {
        held?.light(on)
    }

    override fun close() {
        held?.end()
        held = null
    }

    /** One opening, until it is ended: what comes later ends itself. */
    private class Held(
        private val manager: CameraManager,
        private val id: String,
        private val size: Size,
        private val preview: TextureView,
        private val sight: Sight,
    ) {
        private val thread = HandlerThread("lotline-camera").apply { start() }
        private val handler = Handler(thread.looper)
        private val frames = ImageReader.newInstance(size.width, size.height, ImageFormat.YUV_420_888, IMAGES)

        // Only used on the handler's thread. One room for all frames: the sight is free only when it has looked at the last.
        private var room: ByteBuffer = ByteBuffer.allocateDirect(0)
        private var device: CameraDevice? = null
        private var session: CameraCaptureSession? = null
        private var request: CaptureRequest.Builder? = null
        private var shines = false
        private var ended = false

        fun begin() {
            frames.setOnImageAvailableListener(::look, handler)
            if (preview.isAvailable) return handler.post(::open).let { }
            preview.surfaceTextureListener =
                object : TextureView.SurfaceTextureListener {
                    override fun onSurfaceTextureAvailable(surface: SurfaceTexture, width: Int, height: Int) {
                        handler.post(::open)
                    }

                    override fun onSurfaceTextureSizeChanged(surface: SurfaceTexture, width: Int, height: Int) = Unit

                    override fun onSurfaceTextureDestroyed(surface: SurfaceTexture) = true

                    override fun onSurfaceTextureUpdated(surface: SurfaceTexture) = Unit
                }
        }

        // The newest of what waits; where nobody would look it is not even copied.
        private fun look(from: ImageReader) {
            val image = from.acquireLatestImage() ?: return
            image.use {
                if (ended || !sight.free) return
                val plane = it.planes[0]
                sight.frame(Luma(copied(plane.buffer), it.width, it.height, plane.rowStride))
            }
        }

        private fun copied(plane: ByteBuffer): ByteBuffer {
            if (room.capacity() < plane.remaining()) room = ByteBuffer.allocateDirect(plane.remaining())
            room.clear()
            room.put(plane).flip()
            return room
        }

        // The engine asked for the permission before.
        @SuppressLint("MissingPermission")
        private fun open() {
            if (ended) return
            try {
                manager.openCamera(
                    id,
                    object : CameraDevice.StateCallback() {
                        override fun onOpened(camera: CameraDevice) {
                            if (ended) return camera.close()
                            device = camera
                            begin(camera)
                        }

                        override fun onDisconnected(camera: CameraDevice) = lose(camera)

                        override fun onError(camera: CameraDevice, error: Int) = lose(camera)
                    },
                    handler,
                )
            } catch (_: CameraAccessException) {
                sight.lost()
            } catch (_: SecurityException) {
                sight.lost()
            }
        }

        private fun lose(camera: CameraDevice) {
            camera.close()
            if (!ended) sight.lost()
        }

        // The call that this one is deprecated for came with Android 9; this one is on all that the app runs on.
        @Suppress("DEPRECATION")
        private fun begin(camera: CameraDevice) {
            val texture = preview.surfaceTexture ?: return sight.lost()
            texture.setDefaultBufferSize(size.width, size.height)
            val surfaces = listOf(Surface(texture), frames.surface)
            try {
                val builder = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
                surfaces.forEach(builder::addTarget)
                builder.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
                request = builder
                camera.createCaptureSession(
                    surfaces,
                    object : CameraCaptureSession.StateCallback() {
                        override fun onConfigured(ready: CameraCaptureSession) {
                            session = ready
                            repeat()
                        }

                        override fun onConfigureFailed(failed: CameraCaptureSession) = sight.lost()
                    },
                    handler,
                )
            } catch (_: CameraAccessException) {
                sight.lost()
            }
        }

        fun light(on: Boolean) {
            handler.post {
                shines = on
                repeat()
            }
        }

        private fun repeat() {
            val (session, builder) = (session ?: return) to (request ?: return)
            builder.set(CaptureRequest.FLASH_MODE, if (shines) CaptureRequest.FLASH_MODE_TORCH else CaptureRequest.FLASH_MODE_OFF)
            try {
                session.setRepeatingRequest(builder.build(), null, handler)
            } catch (_: CameraAccessException) {
                sight.lost()
            } catch (_: IllegalStateException) {
                // Closed meanwhile: nobody looks any more.
            }
        }

        fun end() {
            preview.surfaceTextureListener = null
            handler.post {
                ended = true
                session?.close()
                device?.close()
                frames.close()
                thread.quitSafely()
            }
        }
    }

    internal companion object {
        /** One is looked at while the next comes. */
        private const val IMAGES = 2

        /** What the core asks of a preview, in pixels: docs/reading-images.md. */
        private const val WANTED = 1280 * 960

        private fun back(manager: CameraManager): String? =
            try {
                manager.cameraIdList.firstOrNull {
                    manager.getCameraCharacteristics(it).get(CameraCharacteristics.LENS_FACING) == CameraCharacteristics.LENS_FACING_BACK
                }
            } catch (_: CameraAccessException) {
                null
            }

        /** Of what a camera offers: nearest in pixels to what the core wants; that itself where it says nothing. */
        fun nearest(sizes: List<Size>): Size = sizes.minByOrNull { abs(it.width * it.height - WANTED) } ?: Size(1280, 960)
    }
}

package lotline.app.port

import java.io.File
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import lotline.app.HandheldApp
import lotline.app.camera.CameraEngine
import lotline.app.camera.DeviceCamera
import lotline.app.datawedge.DataWedgeEngine
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.RfidSource
import lotline.app.keys.AndroidKeys
import lotline.app.power.DeviceBattery
import lotline.app.rfid.WithSled
import lotline.app.rfid.providers
import lotline.app.sync.DeviceSync
import lotline.core.Clock
import lotline.core.KeyStore

/** The ports of the device the app runs on. */
class DevicePorts(context: HandheldApp, folder: File) : Ports {
    override val clock: Clock = BootClock(context)
    override val keys: KeyStore = AndroidKeys(context, folder)
    override val diagnostics = Diagnostics(context)
    override val scanner: ScanEngine = withSled(context, diagnostics, scannerOf(context, diagnostics))
    override val battery: Battery = DeviceBattery(context, diagnostics) { context.background.execute(context::swapped) }
    override val sync: Sync = DeviceSync(context, context.background, diagnostics, context::handheld)
}

// What is configured is asked for anew each time the app comes to the front.
private fun scannerOf(context: HandheldApp, diagnostics: Diagnostics): ScanEngine =
    when {
        DataWedgeEngine.exists(context) -> DataWedgeEngine(context, diagnostics) { context.configuration().scan }
        else -> DeviceCamera(context).takeIf { it.there }?.let { CameraEngine(it, diagnostics, readingThread()) } ?: NoEngine
    }

// Frames are read beside all else, and only while somebody aims: the thread ends when it has nothing to do.
private fun readingThread() =
    ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, LinkedBlockingQueue()) { Thread(it, "lotline-frames") }.apply { allowCoreThreadTimeOut(true) }

private fun withSled(context: HandheldApp, diagnostics: Diagnostics, scanner: ScanEngine): ScanEngine =
    WithSled(scanner, context, diagnostics) { if (context.configuration().rfid == RfidSource.AUTO) providers() else emptyList() }

/** A device that reads nothing by itself: what is scanned is typed, or comes as keys. */
object NoEngine : ScanEngine {
    override fun start(reader: Reader) = reader.engine(EngineState.ABSENT)

    override fun stop() = Unit

    override fun suspend(locked: Boolean) = Unit

    override fun trigger(pressed: Boolean) = Unit
}

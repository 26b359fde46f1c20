package lotline.app.port

import android.content.Context
import lotline.core.Clock
import lotline.core.KeyException
import lotline.core.KeyStore

/** The ports of the device the app runs on. */
class DevicePorts(context: Context) : Ports {
    override val clock: Clock = BootClock(context)
    override val keys: KeyStore = NoKeys
    override val scanner: ScanEngine = NoEngine
    override val battery: Battery = SystemBattery(context)
}

/** A device without a key store that the app can use: it opens nothing and says so. */
private object NoKeys : KeyStore {
    private fun none(): Nothing = throw KeyException.Failed("the app has no key store on this device")

    override fun publicKey(): ByteArray = none()

    override fun sign(message: ByteArray): ByteArray = none()

    override fun wrap(secret: ByteArray): ByteArray = none()

    override fun unwrap(wrapped: ByteArray): ByteArray = none()
}

/** A device that reads nothing by itself: what is scanned is typed, or comes as keys. */
object NoEngine : ScanEngine {
    override fun start(reader: Reader) = reader.engine(EngineState.ABSENT)

    override fun stop() = Unit

    override fun suspend(locked: Boolean) = Unit

    override fun trigger(pressed: Boolean) = Unit
}

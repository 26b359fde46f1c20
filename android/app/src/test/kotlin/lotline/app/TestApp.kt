package lotline.app

import android.app.Application
import android.content.pm.ApplicationInfo
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import lotline.app.fleet.Diagnostics
import lotline.app.port.Battery
import lotline.app.port.Charge
import lotline.app.port.NoEngine
import lotline.app.port.NoSync
import lotline.app.port.Ports
import lotline.app.port.ScanEngine
import lotline.app.port.Sync
import lotline.core.Clock
import lotline.core.KeyStore
import lotline.core.Now
import org.robolectric.RuntimeEnvironment

/** The app on ports of the tests. Name it in `@Config(application = TestApp::class)`. */
open class TestApp : HandheldApp() {
    override val ports = TestPorts()

    override fun onCreate() {
        super.onCreate()
        readManifest(this)
    }
}

/** Robolectric reads compiled manifests alone. What of ours bears on the tests is done by hand; [ManifestTest] holds the two together. */
fun readManifest(app: Application) {
    app.applicationInfo.flags = app.applicationInfo.flags or ApplicationInfo.FLAG_SUPPORTS_RTL
}

/** What a device gives, with no device. */
class TestPorts : Ports {
    override val clock =
        object : Clock {
            override fun now() = Now(System.currentTimeMillis(), 60, (System.nanoTime() / 1_000_000).toULong(), "this boot")
        }
    override val keys: KeyStore = MemoryKeys()
    override val diagnostics by lazy { Diagnostics(RuntimeEnvironment.getApplication()) }
    override var scanner: ScanEngine = NoEngine
    override var battery: Battery =
        object : Battery {
            override fun start(gauge: (Charge) -> Unit) = gauge(Charge(80, low = false, charging = false))

            override fun stop() = Unit
        }
    override var sync: Sync = NoSync
}

/** A P-256 key in memory, where a device has the Android Keystore. */
class MemoryKeys : KeyStore {
    private val pair =
        KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()

    override fun publicKey(): ByteArray = pair.public.encoded

    override fun sign(message: ByteArray): ByteArray =
        Signature.getInstance("SHA256withECDSA").run {
            initSign(pair.private)
            update(message)
            sign()
        }

    // Nobody reads these files but the test that made them.
    override fun wrap(secret: ByteArray): ByteArray = secret

    override fun unwrap(wrapped: ByteArray): ByteArray = wrapped
}

package lotline.app

import android.app.Application
import android.content.pm.ApplicationInfo
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
import lotline.handheld.JdkKeys
import lotline.handheld.MachineClock
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
    override val clock: Clock = MachineClock()
    override val keys: KeyStore = JdkKeys()
    override val diagnostics by lazy { Diagnostics(RuntimeEnvironment.getApplication()) }
    override var scanner: ScanEngine = NoEngine
    override var battery: Battery =
        object : Battery {
            override fun start(gauge: (Charge) -> Unit) = gauge(Charge(80, low = false, charging = false))

            override fun stop() = Unit
        }
    override var sync: Sync = NoSync
}

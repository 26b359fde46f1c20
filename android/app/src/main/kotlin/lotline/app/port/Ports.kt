package lotline.app.port

import lotline.app.fleet.Diagnostics
import lotline.core.Clock
import lotline.core.KeyStore

/** What the app needs from the device it runs on. A test hands over others. */
interface Ports {
    /** The time. */
    val clock: Clock

    /** The device's key. */
    val keys: KeyStore

    /** What can be told of the device from afar. */
    val diagnostics: Diagnostics

    /** Whatever reads labels. */
    val scanner: ScanEngine

    /** The battery. */
    val battery: Battery

    /** When the core sends and fetches. */
    val sync: Sync
}

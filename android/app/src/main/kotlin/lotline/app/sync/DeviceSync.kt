package lotline.app.sync

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import java.util.concurrent.Executor
import lotline.Handheld
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.Sync
import lotline.core.Status

/**
 * In front: an open connection to the gateway, and word of each network that comes. Behind: no connection, no callback, no timer; what
 * is left to send is the [SyncJobs]' one job. What the core does for it runs on [background], because it may wait for the disk.
 */
class DeviceSync(
    private val context: Context,
    private val background: Executor,
    private val diagnostics: Diagnostics,
    private val handheld: () -> Handheld,
) : Sync {
    private val connectivity get() = context.getSystemService(ConnectivityManager::class.java)
    private val jobs = SyncJobs(context)
    private var callback: ConnectivityManager.NetworkCallback? = null
    private var queued: ULong? = null

    @Volatile
    override var inFront = false
        private set

    override fun start() {
        if (inFront) return
        inFront = true
        tell { it.startLive() }
        val hears =
            object : ConnectivityManager.NetworkCallback() {
                // Also said once at the start for the network that is there: harmless.
                override fun onAvailable(network: Network) = tell { it.networkChanged() }
            }
        callback = hears
        connectivity.registerDefaultNetworkCallback(hears)
    }

    override fun stop() {
        if (!inFront) return
        inFront = false
        callback?.let(connectivity::unregisterNetworkCallback)
        callback = null
        tell { it.stopLive() }
        queued?.let(jobs::left)
    }

    override fun shown(status: Status) {
        val before = queued
        queued = status.queued
        // The system is asked only where it matters, not with each scan.
        if (before != null && (before == 0uL) == (status.queued == 0uL)) return
        diagnostics.set(Fact.QUEUED, status.queued.toString())
        jobs.queued(status.queued)
    }

    private fun tell(what: (Handheld) -> Unit) =
        background.execute {
            // A handheld that cannot be opened is told of by whoever draws its screen.
            runCatching { what(handheld()) }
        }
}

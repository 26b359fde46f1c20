package lotline.app.sync

import android.app.job.JobParameters
import android.app.job.JobService
import android.os.Handler
import android.os.Looper
import lotline.app.HandheldApp
import lotline.app.fleet.Count
import lotline.app.fleet.Fact
import lotline.core.HandheldException

/**
 * Sends what is left, in the window that the system gives.
 *
 * It holds no step of its own: what was sent is marked by the core when the gateway has it, so a process that is killed anywhere in here
 * goes on at the same entry with the next job. The system keeps the device awake for it.
 */
class SyncJob : JobService() {
    private val main = Handler(Looper.getMainLooper())
    private val app get() = application as HandheldApp
    private var running: JobParameters? = null

    override fun onStartJob(params: JobParameters): Boolean {
        running = params
        app.background.execute {
            val again = sync()
            main.post { finish(params, again) }
        }
        return true
    }

    /**
     * The window is over, or the network is gone: the job comes again. The request under way ends by itself, as with any network that goes;
     * to suspend the core for it would turn away somebody who takes the device into the hand at that moment.
     */
    override fun onStopJob(params: JobParameters): Boolean {
        running = null
        app.ports.diagnostics.count(Count.SYNCS_STOPPED)
        return true
    }

    private fun sync(): Boolean {
        val diagnostics = app.ports.diagnostics
        if (!app.ports.sync.inFront) diagnostics.count(Count.WAKE_UPS)
        return try {
            val report = app.handheld().syncNow(DEADLINE_MS)
            if (!app.ports.sync.inFront && report.reached) diagnostics.count(Count.RADIO_BURSTS)
            if (report.more) diagnostics.count(Count.SYNCS_LEFT_MORE)
            diagnostics.set(Fact.LAST_SYNC, if (report.more) "more" else if (report.reached) "done" else "offline")
            report.more || !report.reached
        } catch (error: HandheldException.Failed) {
            // A person has to act: sign in, enrol, update. Waking up again would change nothing; the next capture asks anew.
            diagnostics.set(Fact.LAST_SYNC, error.fault.code)
            false
        }
    }

    private fun finish(params: JobParameters, again: Boolean) {
        // A job that the system stopped is over already.
        if (running !== params) return
        running = null
        jobFinished(params, again)
    }

    internal companion object {
        /** The system gives ten minutes, and takes them back earlier where it has to: what is left then has the next window. */
        const val DEADLINE_MS = 120_000uL
    }
}

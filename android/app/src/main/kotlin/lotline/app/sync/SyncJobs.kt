package lotline.app.sync

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.ComponentName
import android.content.Context
import java.util.concurrent.TimeUnit

/**
 * The sync of the background: one job, for as long as something is left to send.
 *
 * The system runs it when there is a network, in its own windows while the device sleeps (Doze), and starts the process for it where
 * that was killed. There is no timer, no wake lock and no alarm of ours, and with an empty queue there is no job at all: what others
 * did comes down when somebody takes the device into the hand.
 */
class SyncJobs(private val context: Context) {
    private val scheduler get() = context.getSystemService(JobScheduler::class.java)

    /**
     * There is [queued] on this device only. In front, the open connection sends it within the moment, so the job waits [LATER_MS]; it is
     * there for the process that is killed. One that waits is left as it is, however often this is said.
     */
    fun queued(queued: ULong) {
        if (queued == 0uL) cancel() else schedule(LATER_MS)
    }

    /** Nobody is in front any more: what is left goes with the next network. */
    fun left(queued: ULong) {
        if (queued == 0uL) return cancel()
        // Only a delay that is not over yet is taken away: a job that is due or runs is not begun anew.
        if (waiting()?.minLatencyMillis != 0L) scheduler.schedule(job(0))
    }

    /** Whether one waits or runs. */
    fun isWaiting() = waiting() != null

    private fun schedule(delay: Long) {
        // Scheduling a number again stops the job that runs under it.
        if (waiting() == null) scheduler.schedule(job(delay))
    }

    private fun cancel() {
        if (waiting() != null) scheduler.cancel(ID)
    }

    private fun waiting(): JobInfo? = scheduler.getPendingJob(ID)

    private fun job(delay: Long): JobInfo {
        val info =
            JobInfo.Builder(ID, ComponentName(context, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                // Twice as long after each time that left something: half a minute to five hours.
                .setBackoffCriteria(TimeUnit.SECONDS.toMillis(30), JobInfo.BACKOFF_POLICY_EXPONENTIAL)
                // A battery that was changed must not lose it.
                .setPersisted(true)
        if (delay > 0) info.setMinimumLatency(delay)
        return info.build()
    }

    internal companion object {
        /** The one job's number. */
        const val ID = 1

        /** How long the job leaves the sending to the connection in front. */
        val LATER_MS = TimeUnit.MINUTES.toMillis(5)
    }
}

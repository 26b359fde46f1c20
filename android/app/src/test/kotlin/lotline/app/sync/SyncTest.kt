package lotline.app.sync

import android.app.job.JobInfo
import android.app.job.JobScheduler
import android.content.Context
import android.net.ConnectivityManager
import android.os.Looper
import java.io.File
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import lotline.Handheld
import lotline.NoHandle
import lotline.Scenario
import lotline.app.HandheldApp
import lotline.app.TestPorts
import lotline.app.fleet.Count
import lotline.app.fleet.Fact
import lotline.app.until
import lotline.core.Input
import lotline.core.ScanSource
import lotline.core.Status
import lotline.handheld.Site
import lotline.handheld.scenarioFile
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ServiceController
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowNetwork

/** A scenario's handheld in the app, on a site that can be cut off. */
class SyncApp : HandheldApp() {
    override val ports = TestPorts()
    val folder: File = Files.createTempDirectory("lotline-sync").toFile()
    val file = scenarioFile("first_shift")
    val scenario: Scenario = Scenario.read(file.path)

    override fun open(): Handheld = scenario.open(folder.path)
}

/** The sync of the background, with the system's own scheduler and a real gateway. */
@RunWith(RobolectricTestRunner::class)
@Config(application = SyncApp::class)
class SyncTest {
    private val app = RuntimeEnvironment.getApplication() as SyncApp
    private val diagnostics = app.ports.diagnostics
    private val scheduler = app.getSystemService(JobScheduler::class.java)
    private val sync = DeviceSync(app, app.background, diagnostics, app::handheld).also { app.ports.sync = it }
    private var site: Site? = null

    @After
    fun close() {
        site?.close()
        app.folder.deleteRecursively()
    }

    private fun job(): JobInfo? = scheduler.getPendingJob(SyncJobs.ID)

    private fun queued(queued: Int) = sync.shown(Status(null, queued.toULong(), 0u, 0u, null, false, ""))

    @Test
    fun `what is captured has a job before anybody leaves, and an empty queue has none`() {
        assertNull(job())
        queued(0)
        assertNull(job())
        queued(1)
        val job = job()!!
        assertEquals(SyncJobs.LATER_MS, job.minLatencyMillis)
        assertEquals(JobInfo.NETWORK_TYPE_ANY, @Suppress("DEPRECATION") job.networkType)
        assertTrue("it stays through a changed battery", job.isPersisted)
        assertFalse(job.isPeriodic)
        assertEquals(JobInfo.BACKOFF_POLICY_EXPONENTIAL, job.backoffPolicy)
        assertFalse("no state of the device keeps it waiting", job.isRequireCharging || job.isRequireDeviceIdle)
        queued(0)
        assertNull(job())
    }

    @Test
    fun `there is one job however often it is asked for`() {
        queued(1)
        val first = job()
        repeat(50) { queued(it + 1) }
        assertEquals(1, scheduler.allPendingJobs.size)
        assertTrue("it was not begun anew", first === job())
    }

    @Test
    fun `whoever leaves the app leaves no connection, and the job waits for the network alone`() {
        val connectivity = shadowOf(app.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager)
        sync.start()
        assertTrue(sync.inFront)
        assertEquals(1, connectivity.networkCallbacks.size)
        queued(3)
        sync.stop()
        assertFalse(sync.inFront)
        assertEquals(0, connectivity.networkCallbacks.size)
        assertEquals(0L, job()!!.minLatencyMillis)
        val due = job()
        sync.start()
        sync.stop()
        assertTrue("one that is due or runs is not begun anew", due === job())
    }

    @Test
    fun `the job drains the queue at the gateway, with nobody in front`() {
        enrolled()
        capture()
        assertTrue(waiting() > 0u)
        val job = start()
        until("the job's end") { shadowOf(job.get()).isJobFinished }
        assertFalse(shadowOf(job.get()).isRescheduleNeeded)
        assertEquals(0uL, waiting())
        assertEquals(listOf("done"), diagnostics[Fact.LAST_SYNC])
        assertEquals(1L to 1L, diagnostics[Count.WAKE_UPS] to diagnostics[Count.RADIO_BURSTS])
    }

    @Test
    fun `row_48 a process that is killed in its job goes on at the same entry in the next window`() {
        enrolled()
        site!!.tell("cut")
        capture()
        val before = waiting()
        val cut = start()
        until("the job's end") { shadowOf(cut.get()).isJobFinished }
        assertTrue("it comes again", shadowOf(cut.get()).isRescheduleNeeded)
        assertEquals(before, waiting())
        assertEquals("a window without an answer is no burst", 0L, diagnostics[Count.RADIO_BURSTS])
        // The process dies: what is left is on the disk alone.
        app.handheld().close()
        // Moves the scenario's clock, so that its ids are new ones.
        app.scenario.step(0u)
        val again = app.scenario.open(app.folder.path)
        assertEquals(before, again.screen().status.queued)
        site!!.tell("mend")
        site!!.tell("settle ${app.scenario.nowMs()}")
        val report = again.syncNow(10_000u)
        assertEquals(before, report.acknowledged)
        assertEquals(0uL, again.screen().status.queued)
        again.close()
    }

    @Test
    fun `a job that the system stops comes again, and a person can work meanwhile`() {
        enrolled()
        site!!.tell("cut")
        capture()
        val job = start()
        assertTrue(job.get().onStopJob(shadowParameters()))
        capture()
        assertEquals(1L, diagnostics[Count.SYNCS_STOPPED])
        until("what it began ends") { diagnostics[Fact.LAST_SYNC].isNotEmpty() }
        shadowOf(Looper.getMainLooper()).idle()
        assertFalse("the system has ended it already", shadowOf(job.get()).isJobFinished)
        assertTrue(waiting() > 0u)
    }

    @Test
    fun `a job that only a person can help is not tried again`() {
        val job = start()
        until("the job's end") { shadowOf(job.get()).isJobFinished }
        assertFalse(shadowOf(job.get()).isRescheduleNeeded)
        assertEquals("a device that is not enrolled", listOf("unknown_device"), diagnostics[Fact.LAST_SYNC])
    }

    @Test
    fun `a network that comes is told to the core while somebody looks, and not after`() {
        val said = mutableListOf<String>()
        val core =
            object : Handheld(NoHandle) {
                override fun startLive() = said.plusAssign("live")

                override fun networkChanged() = said.plusAssign("network")

                override fun stopLive() = said.plusAssign("still")
            }
        val here = DeviceSync(app, { it.run() }, diagnostics) { core }
        here.start()
        val callback = shadowOf(app.getSystemService(ConnectivityManager::class.java)).networkCallbacks.single()
        callback.onAvailable(ShadowNetwork.newInstance(7))
        here.stop()
        here.stop()
        assertEquals(listOf("live", "network", "still"), said)
    }

    @Test
    fun `nothing in the app holds the device awake or wakes it by the clock`() {
        val sources = File("src/main").walk().filter { it.extension in setOf("kt", "xml") }.associate { it.path to it.readText() }
        for (word in listOf("WAKE_LOCK", "newWakeLock", "WifiLock", "AlarmManager", "setPeriodic", "FOREGROUND_SERVICE")) {
            assertEquals(word, emptyList<String>(), sources.filterValues { word in it }.keys.toList())
        }
    }

    private fun enrolled() {
        val begun = Site(app.file).also { site = it }
        app.handheld().enrol(begun.server, begun.code, app.scenario.device())
        begun.tell("settle ${app.scenario.nowMs()}")
        app.handheld().syncNow(10_000u)
    }

    private fun capture() {
        app.handheld().act(Input.Scan("]C0NOBODY".toByteArray(), null, ScanSource.SCAN))
    }

    private fun waiting(): ULong = app.handheld().screen().status.queued

    private fun start(): ServiceController<SyncJob> {
        val job = Robolectric.buildService(SyncJob::class.java).create()
        assertTrue(job.get().onStartJob(shadowParameters()))
        return job
    }

    private fun shadowParameters(): android.app.job.JobParameters {
        val constructor = android.app.job.JobParameters::class.java.declaredConstructors.maxBy { it.parameterCount }
        constructor.isAccessible = true
        val none =
            constructor.parameterTypes.map<Class<*>, Any?> { type ->
                when (type) {
                    Int::class.javaPrimitiveType -> 0
                    Boolean::class.javaPrimitiveType -> false
                    Long::class.javaPrimitiveType -> 0L
                    else -> null
                }
            }
        return constructor.newInstance(*none.toTypedArray()) as android.app.job.JobParameters
    }
}

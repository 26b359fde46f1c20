package lotline.app.rfid

import android.os.Looper
import java.time.Duration
import kotlin.concurrent.thread
import lotline.app.Player
import lotline.app.ScenarioApp
import lotline.app.fleet.Count
import lotline.core.Tag
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** Tags all the way: from a sled through the engine, the activity and its worker to the real core, and back to what is drawn. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "en-w320dp-h533dp-port-hdpi-12key")
class SweepTest {
    private val app = RuntimeEnvironment.getApplication() as ScenarioApp

    @After
    fun close() {
        SimulatedSled.there = false
    }

    private fun Player.field(label: String) = screen.fields.single { it.label == label }.value.toInt()

    @Test
    fun `a thousand tags a second reach the core while it is busy, each counted once`() {
        SimulatedSled.there = true
        app.ports.scanner = WithSled(app.engine, app, app.ports.diagnostics) { providers() }
        Player("sweep").use { player ->
            player.until("sweep.read")
            assertEquals(0, player.field("Other tags"))
            val before = app.ports.diagnostics[Count.TAGS]
            val (threads, seconds) = 4 to 5
            repeat(seconds) { second ->
                (0 until threads).map { t ->
                    thread {
                        // Ten a call, as a reader tells of them: 250 a thread and second.
                        repeat(25) { call -> SimulatedSled.sink!!.seen(List(10) { n -> other(((second * threads + t) * 25 + call) * 10 + n) }) }
                    }
                }.forEach(Thread::join)
                // The second passes on the main thread; the core does nothing of it yet.
                shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(1))
            }
            assertEquals("nothing is drawn ahead of the core", 0, player.field("Other tags"))
            player.settle()
            assertEquals(seconds * 1_000, player.field("Other tags"))
            assertEquals(seconds * 1_000L, app.ports.diagnostics[Count.TAGS] - before)
            assertTrue("in a few batches", app.ports.diagnostics[Count.TAG_BATCHES] <= seconds * 1_000 / TagStream.PERIOD_MS)
        }
    }

    /** One of a series of other companies' tags. */
    private fun other(n: Int): Tag = SimulatedSled.tag(n)
}

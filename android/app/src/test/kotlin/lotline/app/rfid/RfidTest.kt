package lotline.app.rfid

import android.app.Application
import android.os.Looper
import java.io.File
import java.nio.file.Files
import java.time.Duration
import kotlin.concurrent.thread
import lotline.Scenario
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.EngineState
import lotline.app.port.NoEngine
import lotline.app.port.Reader
import lotline.core.Input
import lotline.core.ScanSource
import lotline.core.Step
import lotline.core.Tag
import lotline.handheld.Site
import lotline.handheld.scenarioFile
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** Tags from a reader to the core. */
@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class RfidTest {
    private class Heard : Reader {
        val batches = mutableListOf<List<Tag>>()
        val states = mutableListOf<EngineState>()

        override fun read(input: Input) {
            batches += (input as Input.Tags).tags
        }

        override fun engine(state: EngineState) {
            states += state
        }
    }

    private val context: Application = RuntimeEnvironment.getApplication()
    private val diagnostics = Diagnostics(context)
    private val heard = Heard()
    private val engine = WithSled(NoEngine, context, diagnostics) { providers() }

    private fun pass(ms: Long) = shadowOf(Looper.getMainLooper()).idleFor(Duration.ofMillis(ms))

    @After
    fun close() {
        engine.stop()
        SimulatedSled.there = false
        SimulatedSled.locked = false
        SimulatedSled.reading = false
    }

    private fun begin(there: Boolean = true) {
        SimulatedSled.there = there
        engine.start(heard)
        pass(1)
    }

    @Test
    fun `a thousand tags a second from several threads reach the reader in a few batches, each once and in order`() {
        begin()
        val threads = 4
        val second = 1_000
        repeat(10) { seconds ->
            (0 until threads).map { t ->
                thread {
                    for (n in 0 until second / threads) SimulatedSled.sink!!.seen(listOf(SimulatedSled.tag((t shl 16) + seconds * (second / threads) + n)))
                }
            }.forEach(Thread::join)
            pass(1_000)
        }
        val all = heard.batches.flatten().map { it.epc }
        assertEquals(10 * second, all.size)
        assertEquals(10 * second, all.toSet().size)
        for (t in 0 until threads) {
            val own = all.map { it.takeLast(8).toInt(16) }.filter { it shr 16 == t }
            assertEquals(own.sorted(), own)
        }
        assertTrue("${heard.batches.size} batches", heard.batches.size <= 10 * 1_000 / TagStream.PERIOD_MS)
        assertEquals(10L * second to heard.batches.size.toLong(), diagnostics[Count.TAGS] to diagnostics[Count.TAG_BATCHES])
    }

    @Test
    fun `repeats go to the core, and more than it takes at once go in two`() {
        begin()
        SimulatedSled.sink!!.seen(List(TagStream.MOST + 5) { SimulatedSled.tag(7) })
        pass(TagStream.PERIOD_MS)
        assertEquals(listOf(TagStream.MOST, 5), heard.batches.map { it.size })
    }

    @Test
    fun `what was seen is handed over when the trigger is let go and when the activity leaves`() {
        begin()
        engine.trigger(true)
        assertTrue(SimulatedSled.reading)
        SimulatedSled.sink!!.seen(listOf(SimulatedSled.tag(1)))
        engine.trigger(false)
        assertFalse(SimulatedSled.reading)
        assertEquals(1, heard.batches.size)
        SimulatedSled.sink!!.seen(listOf(SimulatedSled.tag(2)))
        engine.stop()
        assertEquals(2, heard.batches.size)
        pass(1_000)
        assertEquals(2, heard.batches.size)
    }

    @Test
    fun `a sled is found at run time, and where none is there is none`() {
        begin(there = false)
        assertEquals(listOf("none") to EngineState.ABSENT, diagnostics[Fact.RFID] to heard.states.last())
        begin()
        assertEquals(listOf("simulated") to EngineState.READY, diagnostics[Fact.RFID] to heard.states.last())
    }

    @Test
    fun `a stop locks the sled until it is acknowledged`() {
        begin()
        engine.trigger(true)
        engine.suspend(true)
        assertTrue(SimulatedSled.locked)
        assertFalse(SimulatedSled.reading)
        engine.trigger(true)
        assertFalse(SimulatedSled.reading)
        engine.suspend(false)
        assertFalse(SimulatedSled.locked)
    }

    @Test
    fun `no maker's code is in the app`() {
        val sources = listOf("src/main", "pom.xml").flatMap { File(it).walk() }.filter { it.isFile }
        assertEquals(emptyList<String>(), sources.filter { "com.zebra.rfid" in it.readText() }.map { it.path })
    }

    @Test
    fun `of ten thousand reads the real core counts each tag of the place once`() {
        val file = scenarioFile("sweep")
        val folder = Files.createTempDirectory("lotline-sweep").toFile()
        Scenario.read(file.path).use { scenario ->
            Site(file).use { site ->
                scenario.open(folder.path).use { handheld ->
                    handheld.enrol(site.server, site.code, scenario.device())
                    site.tell("settle ${scenario.nowMs()}")
                    handheld.syncNow(10_000u)
                    var step = 0u
                    // Until the place is scanned whose tags come next.
                    while (handheld.screen().id != "sweep.read") {
                        val next = scenario.step(step++)
                        if (next is Step.Act) handheld.act(next.input)
                    }
                    val tags = ((scenario.step(step) as Step.Act).input as Input.Tags).tags
                    val expected = handheld.act(Input.Tags(tags)).fields
                    begin()
                    repeat(50) {
                        SimulatedSled.sink!!.seen(List(200) { n -> tags[n % tags.size] })
                        pass(TagStream.PERIOD_MS)
                    }
                    assertEquals(10_000, heard.batches.sumOf { it.size })
                    assertEquals(50, heard.batches.size)
                    heard.batches.forEach { handheld.act(Input.Tags(it)) }
                    assertEquals(expected, handheld.screen().fields)
                    handheld.act(Input.Scan("]C0B-1042".toByteArray(), null, ScanSource.SCAN))
                }
            }
        }
        folder.deleteRecursively()
    }
}

package lotline.app.datawedge

import android.os.Looper
import java.time.Duration
import lotline.Word
import lotline.app.Player
import lotline.app.ScenarioApp
import lotline.app.TestEngine
import lotline.app.port.EngineState
import lotline.app.port.Reader
import lotline.app.port.ScanEngine
import lotline.app.texts
import lotline.app.view.Vocabulary
import lotline.core.Input
import lotline.core.Tone
import lotline.screenToJson
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** Labels as DataWedge broadcasts them, through the real activity into the real core, and what is drawn of them. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "w320dp-h533dp-port-hdpi-12key")
class BroadcastTest {
    private val app = RuntimeEnvironment.getApplication() as ScenarioApp
    private val wedge = DataWedgeStandIn(app)

    @After
    fun remove() = wedge.remove()

    @Test
    fun `a shift of labels that are broadcast is drawn as its golden says, and while a stop stands the scanner is suspended`() {
        wedge.install()
        app.ports.scanner = Both(app.engine, DataWedgeEngine(app, app.ports.diagnostics))
        val locked = Vocabulary("en").use { it[Word.ENGINE_LOCKED] }
        var (scans, stops) = 0 to 0
        Player("first_shift").use { player ->
            player.scanner = { scan ->
                // What was said to DataWedge before is heard.
                pass(player)
                // What another scanner reads while a stop stands comes all the same, and the core refuses it.
                if (wedge.suspended) player.read(scan) else broadcast(scan)
                scans += 1
            }
            val expected = player.scenario.expected()
            var n = 0
            do {
                assertEquals("screen $n", expected[n], screenToJson(player.screen))
                pass(player)
                val drawn = texts(player.activity)
                assertTrue("screen $n: ${player.screen.prompt} is not in $drawn", player.screen.prompt in drawn)
                val stands = player.screen.tone == Tone.STOP
                assertEquals("screen $n: suspended", stands, wedge.suspended)
                assertEquals("screen $n: $drawn", stands, drawn.any { locked in it })
                if (stands) stops += 1
                n += 1
            } while (player.step())
            assertEquals("so many screens", expected.size, n)
        }
        assertTrue("$scans scans, $stops stops", scans > 15 && stops > 2)
    }

    private fun pass(player: Player) {
        shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(1))
        player.settle()
    }

    /** As DataWedge does with `code_id_type` 1: the identifier stands in the text, the bytes are the symbol's. */
    private fun broadcast(scan: Input.Scan) {
        val text = scan.bytes.decodeToString()
        val type = checkNotNull(LABEL_TYPES[text.take(3)]) { "no label type for $text" }
        wedge.scan(text.drop(3).toByteArray(), type, text)
    }

    /** DataWedge for labels; the scenario's other inputs by the tests' own engine, which says nothing of its state. */
    private class Both(private val other: TestEngine, private val wedge: ScanEngine) : ScanEngine by wedge {
        override fun start(reader: Reader) {
            wedge.start(reader)
            other.start(
                object : Reader {
                    override fun read(input: Input) = reader.read(input)

                    override fun engine(state: EngineState) = Unit
                },
            )
        }

        override fun stop() {
            wedge.stop()
            other.stop()
        }
    }

    private companion object {
        val LABEL_TYPES =
            mapOf(
                "]C0" to "LABEL-TYPE-CODE128",
                "]C1" to "LABEL-TYPE-EAN128",
                "]d1" to "LABEL-TYPE-DATAMATRIX",
                "]d2" to "LABEL-TYPE-GS1-DATAMATRIX",
                "]Q3" to "LABEL-TYPE-GS1-QRCODE",
                "]E0" to "LABEL-TYPE-EAN13",
            )
    }
}

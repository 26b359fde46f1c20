package lotline.handheld

import java.nio.file.Path
import java.util.concurrent.Executors
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import lotline.Handheld
import lotline.Setup
import lotline.core.Fault
import lotline.core.HandheldException
import lotline.core.Input
import lotline.core.KeyStore
import lotline.core.Listener
import lotline.core.Remedy
import lotline.core.ScanSource
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** Ports written in Kotlin, and errors as Kotlin sees them. */
class BoundaryTest {
    private val clock = MachineClock()

    private fun open(folder: Path, keys: KeyStore = JdkKeys()): Handheld =
        Handheld.open(Setup(folder = folder.toString(), app = "0.1.0", language = "de"), clock, keys)

    @Test
    fun `a key made in Kotlin enrols a device at a real gateway, and its pushes are taken`(@TempDir folder: Path) {
        Site(scenarioFile("first_shift")).use { site ->
            // The gateway's clock stands at the scenario's start: the device learns the difference from its answers.
            open(folder).use { handheld ->
                handheld.enrol(site.server, site.code, "HH-07")
                handheld.act(scan("B-1042"))
                val screen = handheld.act(Input.Enter("pin", "4711"))
                assertEquals("home", screen.id)
                val report = handheld.syncNow(10_000u)
                assertTrue(report.reached && report.acknowledged > 0u, "$report")
            }
        }
    }

    @Test
    fun `a code that nobody issued is refused by name`(@TempDir folder: Path) {
        Site(scenarioFile("first_shift")).use { site ->
            open(folder).use { handheld ->
                val error =
                    assertThrows(HandheldException.Failed::class.java) {
                        handheld.enrol(site.server, "AAAA-BBBB-CCCC", "HH-07")
                    }
                assertEquals("bad_code" to Remedy.SIGN_IN, error.fault.code to error.fault.remedy)
            }
        }
    }

    @Test
    fun `a port that fails is an error with a remedy, and the next call works`(@TempDir folder: Path) {
        open(folder).use { handheld ->
            clock.failNext = true
            val error = assertThrows(HandheldException.Failed::class.java) { handheld.act(scan("B-1042")) }
            assertEquals("panic" to Remedy.BUG, error.fault.code to error.fault.remedy)
            assertNotNull(handheld.act(scan("B-1042")).prompt)
        }
    }

    @Test
    fun `suspended it holds no file and resumed it goes on`(@TempDir folder: Path) {
        open(folder).use { handheld ->
            val before = handheld.screen()
            handheld.suspend()
            handheld.resume()
            assertEquals(before, handheld.screen())
        }
    }

    @Test
    fun `the worker shows one screen an input in their order, on the executor it was given`(@TempDir folder: Path) {
        val shown = LinkedBlockingQueue<Pair<String, String>>()
        val stage =
            object : Stage {
                override fun show(shown: Shown) = note("shown ${shown.screen.id} ${shown.language} ${shown.answers}")

                override fun failed(fault: Fault) = note("failed ${fault.code}")

                private fun note(what: String) {
                    shown += Thread.currentThread().name to what
                }
            }
        val main = Executors.newSingleThreadExecutor { Thread(it, "main of the tests") }
        val core = Executors.newSingleThreadExecutor()
        open(folder).use { handheld ->
            Worker({ handheld }, main, stage, core).use { worker ->
                worker.refresh()
                worker.send(scan("nobody's badge"))
                worker.send(Input.Choose("acknowledge"))
            }
            // It tidies behind its last screen, and writes to the folder for that.
            assertTrue(core.awaitTermination(1, TimeUnit.MINUTES))
            val seen = List(3) { shown.poll(10, TimeUnit.SECONDS) }
            val expected = listOf("shown sign_in.badge de false", "shown stop de true", "shown sign_in.badge de true")
            assertEquals(expected.map { "main of the tests" to it }, seen)
        }
        main.shutdown()
    }

    @Test
    fun `a listener hears of sync until it is cancelled`(@TempDir folder: Path) {
        Site(scenarioFile("first_shift")).use { site ->
            open(folder).use { handheld ->
                handheld.enrol(site.server, site.code, "HH-07")
                val heard = LinkedBlockingQueue<Unit>()
                val subscription =
                    handheld.subscribe(
                        object : Listener {
                            override fun changed() {
                                heard += Unit
                            }
                        },
                    )
                handheld.syncNow(10_000u)
                assertTrue(heard.isNotEmpty())
                subscription.cancel()
                heard.clear()
                handheld.syncNow(10_000u)
                assertTrue(heard.isEmpty())
            }
        }
    }

    private fun scan(text: String) = Input.Scan(text.encodeToByteArray(), null, ScanSource.SCAN)
}

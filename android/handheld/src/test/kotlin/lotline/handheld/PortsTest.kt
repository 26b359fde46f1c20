package lotline.handheld

import java.io.File
import java.nio.file.Path
import lotline.Handheld
import lotline.Scenario
import lotline.core.AskedUnit
import lotline.core.Genuine
import lotline.core.HandheldException
import lotline.core.Input
import lotline.core.NoAnswer
import lotline.core.Printed
import lotline.core.Printer
import lotline.core.ScanSource
import lotline.core.Screen
import lotline.core.Verifier
import lotline.encrypts
import lotline.setAside
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** A printer that keeps what it prints, and says what it is told to. */
private class Paper(private val says: Printed = Printed.Done) : Printer {
    val labels = mutableListOf<String>()

    override fun printZpl(zpl: ByteArray): Printed {
        labels += zpl.decodeToString()
        return says
    }
}

/** A printer whose driver throws. */
private class Broken : Printer {
    override fun printZpl(zpl: ByteArray): Printed = error("a printer of the tests that failed")
}

/** Whoever made the units, as far as these tests know. */
private class Maker(private val answer: (AskedUnit) -> Genuine) : Verifier {
    override fun verify(unit: AskedUnit): Genuine = answer(unit)

    override fun name() = "a maker of the tests"
}

/** The doors beside `act`, on the real library: labels, copies, verification and reports. */
class PortsTest {
    private fun at(scenario: String, folder: Path, test: Handheld.() -> Unit) {
        val file = scenarioFile(scenario)
        Site(file).use { site ->
            Scenario.read(file.path).use { read ->
                read.open(folder.toString()).use { handheld ->
                    handheld.enrol(site.server, site.code, read.device())
                    site.tell("settle ${read.nowMs()}")
                    handheld.syncNow(10_000u)
                    handheld.scan("]C0B-1042")
                    handheld.act(Input.Enter("pin", "4711"))
                    handheld.test()
                }
            }
        }
    }

    private fun Handheld.scan(text: String) = act(Input.Scan(text.encodeToByteArray(), null, ScanSource.SCAN))

    private fun Handheld.choose(id: String): Screen = act(Input.Choose(id))

    /** Begins a flow that stands under *More work*, on whichever of its pages. */
    private fun Handheld.begin(flow: String) {
        var screen = choose("more")
        repeat(6) {
            if (screen.actions.none { it.id == flow }) screen = choose("next")
        }
        choose(flow)
    }

    private fun Handheld.faultOf(call: () -> Unit) =
        assertThrows(HandheldException.Failed::class.java) { call() }.fault.code

    @Test
    fun `what was captured can be read in the files only where the library does not encrypt`(@TempDir folder: Path) {
        assertEquals(property("lotline.encrypts").toBoolean(), encrypts())
        at("relabel_own", folder) {
            begin("relabel")
            scan(UNIT)
            tidy()
        }
        val files = checkNotNull(folder.toFile().listFiles { file: File -> file.isFile })
        val said = files.joinToString("") { it.readText(Charsets.ISO_8859_1) }
        for (told in listOf("SQLite format 3", "CREATE TABLE", "Amoxicillin")) {
            assertEquals(!encrypts(), told in said, told)
        }
        val aside = setAside(folder.toString())
        assertEquals(files.map { it.name }.toSet(), File(aside).list()?.toSet())
    }

    @Test
    fun `an open label is printed once, also after a driver that threw`(@TempDir folder: Path) =
        at("relabel_own", folder) {
            begin("relabel")
            scan(UNIT)
            choose("reason:unreadable")
            val open = openLabels().single()
            assertEquals("panic", faultOf { printOpenLabel(open.lease, open.number, "Amoxicillin", Broken()) })
            assertEquals(listOf(open), openLabels(), "nobody knows whether it came out")
            val paper = Paper()
            val print = printOpenLabel(open.lease, open.number, "Amoxicillin", paper)
            assertEquals(Printed.Done to 1u, print.printed to print.times)
            val zpl = paper.labels.single()
            assertTrue(zpl.startsWith("^XA") && "Amoxicillin" in zpl && OWN in zpl, zpl)
            assertTrue(openLabels().isEmpty())
            assertEquals("not_open", faultOf { printOpenLabel(open.lease, open.number, "", paper) })
        }

    @Test
    fun `a copy waits until a printer has printed it`(@TempDir folder: Path) =
        at("relabel_own", folder) {
            begin("relabel")
            scan(UNIT)
            choose("reason:unreadable")
            scan("]C18004$OWN")
            choose("reason:lost")
            val waiting = waitingCopies()
            assertEquals(listOf("(8004)$OWN"), waiting)
            val jam = Printed.Failed("paper out")
            assertEquals(jam, printCopy("", Paper(jam)))
            assertEquals(waiting, waitingCopies())
            val paper = Paper()
            assertEquals(Printed.Done, printCopy("", paper))
            assertTrue(OWN in paper.labels.single())
            assertTrue(waitingCopies().isEmpty())
            assertEquals("not_open", faultOf { printCopy("", paper) })
        }

    @Test
    fun `a unit that came back waits until its maker answers`(@TempDir folder: Path) =
        at("returns", folder) {
            begin("returns")
            scan("]C0DOCK-2")
            act(Input.Enter("sender", "5400"))
            scan("]d2010952100000250021AX41S00091\u001d1727071910AX41")
            choose("stock")
            for (silent in listOf({ throw NoAnswer.Now("no network") }, { error("a bug of the provider") })) {
                val none = verifyNow(Maker { silent() })
                assertEquals(1uL to 1uL, none.waiting to none.unanswered)
            }
            val asked = mutableListOf<AskedUnit>()
            val answered = verifyNow(Maker { unit -> Genuine.ACTIVE.also { asked += unit } })
            assertEquals(listOf(AskedUnit("09521000002500", "AX41S00091")), asked)
            assertEquals(1uL to 0uL, answered.active to answered.refused)
            assertEquals(0uL, verifyNow(Maker { Genuine.ALERT }).waiting, "asked once")
        }

    @Test
    fun `a report is handed out as a file until somebody says where it was saved`(@TempDir folder: Path) =
        at("report", folder) {
            begin("report")
            choose("report:expiring")
            choose("policy_days")
            assertNull(waitingReport())
            choose("save:csv")
            val csv = waitingReport()!!
            assertEquals("text/csv", csv.mediaType)
            assertTrue(csv.name.endsWith(".csv") && "L2509X" in csv.bytes.decodeToString(), csv.name)
            assertTrue("Documents" in reportSaved("Documents").message)
            assertNull(waitingReport())
            choose("save:page")
            val page = waitingReport()!!
            assertEquals("text/html", page.mediaType)
            assertTrue("<html" in page.bytes.decodeToString())
            reportSaved("")
            assertNull(waitingReport(), "it could not be saved, and was said")
        }

    private companion object {
        const val UNIT = "]d2010952100000250021AX41S00001\u001d1727071910AX41"
        const val OWN = "952100000000000001"
    }
}

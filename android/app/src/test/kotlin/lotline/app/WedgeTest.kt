package lotline.app

import lotline.app.typing.Key
import lotline.app.typing.Wedge
import lotline.core.Action
import lotline.core.AwaitKind
import lotline.core.Awaits
import lotline.core.Input
import lotline.core.ScanSource
import lotline.core.Screen
import lotline.core.Style
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

/** Keys mean what they mean in the terminal (cli/src/terminal/wedge.rs has the same tests). */
class WedgeTest {
    private val wedge = Wedge()

    private fun screen(kind: AwaitKind): Screen =
        blank().copy(
            actions = listOf(Action("done", "Done", "F1", Style.MAIN), Action("put_away", "Put away", "1", Style.OTHER)),
            awaits = Awaits(kind, "f"),
        )

    private fun typed(screen: Screen, text: String, gapMs: Long): Input? {
        var now = 1_000L
        for (char in text) {
            assertNull(wedge.key(screen, Key.Char(char), now))
            now += gapMs
        }
        return wedge.key(screen, Key.Enter, now)
    }

    private fun scan(text: String, source: ScanSource) = Input.Scan(text.encodeToByteArray(), null, source)

    private fun assertScan(text: String, source: ScanSource, input: Input?) {
        val (expected, got) = scan(text, source) to input as Input.Scan
        assertEquals(text, got.bytes.decodeToString())
        assertEquals(expected.source, got.source)
    }

    @Test
    fun `a scanner that types gives a scan with its separators, a person gives typed text`() {
        val label = "]d20109506000134352\u001d10A1"
        assertScan(label, ScanSource.SCAN, typed(screen(AwaitKind.SCAN), label, 2))
        assertScan("A-01-01", ScanSource.TYPED, typed(screen(AwaitKind.SCAN), "A-01-01", 90))
    }

    @Test
    fun `a digit alone is a key, and the first of a fast code is not`() {
        val screen = screen(AwaitKind.SCAN)
        assertNull(wedge.key(screen, Key.Char('1'), 0))
        assertNull(wedge.idle(screen, 50))
        assertEquals(Input.Choose("put_away"), wedge.idle(screen, 200))
        assertScan("12345670", ScanSource.SCAN, typed(screen, "12345670", 3))
    }

    @Test
    fun `digits of a PIN are never keys`() {
        val screen = screen(AwaitKind.PIN)
        wedge.key(screen, Key.Char('1'), 0)
        assertNull(wedge.idle(screen, 10_000))
        assertEquals(Input.Enter("f", "1"), wedge.key(screen, Key.Enter, 10_000))
    }

    @Test
    fun `a code that is scanned where text is awaited is a scan, a digit is its key, all else is text`() {
        val screen = screen(AwaitKind.TEXT)
        assertScan("]C0SEAL-77", ScanSource.SCAN, typed(screen, "]C0SEAL-77", 2))
        assertEquals(Input.Choose("put_away"), typed(screen, "1", 2))
        for (text in listOf("SEAL-77", "]x", "[C0]")) assertEquals(Input.Enter("f", text), typed(screen, text, 2))
    }

    @Test
    fun `enter alone is the main action, function keys their own, back forgets before it leaves`() {
        val screen = screen(AwaitKind.SCAN)
        assertEquals(Input.Choose("done"), wedge.key(screen, Key.Enter, 0))
        assertEquals(Input.Choose("done"), wedge.key(screen, Key.Function(1), 0))
        assertNull(wedge.key(screen, Key.Function(3), 0))
        wedge.key(screen, Key.Char('7'), 0)
        assertNull(wedge.key(screen, Key.Back, 0))
        assertEquals(Input.Back, wedge.key(screen, Key.Back, 0))
    }

    @Test
    fun `what an input method wrote is a person's, and an erased character is gone`() {
        val screen = screen(AwaitKind.SCAN)
        wedge.replace("A-01-011")
        wedge.key(screen, Key.Erase, 5)
        assertScan("A-01-01", ScanSource.TYPED, wedge.key(screen, Key.Enter, 6))
    }
}

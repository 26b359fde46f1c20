package lotline.app

import lotline.app.view.flat
import org.junit.Assert.assertEquals
import org.junit.Test

/** FSI is written `<`, PDI `>`, LRI `[`, RLM `R`, so that the tests can be read. */
class IsolatesTest {
    private fun marks(text: String) = text.replace('<', '\u2068').replace('>', '\u2069').replace('[', '\u2066').replace('R', '\u200f')

    private fun assertFlat(expected: String, text: String, rightToLeft: Boolean = true) =
        assertEquals(marks(expected), flat(marks(text), rightToLeft))

    @Test
    fun `an isolate that goes the page's way is dropped, one that goes the other way stays`() {
        assertFlat("تنتهي [4> فبراير [2027>، [1 EA>", "تنتهي <R<4> <فبراير> <2027>>، <1 EA>")
        assertFlat("[A-01-01>", "<A-01-01>")
    }

    @Test
    fun `within one that stays the same holds of its own way`() {
        assertFlat("[HH-07 x>", "<HH-07 <x>>")
        assertEquals("a \u2067ب\u2069", flat("a \u2068ب\u2069", rightToLeft = false))
    }

    @Test
    fun `what is not isolated is left alone, and a stray end is dropped`() {
        assertFlat("A-01-01", "A-01-01")
        assertFlat("[1> 2", "<1>> 2")
    }
}

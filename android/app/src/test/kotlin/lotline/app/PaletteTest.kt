package lotline.app

import android.graphics.Color
import kotlin.math.max
import kotlin.math.min
import lotline.app.view.Colours
import lotline.app.view.Palette
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner

/** Contrast as WCAG 2.2 reckons it. */
@RunWith(RobolectricTestRunner::class)
class PaletteTest {
    private fun contrast(one: Int, other: Int): Float {
        val (a, b) = Color.luminance(one) to Color.luminance(other)
        return (max(a, b) + 0.05f) / (min(a, b) + 0.05f)
    }

    @Test
    fun `every ink can be read on its ground, seven to one`() {
        for (paint in Palette.entries) {
            val pairs =
                with(paint) { listOf(page, accept, warn, stop, main, other, careful, training, Colours(page.ground, quiet)) }
            for ((ground, ink) in pairs) {
                val reached = contrast(ground, ink)
                assertTrue("$paint: %06X on %06X is $reached".format(ink and 0xFFFFFF, ground and 0xFFFFFF), reached >= 7f)
            }
        }
    }

    @Test
    fun `what has been done stands out from what has not, three to one`() {
        for (paint in Palette.entries) assertTrue("$paint", contrast(paint.done, paint.open) >= 3f)
    }
}

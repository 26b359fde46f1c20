package lotline.app

import android.graphics.Bitmap
import android.graphics.BitmapFactory
import android.graphics.Color
import java.io.File
import kotlin.math.abs
import lotline.app.view.Vocabulary
import lotline.core.Remedy
import lotline.core.Screen
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** A few pictures that show what the rest are made of. `cargo xtask test --kotlin --bless` records them. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class)
class GoldenTest {
    private val app = RuntimeEnvironment.getApplication()
    private val folder = File("src/test/goldens")
    private val wrong = mutableListOf<String>()
    private val seen = mutableSetOf<String>()

    @Test
    fun `every picture is its golden`() {
        for (language in listOf("en", "de", "ar")) {
            val screens = firstShift(language)
            fun lay(n: Int, name: String, model: Model = Model.KEYED, percent: Int = 100, left: Boolean = false, sun: Boolean = false, lying: Boolean = false, change: (Screen) -> Screen = { it }) {
                val view = Layouts(app, model, lying).lay(change(screens[n]), language, percent, left, sun)
                compare("$name.$language", smaller(pictureOf(view), 0.5f))
            }
            lay(2, "home")
            lay(5, "accept")
            lay(9, "stop")
            lay(10, "warn-large", percent = 200)
            lay(1, "pin-touch", Model.TOUCH, sun = true)
            lay(39, "exception-left-sun", left = true, sun = true)
            lay(23, "lying", lying = true, left = language == "ar")
            lay(31, "training", change = { it.copy(status = it.status.copy(training = true)) })
        }
        fault()
        val recorded = folder.list().orEmpty().toSet()
        assertTrue("recorded and never drawn: ${recorded - seen}", recorded == seen)
        assertTrue(wrong.joinToString("\n"), wrong.isEmpty())
    }

    private fun fault() {
        val said = Vocabulary("en").use { it.fault(Remedy.CALL_SUPERVISOR) }
        val view = Layouts(app, Model.KEYED).lay(blank(), "en", 100, leftHanded = false, fault = said)
        compare("fault.en", smaller(pictureOf(view), 0.5f))
    }

    private fun firstShift(language: String): List<Screen> =
        Player("first_shift", language.takeIf { it != "en" }).use { player ->
            buildList { do add(player.screen) while (player.step()) }
        }

    private fun compare(name: String, picture: Bitmap) {
        val golden = File(folder, "$name.png")
        seen += golden.name
        if (System.getProperty("lotline.bless") == "1") return write(picture, golden)
        val known = if (golden.exists()) BitmapFactory.decodeFile(golden.path) else null
        val differs = (if (known == null) "it is not there" else differs(known, picture)) ?: return
        val drawn = File("target/goldens/${golden.name}")
        write(picture, drawn)
        wrong += "$name: $differs, in ${golden.path}; what was drawn is ${drawn.path}"
    }

    /** What looks different: too much of the whole, or of one spot, as a sign that is turned round; null where nothing does. */
    private fun differs(one: Bitmap, other: Bitmap): String? {
        if (one.width != other.width || one.height != other.height) return "the size differs"
        val (a, b) = pixels(one) to pixels(other)
        val far = BooleanArray(a.size) { far(a[it], b[it]) }
        val share = far.count { it }.toFloat() / far.size
        if (share > ALLOWED) return "${share * 100} % differs"
        for (top in 0..one.height - SPOT step SPOT / 2) {
            for (left in 0..one.width - SPOT step SPOT / 2) {
                val here = (0 until SPOT).sumOf { y -> (0 until SPOT).count { x -> far[(top + y) * one.width + left + x] } }
                if (here > ALLOWED_IN_SPOT) return "$here pixels differ at $left, $top"
            }
        }
        return null
    }

    private fun pixels(of: Bitmap) = IntArray(of.width * of.height).also { of.getPixels(it, 0, of.width, 0, 0, of.width, of.height) }

    private fun far(one: Int, other: Int): Boolean =
        listOf(Color.red(one) - Color.red(other), Color.green(one) - Color.green(other), Color.blue(one) - Color.blue(other))
            .any { abs(it) > NOTICED }

    private companion object {
        // Edges of letters may fall on either side of a pixel with another processor.
        const val ALLOWED = 0.002f
        const val SPOT = 16
        const val ALLOWED_IN_SPOT = 20
        const val NOTICED = 40
    }
}

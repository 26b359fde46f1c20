package lotline.app

import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import lotline.app.view.ScreenView
import lotline.core.Action
import lotline.core.AwaitKind
import lotline.core.Awaits
import lotline.core.Field
import lotline.core.Look
import lotline.core.Style
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** What looks over every screen of the flows notices what is wrong: each kind of fault, made on purpose in a screen that is good. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class LayoutsTest {
    private val layouts = Layouts(RuntimeEnvironment.getApplication(), Model.KEYED)
    private val screen =
        blank().copy(
            title = "RECEIVE",
            prompt = "Scan the goods",
            fields = listOf(Field(label = "Item", value = "Amoxicillin 500 mg", state = Look.PLAIN)),
            actions = listOf("F1", "F2", "F3", "F4").map { Action(id = it, label = "Action $it", key = it, style = Style.OTHER) },
        )

    private fun broken(how: (ScreenView) -> Unit): List<String> {
        val view = layouts.lay(screen, "en", 100, leftHanded = false)
        assertEquals(emptyList<String>(), layouts.faults(whole = true) + layouts.misplaced(leftHanded = false))
        how(view)
        return layouts.faults(whole = true) + layouts.misplaced(leftHanded = false)
    }

    private fun holds(what: String, faults: List<String>) = assertTrue("no «$what» in $faults", faults.any { what in it })

    private fun button() = checkNotNull(layouts.button("F1"))

    private fun View.lie(left: Int = this.left, top: Int = this.top, right: Int = this.right, bottom: Int = this.bottom) =
        layout(left, top, right, bottom)

    @Test
    fun `what reaches out of its parent is cut by it, on each of four sides`() {
        val sides =
            listOf<View.(ViewGroup) -> Unit>(
                { lie(left = -1) },
                { lie(top = -1) },
                { lie(right = it.width + 1) },
                { lie(bottom = it.height + 1) },
            )
        for (side in sides) holds("is cut by ActionButton", broken { button().run { getChildAt(1).side(this) } })
    }

    @Test
    fun `a row of what is read that is higher than its place is cut, too`() {
        holds("is cut by FactsView", broken { view -> fact(view).let { it.lie(bottom = (it.parent as View).height + 1) } })
    }

    @Test
    fun `text in less than its height is clipped`() {
        holds("of height and has", broken { button().getChildAt(1).run { lie(bottom = top + height / 2) } })
    }

    @Test
    fun `text in less than its width is clipped`() {
        holds("wide and has", broken { button().getChildAt(1).run { lie(right = left + width / 4) } })
    }

    @Test
    fun `a word that is broken is told`() {
        val faults = broken { view -> views(view).filterIsInstance<TextView>().first { it.text == "Scan the goods" }.relaid("Scannenscannenscannenscannenscannenscannen") }
        holds("breaks a word", faults)
    }

    @Test
    fun `what leaves the display is told`() {
        holds("leaves the display", broken { view -> view.getChildAt(0).offsetLeftAndRight(1) })
    }

    @Test
    fun `a button below the display is not in view`() {
        holds("is not in view", broken { button().offsetTopAndBottom(60) })
    }

    @Test
    fun `a button that is small, or that says nothing, is told`() {
        holds("is too small", broken { button().run { lie(bottom = top + 83) } })
        holds("says nothing", broken { button().contentDescription = "" })
    }

    @Test
    fun `a key at another place is told`() {
        val (f1, f2) = listOf("F1", "F2").map { key -> { checkNotNull(layouts.button(key)) } }
        val faults =
            broken {
                val (one, other) = f1() to f2()
                val (left, right) = other.left to one.left
                one.offsetLeftAndRight(left - one.left)
                other.offsetLeftAndRight(right - other.left)
            }
        holds("F1 stands at", faults)
        holds("F2 stands at", faults)
    }

    @Test
    fun `what is entered is called by its name, on the keys and on the keyboard, and read out so`() {
        val named = screen.copy(awaits = Awaits(AwaitKind.TEXT, "certificate", "Certificate"))
        val keyed = layouts.lay(named, "en", 100, leftHanded = false)
        val typed = views(keyed).filterIsInstance<TextView>().single { it.text.toString() == "Certificate" }
        assertEquals("Certificate: ", typed.contentDescription)
        val touched = Layouts(RuntimeEnvironment.getApplication(), Model.TOUCH).lay(named, "en", 100, leftHanded = false)
        assertEquals("Certificate", views(touched).filterIsInstance<EditText>().single().hint)
        val days = layouts.lay(screen.copy(awaits = Awaits(AwaitKind.QUANTITY, "days", "Days")), "en", 100, leftHanded = false)
        assertTrue(views(days).any { it.contentDescription == "Days: " })
        val pin = layouts.lay(screen.copy(awaits = Awaits(AwaitKind.PIN, "pin")), "en", 100, leftHanded = false)
        assertTrue("its kind says it all", views(pin).any { it.contentDescription?.startsWith("PIN: ") == true })
    }

    private fun fact(view: ScreenView): View =
        views(view).first { it.contentDescription?.startsWith("Item: ") == true }

    private fun TextView.relaid(words: String) {
        text = words
        measure(View.MeasureSpec.makeMeasureSpec(width, View.MeasureSpec.EXACTLY), View.MeasureSpec.makeMeasureSpec(0, View.MeasureSpec.UNSPECIFIED))
        layout(left, top, right, top + measuredHeight)
    }
}

package lotline.app

import android.content.Context
import android.content.res.Configuration
import android.graphics.Rect
import android.view.ContextThemeWrapper
import android.view.View
import android.view.View.MeasureSpec
import android.view.ViewGroup
import android.widget.EditText
import android.widget.ScrollView
import android.widget.TextView
import java.text.Bidi
import lotline.app.port.Charge
import lotline.app.port.EngineState
import lotline.app.typing.Key
import lotline.app.view.ActionButton
import lotline.app.view.Dress
import lotline.app.view.Face
import lotline.app.view.KeyCap
import lotline.app.view.ScreenView
import lotline.app.view.Touch
import lotline.app.view.Vocabulary
import lotline.core.Action
import lotline.core.Screen
import lotline.core.Settings

/** A kind of device, as far as it matters to what is drawn. */
enum class Model(val width: Int, val height: Int, val dpi: Int, val hasKeys: Boolean) {
    /** 4.3 inches with keys, as Zebra's MC9300 and MC3300 have it. */
    KEYED(480, 800, 240, true),

    /** The same without keys. */
    SMALL(480, 800, 240, false),

    /** 5 inches, touch alone, as a TC5x in its HD models. */
    TOUCH(720, 1280, 320, false),
}

/** Lays screens out without an activity, and looks at what came of it. */
class Layouts(base: Context, private val model: Model, private val lying: Boolean = false) {
    private val density = model.dpi / 160f
    private val wide = if (lying) model.height else model.width
    private val high = if (lying) model.width else model.height
    private val context = ContextThemeWrapper(base.createConfigurationContext(configuration()), android.R.style.Theme_Material_NoActionBar)
    private val view = ScreenView(context, NoTouch)
    private val words = mutableMapOf<String, Vocabulary>()

    private fun configuration() =
        Configuration().apply {
            densityDpi = model.dpi
            screenWidthDp = (wide / density).toInt()
            screenHeightDp = (high / density).toInt()
            orientation = if (lying) Configuration.ORIENTATION_LANDSCAPE else Configuration.ORIENTATION_PORTRAIT
            keyboard = if (model.hasKeys) Configuration.KEYBOARD_12KEY else Configuration.KEYBOARD_NOKEYS
            hardKeyboardHidden = if (model.hasKeys) Configuration.HARDKEYBOARDHIDDEN_NO else Configuration.HARDKEYBOARDHIDDEN_YES
        }

    /** Draws [screen] as a person with these settings sees it. */
    fun lay(screen: Screen, language: String, percent: Int, leftHanded: Boolean, sunlight: Boolean = false, fault: String? = null): ScreenView {
        val said = words.getOrPut(language) { Vocabulary(language) }
        val settings = Settings(language, percent.toUInt(), leftHanded, sunlight, 100u, true, false)
        val dress = Dress.of(context, settings, language, said.rightToLeft)
        val charge = Charge(80, low = false, charging = false)
        view.show(Face(screen, dress, said, engine = EngineState.READY, charge = charge, fault = fault))
        view.measure(MeasureSpec.makeMeasureSpec(wide, MeasureSpec.EXACTLY), MeasureSpec.makeMeasureSpec(high, MeasureSpec.EXACTLY))
        view.layout(0, 0, wide, high)
        return view
    }

    /**
     * What is wrong with what was laid out last; [whole] says that nothing at the thumb may need scrolling. Where a small display
     * draws the keys to type with, only they have to be in view: all of them and four actions are higher than it is.
     */
    fun faults(whole: Boolean): List<String> {
        val faults = mutableListOf<String>()
        for (seen in views(view)) {
            val place = placeOf(seen)
            if (seen.width == 0 || seen.height == 0) continue
            if (place.left < 0 || place.right > wide) faults += "${nameOf(seen)} leaves the display: $place"
            if (!scrolls(seen) && (place.top < 0 || place.bottom > high)) faults += "${nameOf(seen)} leaves the display: $place"
            if (seen is TextView) faults += clipped(seen)
            cutBy(seen)?.let { faults += "${nameOf(seen)} is cut by ${nameOf(it)}" }
            if (seen.hasOnClickListeners() || seen is ActionButton || seen is KeyCap || seen is EditText) {
                val least = LEAST_DP * density - 0.5f
                if (seen.width < least || seen.height < least) faults += "${nameOf(seen)} is too small: ${seen.width} x ${seen.height}"
                if (seen.contentDescription.isNullOrEmpty() && seen !is EditText) faults += "${nameOf(seen)} says nothing"
                if (whole && inPad(seen) && (model != Model.SMALL || seen is KeyCap) && (place.bottom > high || place.top < 0)) faults += "${nameOf(seen)} is not in view"
            }
        }
        return faults
    }

    /** Which keys do not stand at their places: F1 and F3 at the thumb, F2 and F4 beside them, F1 and F2 below. */
    fun misplaced(leftHanded: Boolean): List<String> {
        val faults = mutableListOf<String>()
        val places = listOf("F1", "F2", "F3", "F4").associateWith { key -> button(key)?.let(::placeOf) }
        for ((key, place) in places) {
            if (place == null) continue
            val atThumb = key == "F1" || key == "F3"
            val onLeft = place.centerX() < wide / 2
            if (atThumb != (onLeft == leftHanded)) faults += "$key stands at $place"
        }
        for ((lower, upper) in listOf("F1" to "F3", "F2" to "F4", "F1" to "F4", "F2" to "F3")) {
            val (below, above) = (places[lower] ?: continue) to (places[upper] ?: continue)
            if (below.top < above.bottom) faults += "$lower does not stand below $upper"
        }
        return faults
    }

    /** Where a view stands on the display. */
    fun placeOf(seen: View): Rect = Rect(0, 0, seen.width, seen.height).also { view.offsetDescendantRectToMyCoords(seen, it) }

    /** The button of an action's key. */
    fun button(key: String): ActionButton? = views(view).filterIsInstance<ActionButton>().find { it.action?.key == key }

    private fun clipped(text: TextView): List<String> {
        val layout = text.layout ?: return listOf("${nameOf(text)} is not laid out")
        val faults = mutableListOf<String>()
        val room = text.height - text.compoundPaddingTop - text.compoundPaddingBottom
        if (layout.height > room + 1) faults += "${nameOf(text)} needs ${layout.height} of height and has $room"
        // More than two, and Android before 15 puts them in a wrong order from the second line on.
        val bidi = Bidi(text.text.toString(), if (view.layoutDirection == View.LAYOUT_DIRECTION_RTL) 1 else 0)
        val levels = text.text.indices.maxOfOrNull(bidi::getLevelAt) ?: 0
        if (layout.lineCount > 1 && levels > 2) faults += "${nameOf(text)} has $levels levels of direction"
        val across = text.width - text.compoundPaddingLeft - text.compoundPaddingRight
        for (line in 0 until layout.lineCount) {
            if (layout.getEllipsisCount(line) > 0) faults += "${nameOf(text)} ends in an ellipsis"
            // Without the blank that the line is broken at.
            val ink = layout.getLineMax(line)
            if (ink > across + 1) faults += "${nameOf(text)} is $ink wide and has $across"
            val end = layout.getLineEnd(line)
            val inWord = end in 1 until text.length() && text.text[end - 1].isLetter() && text.text[end].isLetter() && !isHan(text.text[end])
            if (inWord) faults += "${nameOf(text)} breaks a word at $end"
        }
        return faults
    }

    // What it stands in draws nothing beyond its own bounds; what is scrolled is longer.
    private fun cutBy(seen: View): View? {
        val into = seen.parent as? View ?: return null
        if (seen === view || into is ScrollView) return null
        return into.takeIf { seen.left < 0 || seen.top < 0 || seen.right > it.width || seen.bottom > it.height }
    }

    private fun isHan(char: Char) = Character.UnicodeScript.of(char.code) == Character.UnicodeScript.HAN

    private fun above(seen: View): Sequence<View> = generateSequence(seen.parent as? View) { if (it === view) null else it.parent as? View }

    private fun scrolls(seen: View) = above(seen).any { it is ScrollView }

    private fun inPad(seen: View) = above(seen).any { it.javaClass.simpleName == "Ceiling" }

    private fun nameOf(seen: View) =
        "${seen.javaClass.simpleName} «${(seen as? TextView)?.text ?: seen.contentDescription ?: ""}»"

    private companion object {
        /** The least side of what is pressed, by the requirement: not whatever the app takes for it. */
        const val LEAST_DP = 56
    }

    private object NoTouch : Touch {
        override fun chosen(action: Action) = Unit

        override fun pressed(key: Key) = Unit

        override fun typed(text: String) = Unit

        override fun typing(on: Boolean) = Unit

        override fun trigger(pressed: Boolean) = Unit

        override fun retry() = Unit
    }
}

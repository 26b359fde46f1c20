package lotline.app.view

import android.content.Context
import android.graphics.Typeface
import android.text.Layout
import android.text.TextPaint
import android.util.TypedValue
import android.view.View
import android.widget.TextView

/**
 * Text that is shown whole: it breaks between words, and where the longest of them is wider than the room all of it becomes
 * smaller, down to [LEAST] of its size. A code longer than that is broken.
 */
class FitText(context: Context) : TextView(context) {
    private val ruler = TextPaint()
    private var wanted = 0f

    init {
        includeFontPadding = false
        breakStrategy = Layout.BREAK_STRATEGY_SIMPLE
        hyphenationFrequency = Layout.HYPHENATION_FREQUENCY_NONE
        textAlignment = TEXT_ALIGNMENT_VIEW_START
        // The page says the direction, so that a line of nothing but a code stands with the others.
        textDirection = TEXT_DIRECTION_INHERIT
    }

    /** Dresses it as text that is [dp] high at 100 percent. */
    fun wear(dress: Dress, dp: Int, ink: Int, bold: Boolean = false): FitText {
        wanted = dress.text(dp)
        setTextColor(ink)
        textLocale = dress.locale
        typeface = if (bold) Typeface.DEFAULT_BOLD else Typeface.DEFAULT
        setTextSize(TypedValue.COMPLEX_UNIT_PX, wanted)
        return this
    }

    /** Shows [words], or takes no room where there are none. */
    fun say(words: String) {
        if (text.toString() != words) text = words
        visibility = if (words.isEmpty()) GONE else VISIBLE
    }

    /** How wide it would be on one line, at its full size. */
    fun wantedWidth(): Int {
        ruler.set(paint)
        ruler.textSize = wanted
        return ruler.measureText(text, 0, text.length).toInt() + 1 + compoundPaddingLeft + compoundPaddingRight
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val room = MeasureSpec.getSize(widthMeasureSpec) - compoundPaddingLeft - compoundPaddingRight
        if (MeasureSpec.getMode(widthMeasureSpec) != MeasureSpec.UNSPECIFIED && room > 0 && wanted > 0) {
            val size = sizeFor(room)
            if (textSize != size) setTextSize(TypedValue.COMPLEX_UNIT_PX, size)
        }
        super.onMeasure(widthMeasureSpec, heightMeasureSpec)
    }

    private fun sizeFor(room: Int): Float {
        ruler.set(paint)
        ruler.textSize = wanted
        val longest = text.split(' ', '\n').maxOf { ruler.measureText(it) }
        return if (longest <= room) wanted else maxOf(wanted * room / longest * MARGIN, wanted * LEAST)
    }

    companion object {
        /** A text becomes no smaller than this part of its size. */
        const val LEAST = 0.5f

        // What is measured word by word comes out a little wider in a line.
        private const val MARGIN = 0.98f
    }
}


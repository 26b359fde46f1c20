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
    private var rightToLeft = false
    private var said = ""

    init {
        includeFontPadding = false
        breakStrategy = Layout.BREAK_STRATEGY_SIMPLE
        hyphenationFrequency = Layout.HYPHENATION_FREQUENCY_NONE
        textAlignment = TEXT_ALIGNMENT_VIEW_START
    }

    /** Dresses it as text that is [dp] high at 100 percent. */
    fun wear(dress: Dress, dp: Int, ink: Int, bold: Boolean = false): FitText {
        if (currentTextColor != ink) setTextColor(ink)
        // What stays the same is not measured anew: most of a screen is what the one before it was.
        if (textLocale != dress.locale) textLocale = dress.locale
        // The page's direction, not that of the first letter: a sentence that begins with the name of goods is read as the others
        // are. What stands in it the other way the core has set apart (Unicode Standard Annex 9, FSI and PDI).
        if (rightToLeft != dress.rightToLeft) {
            rightToLeft = dress.rightToLeft
            text = flat(said, rightToLeft)
        }
        val direction = if (rightToLeft) TEXT_DIRECTION_RTL else TEXT_DIRECTION_LTR
        if (textDirection != direction) textDirection = direction
        val face = if (bold) Typeface.DEFAULT_BOLD else Typeface.DEFAULT
        if (typeface != face) typeface = face
        if (wanted != dress.text(dp)) {
            wanted = dress.text(dp)
            setTextSize(TypedValue.COMPLEX_UNIT_PX, wanted)
        }
        return this
    }

    /** Shows [words], or takes no room where there are none. */
    fun say(words: String) {
        put(words)
        visibility = if (words.isEmpty()) GONE else VISIBLE
    }

    /** Shows [words]. */
    fun put(words: String) {
        if (said == words) return
        said = words
        text = flat(words, rightToLeft)
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
        val words = text.split(' ', '\n')
        val longest = words.maxBy(ruler::measureText)
        // Letters do not shrink by exactly as much as their size does.
        while (ruler.textSize > wanted * LEAST && ruler.measureText(longest) > room) {
            val part = room / ruler.measureText(longest)
            ruler.textSize = maxOf(minOf(ruler.textSize * part, ruler.textSize - 0.5f), wanted * LEAST)
        }
        return ruler.textSize
    }

    companion object {
        /** A text becomes no smaller than this part of its size. */
        const val LEAST = 0.5f
    }
}


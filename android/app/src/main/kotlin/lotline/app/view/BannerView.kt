package lotline.app.view

import android.content.Context
import android.view.Gravity
import android.widget.LinearLayout
import lotline.core.Tone

/** Whether the last input counted: a colour, a sign, a word, and what it means. */
class BannerView(context: Context) : LinearLayout(context) {
    private val sign = Sign(context)
    private val word = FitText(context)
    private val message = FitText(context)

    init {
        gravity = Gravity.CENTER_VERTICAL
        isBaselineAligned = false
        addView(sign)
        val said = LinearLayout(context).apply { orientation = VERTICAL }
        said.addView(word, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        said.addView(message, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        addView(said, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        listOf(word, message).forEach { it.importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO }
        isFocusable = false
    }

    /** Shows a tone and its message; without either it takes no room. */
    fun show(tone: Tone, said: String, dress: Dress, words: Vocabulary) {
        visibility = if (tone == Tone.IDLE && said.isEmpty()) GONE else VISIBLE
        val spoken = words.tone(tone)
        val (colours, shape) =
            when (tone) {
                Tone.ACCEPT -> dress.paint.accept to Sign.Shape.CHECK
                Tone.WARN -> dress.paint.warn to Sign.Shape.TRIANGLE
                Tone.STOP -> dress.paint.stop to Sign.Shape.OCTAGON
                Tone.IDLE -> dress.paint.other to Sign.Shape.DOT
            }
        background = plane(dress, colours.ground)
        val pad = dress.px(10)
        setPadding(pad, pad, pad, pad)
        val side = dress.text(if (tone == Tone.STOP) STOP_SIGN else SIGN).toInt()
        sign.layoutParams = LayoutParams(side, side).apply { marginEnd = pad }
        sign.visibility = if (tone == Tone.IDLE) GONE else VISIBLE
        sign.draw(shape, colours.ink, colours.ground)
        word.wear(dress, if (tone == Tone.STOP) STOP_WORD else WORD, colours.ink, bold = true).say(spoken)
        message.wear(dress, if (tone == Tone.STOP) STOP_MESSAGE else MESSAGE, colours.ink).say(said)
        // A stop breaks into what a screen reader says; the rest waits its turn.
        accessibilityLiveRegion =
            if (tone == Tone.STOP) ACCESSIBILITY_LIVE_REGION_ASSERTIVE else ACCESSIBILITY_LIVE_REGION_POLITE
        contentDescription = listOf(spoken, said).filter(String::isNotEmpty).joinToString(". ")
    }

    private companion object {
        const val SIGN = 32
        const val STOP_SIGN = 44
        const val WORD = 18
        const val STOP_WORD = 26
        const val MESSAGE = 17
        const val STOP_MESSAGE = 19
    }
}

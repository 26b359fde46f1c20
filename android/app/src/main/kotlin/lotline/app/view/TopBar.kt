package lotline.app.view

import android.content.Context
import android.view.Gravity
import android.widget.LinearLayout
import lotline.Word
import lotline.app.port.Charge

/** Which flow and document this is, and the battery. */
class TopBar(context: Context) : LinearLayout(context) {
    private val title = FitText(context)
    private val battery = LinearLayout(context)
    private val sign = Sign(context)
    private val percent = FitText(context)

    init {
        gravity = Gravity.CENTER_VERTICAL
        isBaselineAligned = false
        battery.isBaselineAligned = false
        battery.gravity = Gravity.CENTER_VERTICAL
        battery.addView(sign)
        battery.addView(percent, LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT))
        percent.importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        addView(title, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        addView(battery, LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT))
    }

    /** Shows them; the battery only where the device tells of one. */
    fun show(said: String, charge: Charge?, dress: Dress, words: Vocabulary) {
        setPadding(dress.px(10), dress.px(4), dress.px(10), dress.px(4))
        minimumHeight = dress.px(LEAST)
        title.wear(dress, TITLE, dress.paint.quiet, bold = true).put(said)
        battery.visibility = if (charge == null) GONE else VISIBLE
        if (charge == null) return
        val low = charge.low && !charge.charging
        val ink = if (low) dress.paint.warn.ink else dress.paint.quiet
        battery.background = if (low) plane(dress, dress.paint.warn.ground) else null
        battery.setPadding(dress.px(4), dress.px(1), dress.px(4), dress.px(1))
        val side = dress.text(SIGN).toInt()
        sign.layoutParams = LayoutParams(side, side)
        sign.draw(Sign.Shape.BATTERY, ink, percent = charge.percent)
        percent.wear(dress, PERCENT, ink).put(if (charge.charging) "+${charge.percent} %" else "${charge.percent} %")
        val word =
            when {
                charge.charging -> Word.BATTERY_CHARGING
                low -> Word.BATTERY_LOW
                else -> Word.BATTERY
            }
        battery.contentDescription = words.say(word, charge.percent)
    }

    private companion object {
        const val LEAST = 28
        const val TITLE = 14
        const val PERCENT = 13
        const val SIGN = 16
    }
}

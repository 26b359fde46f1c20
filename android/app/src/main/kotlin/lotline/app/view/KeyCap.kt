package lotline.app.view

import android.content.Context
import android.view.Gravity
import android.widget.LinearLayout

/** A key that is drawn. */
class KeyCap(context: Context) : LinearLayout(context), Grid.Wanted {
    private val label = FitText(context)

    init {
        gravity = Gravity.CENTER
        isClickable = true
        isFocusable = true
        label.importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        label.textAlignment = TEXT_ALIGNMENT_CENTER
        addView(label, LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT))
    }

    /** Says [words] from now on. */
    fun show(words: String, dress: Dress, colours: Colours) {
        background = pressable(dress, colours)
        val side = dress.px(Dress.TARGET)
        minimumHeight = side
        minimumWidth = side
        setPadding(dress.px(10), dress.px(4), dress.px(10), dress.px(4))
        label.wear(dress, SIZE, colours.ink, bold = true).put(words)
        contentDescription = words
    }

    override fun wantedWidth(): Int = label.wantedWidth() + paddingLeft + paddingRight

    override fun getAccessibilityClassName(): CharSequence = "android.widget.Button"

    private companion object {
        const val SIZE = 20
    }
}

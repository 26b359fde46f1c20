package lotline.app.view

import android.content.Context
import android.view.Gravity
import android.widget.LinearLayout
import lotline.Word
import lotline.core.Action
import lotline.core.Style

/** Something to press: its key's cap, and what it says. */
class ActionButton(context: Context) : LinearLayout(context), Grid.Wanted {
    private val cap = FitText(context)
    private val label = FitText(context)

    /** The action it stands for. */
    var action: Action? = null
        private set

    init {
        orientation = HORIZONTAL
        gravity = Gravity.CENTER_VERTICAL
        isBaselineAligned = false
        isClickable = true
        isFocusable = true
        listOf(cap, label).forEach { it.importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO }
        addView(cap, LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.WRAP_CONTENT))
        addView(label, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
    }

    /** Stands for [action] from now on; without one it keeps its place and cannot be pressed. */
    fun show(action: Action?, dress: Dress, words: Vocabulary, high: Int) {
        this.action = action
        visibility = if (action == null) INVISIBLE else VISIBLE
        if (action == null) return
        val colours =
            when (action.style) {
                Style.MAIN -> dress.paint.main
                Style.CAREFUL -> dress.paint.careful
                Style.OTHER -> dress.paint.other
            }
        background = pressable(dress, colours)
        // In large letters, and where half of the display is half of little, the label has the whole width.
        orientation = if (dress.lying || dress.textPercent > BESIDE_TO_PERCENT) VERTICAL else HORIZONTAL
        gravity = if (orientation == VERTICAL) Gravity.CENTER_VERTICAL or Gravity.START else Gravity.CENTER_VERTICAL
        label.layoutParams =
            if (orientation == VERTICAL) {
                LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)
            } else {
                LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f)
            }
        setPadding(dress.px(8), dress.px(6), dress.px(8), dress.px(6))
        minimumHeight = dress.px(high)
        cap.wear(dress, CAP, colours.ink).put(action.key)
        cap.setPaddingRelative(0, 0, dress.px(8), 0)
        label.wear(dress, LABEL, colours.ink, bold = action.style == Style.MAIN).put(action.label)
        contentDescription = "${action.label}, ${words.say(Word.KEY, action.key)}"
    }

    override fun wantedWidth(): Int =
        when {
            action == null -> 0
            orientation == VERTICAL -> label.wantedWidth() + paddingLeft + paddingRight
            else -> cap.wantedWidth() + label.wantedWidth() + paddingLeft + paddingRight
        }

    override fun getAccessibilityClassName(): CharSequence = "android.widget.Button"

    private companion object {
        const val CAP = 12
        const val LABEL = 17
        const val BESIDE_TO_PERCENT = 130
    }
}

package lotline.app.view

import android.content.Context
import android.widget.LinearLayout
import lotline.core.Action

/** F1 to F4, each at its own place on every screen: the main way on in the corner of the thumb. */
class ActionsView(context: Context, touch: Touch) : LinearLayout(context) {
    private val grid = Grid(context)

    // From the corner of the thumb: F1 below, F2 beside it, F3 above it. The grid's first row is the upper one.
    private val places = listOf("F3", "F4", "F1", "F2")
    private val buttons = places.map { ActionButton(context) }

    init {
        buttons.forEach { button ->
            button.setOnClickListener { button.action?.let(touch::chosen) }
            grid.addView(button)
        }
        addView(grid, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
    }

    /** Shows those of [actions] that have a place here. */
    fun show(actions: List<Action>, dress: Dress, words: Vocabulary) {
        grid.gap = dress.px(GAP)
        grid.fromRight = !dress.leftHanded
        places.forEachIndexed { at, key ->
            buttons[at].show(actions.find { it.key == key }, dress, words, if (key in LOWER) HIGH else Dress.TARGET)
        }
        visibility = if (buttons.any { it.action != null }) VISIBLE else GONE
    }

    companion object {
        /** Whether an action has a place at the thumb; the others stand in the list. */
        fun holds(action: Action): Boolean = action.key in setOf("F1", "F2", "F3", "F4")

        private val LOWER = setOf("F1", "F2")
        private const val HIGH = 64
        private const val GAP = 6
    }
}

/** What else can be chosen: each with its digit, in the core's order. */
class ChoicesView(context: Context, private val touch: Touch) : LinearLayout(context) {
    private val grid = Grid(context)

    init {
        grid.loosens = true
        addView(grid, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
    }

    /** Shows those of [actions] that have no place of their own. */
    fun show(actions: List<Action>, dress: Dress, words: Vocabulary) {
        val listed = actions.filterNot(ActionsView::holds)
        visibility = if (listed.isEmpty()) GONE else VISIBLE
        grid.gap = dress.px(GAP)
        grid.fromRight = dress.rightToLeft
        while (grid.childCount > listed.size) grid.removeViewAt(grid.childCount - 1)
        while (grid.childCount < listed.size) {
            val button = ActionButton(context)
            button.setOnClickListener { button.action?.let(touch::chosen) }
            grid.addView(button)
        }
        listed.forEachIndexed { at, action ->
            (grid.getChildAt(at) as ActionButton).show(action, dress, words, Dress.TARGET)
        }
    }

    private companion object {
        const val GAP = 6
    }
}

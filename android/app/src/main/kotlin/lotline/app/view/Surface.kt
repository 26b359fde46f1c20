package lotline.app.view

import android.content.res.ColorStateList
import android.graphics.drawable.Drawable
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.StateListDrawable

/** A plane of one colour with round corners. */
internal fun plane(dress: Dress, ground: Int, edge: Int? = null): GradientDrawable =
    GradientDrawable().apply {
        setColor(ground)
        cornerRadius = dress.px(8).toFloat()
        if (edge != null) setStroke(dress.px(2), edge)
    }

/** The same, and how it looks while a finger holds it or a key has chosen it. */
internal fun pressable(dress: Dress, colours: Colours): Drawable =
    StateListDrawable().apply {
        val held = plane(dress, colours.ground, dress.paint.page.ink).apply { color = ColorStateList.valueOf(dress.paint.pressed) }
        addState(intArrayOf(android.R.attr.state_pressed), held)
        addState(intArrayOf(android.R.attr.state_focused), plane(dress, colours.ground, dress.paint.page.ink))
        addState(intArrayOf(), plane(dress, colours.ground, dress.paint.rule))
    }

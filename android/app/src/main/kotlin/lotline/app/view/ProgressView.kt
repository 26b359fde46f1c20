package lotline.app.view

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.view.View
import android.widget.LinearLayout
import lotline.core.Progress

/** How far: the figure is the biggest thing after the prompt, the bar below it. */
class ProgressView(context: Context) : LinearLayout(context) {
    private val figure = FitText(context)
    private val bar = Bar(context)

    init {
        orientation = VERTICAL
        addView(figure, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        addView(bar)
    }

    /** Shows it; without any it takes no room. */
    fun show(progress: Progress?, dress: Dress) {
        visibility = if (progress == null) GONE else VISIBLE
        if (progress == null) return
        figure.wear(dress, FIGURE, dress.paint.page.ink, bold = true).put(progress.text)
        bar.layoutParams = LayoutParams(LayoutParams.MATCH_PARENT, dress.px(BAR)).apply { topMargin = dress.px(4) }
        bar.show(progress.permille.toInt(), dress)
    }

    private class Bar(context: Context) : View(context) {
        private val paint = Paint(Paint.ANTI_ALIAS_FLAG)
        private var permille = 0
        private var done = 0
        private var open = 0

        init {
            // The figure says it.
            importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        }

        fun show(permille: Int, dress: Dress) {
            this.permille = permille.coerceIn(0, 1000)
            done = dress.paint.done
            open = dress.paint.open
            invalidate()
        }

        override fun onDraw(canvas: Canvas) {
            val round = height / 2f
            paint.color = open
            canvas.drawRoundRect(0f, 0f, width.toFloat(), height.toFloat(), round, round, paint)
            val wide = width * permille / 1000f
            if (wide <= 0) return
            // It fills the way the page is read.
            val from = if (layoutDirection == LAYOUT_DIRECTION_RTL) width - wide else 0f
            paint.color = done
            canvas.drawRoundRect(from, 0f, from + wide, height.toFloat(), round, round, paint)
        }
    }

    private companion object {
        const val FIGURE = 26
        const val BAR = 12
    }
}

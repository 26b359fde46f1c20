package lotline.app.view

import android.content.Context
import android.view.View
import android.view.ViewGroup

/**
 * Cells of one width in rows, each row as high as its highest cell. Places are physical: the first cell is at the left
 * unless [fromRight]. A cell that is not [View.VISIBLE] keeps its place; a row without any takes no room.
 */
class Grid(context: Context) : ViewGroup(context) {
    /** Cells in a row. */
    var columns = 2

    /** Fewer columns where the [Wanted] cells would not have one line each. */
    var loosens = false

    /** Pixels between cells. */
    var gap = 0

    /** The first cell of a row is at the right. */
    var fromRight = false

    private var across = 2

    /** A cell that knows how wide it wants to be. */
    interface Wanted {
        /** Pixels on one line. */
        fun wantedWidth(): Int
    }

    private fun cells() = (0 until childCount).map(::getChildAt)

    private fun rows() = cells().chunked(across).filter { row -> row.any { it.visibility == View.VISIBLE } }

    private fun width(of: Int, columns: Int) = (of - gap * (columns - 1)) / columns

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val room = MeasureSpec.getSize(widthMeasureSpec)
        across = columns
        if (loosens) {
            val widest = cells().maxOfOrNull { (it as? Wanted)?.wantedWidth() ?: 0 } ?: 0
            while (across > 1 && widest > width(room, across)) across -= 1
        }
        val cell = MeasureSpec.makeMeasureSpec(width(room, across), MeasureSpec.EXACTLY)
        val any = MeasureSpec.makeMeasureSpec(0, MeasureSpec.UNSPECIFIED)
        var height = 0
        val rows = rows()
        for (row in rows) {
            row.forEach { it.measure(cell, any) }
            val highest = row.maxOf { it.measuredHeight }
            // All of a row are as high as the highest, so that no target has a hole beside it.
            val same = MeasureSpec.makeMeasureSpec(highest, MeasureSpec.EXACTLY)
            row.filter { it.measuredHeight != highest }.forEach { it.measure(cell, same) }
            height += highest
        }
        height += gap * (rows.size - 1).coerceAtLeast(0)
        setMeasuredDimension(room, height)
    }

    override fun onLayout(changed: Boolean, left: Int, top: Int, right: Int, bottom: Int) {
        val cell = width(right - left, across)
        var y = 0
        for (row in rows()) {
            val high = row.maxOf { it.measuredHeight }
            row.forEachIndexed { at, view ->
                val place = if (fromRight) across - 1 - at else at
                val x = place * (cell + gap)
                view.layout(x, y, x + cell, y + high)
            }
            y += high + gap
        }
    }
}

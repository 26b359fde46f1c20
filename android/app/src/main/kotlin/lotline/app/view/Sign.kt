package lotline.app.view

import android.content.Context
import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.Path
import android.view.View

/** A sign that says by its shape what its colour says. It is decoration: the word beside it is read out. */
class Sign(context: Context) : View(context) {
    /** Which. */
    enum class Shape { CHECK, TRIANGLE, OCTAGON, ARROW, ALERT, DOT, BATTERY }

    private val paint = Paint(Paint.ANTI_ALIAS_FLAG)
    private val path = Path()
    private var shape = Shape.DOT

    /** How full a battery is drawn, 0 to 100. */
    private var percent = 0

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
    }

    private var ground = 0

    /** Draws [shape] in [ink]; what is cut out of it shows [ground]. A battery is [percent] full. */
    fun draw(shape: Shape, ink: Int, ground: Int = 0, percent: Int = 0) {
        this.shape = shape
        this.ground = ground
        this.percent = percent
        paint.color = ink
        invalidate()
    }

    override fun onDraw(canvas: Canvas) {
        val side = minOf(width, height).toFloat()
        canvas.translate((width - side) / 2, (height - side) / 2)
        path.rewind()
        paint.style = Paint.Style.FILL
        when (shape) {
            Shape.CHECK -> stroke(canvas, side, 0.14f, 0.12f to 0.55f, 0.40f to 0.82f, 0.90f to 0.20f)
            Shape.TRIANGLE -> {
                fill(canvas, side, 0.50f to 0.06f, 0.97f to 0.92f, 0.03f to 0.92f)
                mark(canvas, side, 0.36f, 0.66f, 0.80f)
            }
            Shape.OCTAGON ->
                fill(
                    canvas, side, 0.30f to 0.03f, 0.70f to 0.03f, 0.97f to 0.30f, 0.97f to 0.70f, 0.70f to 0.97f,
                    0.30f to 0.97f, 0.03f to 0.70f, 0.03f to 0.30f,
                ).also { mark(canvas, side, 0.22f, 0.58f, 0.76f) }
            // The one that has a way: it points at what it stands before.
            Shape.ARROW -> {
                if (layoutDirection == LAYOUT_DIRECTION_RTL) canvas.scale(-1f, 1f, side / 2, 0f)
                fill(canvas, side, 0.25f to 0.10f, 0.85f to 0.50f, 0.25f to 0.90f)
            }
            Shape.ALERT -> mark(canvas, side, 0.08f, 0.62f, 0.86f, clears = false)
            Shape.DOT -> canvas.drawCircle(side / 2, side / 2, side * 0.14f, paint)
            Shape.BATTERY -> battery(canvas, side)
        }
    }

    private fun fill(canvas: Canvas, side: Float, vararg corners: Pair<Float, Float>) {
        trace(side, corners)
        path.close()
        canvas.drawPath(path, paint)
    }

    private fun stroke(canvas: Canvas, side: Float, wide: Float, vararg corners: Pair<Float, Float>) {
        trace(side, corners)
        paint.style = Paint.Style.STROKE
        paint.strokeWidth = side * wide
        paint.strokeCap = Paint.Cap.ROUND
        paint.strokeJoin = Paint.Join.ROUND
        canvas.drawPath(path, paint)
    }

    private fun trace(side: Float, corners: Array<out Pair<Float, Float>>) =
        corners.forEachIndexed { at, (x, y) ->
            if (at == 0) path.moveTo(x * side, y * side) else path.lineTo(x * side, y * side)
        }

    /** An exclamation mark from [top] to [end], its dot at [dot]; cut out of what is drawn already if it [clears]. */
    private fun mark(canvas: Canvas, side: Float, top: Float, end: Float, dot: Float, clears: Boolean = true) {
        val ink = paint.color
        if (clears) paint.color = ground
        paint.style = Paint.Style.STROKE
        paint.strokeCap = Paint.Cap.ROUND
        paint.strokeWidth = side * 0.13f
        canvas.drawLine(side / 2, (top + 0.06f) * side, side / 2, end * side, paint)
        paint.style = Paint.Style.FILL
        canvas.drawCircle(side / 2, dot * side, side * 0.075f, paint)
        paint.color = ink
    }

    private fun battery(canvas: Canvas, side: Float) {
        paint.style = Paint.Style.STROKE
        paint.strokeWidth = side * 0.08f
        canvas.drawRoundRect(side * 0.28f, side * 0.16f, side * 0.72f, side * 0.96f, side * 0.06f, side * 0.06f, paint)
        paint.style = Paint.Style.FILL
        canvas.drawRect(side * 0.40f, side * 0.03f, side * 0.60f, side * 0.14f, paint)
        val high = 0.66f * percent / 100
        canvas.drawRect(side * 0.35f, side * (0.89f - high), side * 0.65f, side * 0.89f, paint)
    }
}

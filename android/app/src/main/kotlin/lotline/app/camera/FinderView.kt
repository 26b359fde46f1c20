package lotline.app.camera

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.view.Gravity
import android.view.TextureView
import android.view.View
import android.widget.FrameLayout
import android.widget.LinearLayout
import lotline.Word
import lotline.app.view.Dress
import lotline.app.view.Face
import lotline.app.view.FitText
import lotline.app.view.Grid
import lotline.app.view.KeyCap

/** What the camera sees, where to aim, and what the screen asks for. It lies over the screen while it is open. */
@SuppressLint("ViewConstructor")
class FinderView(context: Context, closed: () -> Unit, private val light: (Boolean) -> Unit) : FrameLayout(context) {
    /** Where the camera draws. */
    val preview = TextureView(context)
    private val prompt = FitText(context)
    private val keys = Grid(context)
    private val end = KeyCap(context)
    private val lamp = KeyCap(context)
    private val shade = LinearLayout(context)
    private var shines = false

    init {
        visibility = View.GONE
        setBackgroundColor(Color.BLACK)
        isClickable = true
        addView(preview, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.MATCH_PARENT))
        addView(Aim(context), LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.MATCH_PARENT))
        addView(prompt, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT, Gravity.TOP))
        keys.addView(end)
        keys.addView(lamp)
        shade.orientation = LinearLayout.VERTICAL
        shade.addView(keys, LinearLayout.LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        addView(shade, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT, Gravity.BOTTOM))
        prompt.accessibilityLiveRegion = ACCESSIBILITY_LIVE_REGION_POLITE
        end.setOnClickListener { closed() }
        lamp.setOnClickListener {
            shines = !shines
            lamp.isSelected = shines
            light(shines)
        }
    }

    /** Dresses it; [lit]: the camera has a light. */
    fun show(face: Face, lit: Boolean) {
        val (dress, words) = face.dress to face.words
        val side = dress.px(10)
        prompt.wear(dress, PROMPT, Color.WHITE, bold = true).say(face.screen.prompt)
        prompt.setPadding(side, side, side, side)
        prompt.setBackgroundColor(SHADE)
        shade.setPadding(side, side, side, side)
        shade.setBackgroundColor(SHADE)
        keys.gap = dress.px(6)
        keys.fromRight = !dress.leftHanded
        end.show(words[Word.CAMERA_CLOSE], dress, dress.paint.main)
        lamp.show(words[Word.CAMERA_LIGHT], dress, dress.paint.other)
        lamp.minimumHeight = dress.px(Dress.TARGET)
        lamp.visibility = if (lit) View.VISIBLE else View.GONE
        layoutDirection = if (dress.rightToLeft) LAYOUT_DIRECTION_RTL else LAYOUT_DIRECTION_LTR
    }

    /** The camera is being opened. */
    fun open() {
        visibility = View.VISIBLE
    }

    /** It was closed. */
    fun close() {
        visibility = View.GONE
        shines = false
        lamp.isSelected = false
    }

    private companion object {
        const val PROMPT = 24

        // White on it can be read over any picture: at least 7 to 1 (WCAG 2.2, 1.4.6).
        val SHADE = Color.argb(0xD0, 0, 0, 0)
    }
}

/** Where to aim: corners around the middle. */
private class Aim(context: Context) : View(context) {
    private val line = Paint(Paint.ANTI_ALIAS_FLAG)

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        line.style = Paint.Style.STROKE
        line.strokeCap = Paint.Cap.SQUARE
    }

    // White with a dark edge is seen on any picture.
    override fun onDraw(canvas: Canvas) {
        val wide = resources.displayMetrics.density * 4
        draw(canvas, Color.BLACK, wide * 2)
        draw(canvas, Color.WHITE, wide)
    }

    private fun draw(canvas: Canvas, colour: Int, wide: Float) {
        line.color = colour
        line.strokeWidth = wide
        val half = minOf(width, height) * PART / 2
        val arm = half / 2
        val (x, y) = width / 2f to height / 2f
        for (sideways in listOf(-1, 1)) {
            for (upright in listOf(-1, 1)) {
                val (cx, cy) = x + sideways * half to y + upright * half
                canvas.drawLine(cx, cy, cx - sideways * arm, cy, line)
                canvas.drawLine(cx, cy, cx, cy - upright * arm, line)
            }
        }
    }

    private companion object {
        /** Of the shorter side. */
        const val PART = 0.6f
    }
}

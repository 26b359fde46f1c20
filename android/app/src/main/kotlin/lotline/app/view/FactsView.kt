package lotline.app.view

import android.content.Context
import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import lotline.Word
import lotline.core.Field
import lotline.core.Line
import lotline.core.Look

/** Labelled values and rows. Made anew only where they changed. */
class FactsView(context: Context) : LinearLayout(context) {
    private var drawn: List<Any>? = null

    init {
        orientation = VERTICAL
    }

    /** Shows them; without any it takes no room. */
    fun show(fields: List<Field>, lines: List<Line>, dress: Dress, words: Vocabulary) {
        // A hand moves nothing here.
        val facts = listOf(fields, lines, dress.copy(leftHanded = false))
        if (facts == drawn) return
        drawn = facts
        removeAllViews()
        visibility = if (fields.isEmpty() && lines.isEmpty()) GONE else VISIBLE
        fields.forEach { add(field(it, dress, words), dress.px(3)) }
        if (fields.isNotEmpty() && lines.isNotEmpty()) add(View(context).apply { setBackgroundColor(dress.paint.rule) }, dress.px(6), dress.px(1))
        lines.forEach { add(line(it, dress, words), dress.px(4)) }
    }

    private fun add(view: View, margin: Int, high: Int = LayoutParams.WRAP_CONTENT) =
        addView(view, LayoutParams(LayoutParams.MATCH_PARENT, high).apply { setMargins(0, margin, 0, margin) })

    private fun field(field: Field, dress: Dress, words: Vocabulary): View {
        val label = FitText(context).wear(dress, SMALL, dress.paint.quiet).apply { put(field.label) }
        val value = FitText(context).wear(dress, VALUE, dress.paint.page.ink, bold = field.state != Look.PLAIN).apply { put(field.value) }
        // The sign stands at the value's edge: labels keep theirs, and their room.
        val told = row()
        if (field.state == Look.ALERT) addSign(told, Sign.Shape.ALERT, dress)
        told.addView(value, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        // Beside each other as long as both have room for their words; in large letters under each other.
        val wide = dress.textPercent <= BESIDE_TO_PERCENT
        val row = row()
        row.orientation = if (wide) HORIZONTAL else VERTICAL
        if (wide) {
            label.setPaddingRelative(0, 0, dress.px(8), 0)
            row.addView(label, LayoutParams(0, LayoutParams.WRAP_CONTENT, 0.4f))
            row.addView(told, LayoutParams(0, LayoutParams.WRAP_CONTENT, 0.6f))
        } else {
            row.addView(label, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
            row.addView(told, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        }
        return readAs(row, listOf("${field.label}: ${field.value}", said(field.state, false, words)))
    }

    private fun line(line: Line, dress: Dress, words: Vocabulary): View {
        val text = FitText(context).wear(dress, VALUE, dress.paint.page.ink, bold = line.state == Look.CURRENT)
        val detail = FitText(context).wear(dress, SMALL, dress.paint.quiet)
        text.say(line.text)
        detail.say(line.detail)
        val column = LinearLayout(context).apply { orientation = VERTICAL }
        column.addView(text, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        column.addView(detail, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        val row = row()
        addSign(row, shape(line), dress)
        row.addView(column, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        return readAs(row, listOf(line.text, line.detail, said(line.state, line.done, words)))
    }

    private fun shape(line: Line): Sign.Shape =
        when {
            line.done || line.state == Look.DONE -> Sign.Shape.CHECK
            line.state == Look.CURRENT -> Sign.Shape.ARROW
            line.state == Look.ALERT -> Sign.Shape.ALERT
            else -> Sign.Shape.DOT
        }

    /** A look is a shape, so that it is never colour alone. It stands beside the first line of the text. */
    private fun addSign(row: LinearLayout, shape: Sign.Shape, dress: Dress) {
        val side = dress.text(SIGN).toInt()
        val sign = Sign(context).apply { draw(shape, if (shape == Sign.Shape.CHECK) dress.paint.done else dress.paint.page.ink) }
        if (shape == Sign.Shape.ALERT) {
            sign.draw(shape, dress.paint.warn.ink)
            sign.background = plane(dress, dress.paint.warn.ground)
        }
        row.addView(sign, LayoutParams(side, side).apply { setMarginEnd(dress.px(8)) })
    }

    private fun row(): LinearLayout =
        LinearLayout(context).apply {
            gravity = Gravity.TOP
            isBaselineAligned = false
        }

    private fun said(state: Look, done: Boolean, words: Vocabulary): String =
        when {
            done || state == Look.DONE -> words[Word.DONE]
            state == Look.CURRENT -> words[Word.CURRENT]
            state == Look.ALERT -> words[Word.ALERT]
            else -> ""
        }

    /** A row is one thing to a screen reader. */
    private fun readAs(row: LinearLayout, parts: List<String>): View =
        row.apply {
            contentDescription = parts.filter(String::isNotEmpty).joinToString(", ")
            importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_YES
            repeat(childCount) { getChildAt(it).importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO_HIDE_DESCENDANTS }
        }

    private companion object {
        const val SMALL = 15
        const val VALUE = 17
        const val SIGN = 18
        const val BESIDE_TO_PERCENT = 130
    }
}

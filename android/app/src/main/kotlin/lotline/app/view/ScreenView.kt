package lotline.app.view

import android.annotation.SuppressLint
import android.content.Context
import android.os.Build
import android.view.View
import android.widget.LinearLayout
import android.widget.ScrollView
import lotline.Word
import lotline.core.Tone

/**
 * A screen, drawn. In the order that matters and is read out: which work, what to do now, whether the last input counted,
 * how far, what is known, what can be chosen, and the device's own state in small.
 */
@SuppressLint("ViewConstructor")
class ScreenView(context: Context, touch: Touch) : LinearLayout(context) {
    private val training = FitText(context)
    private val top = TopBar(context)
    private val body = ScrollView(context)
    private val prompt = FitText(context)
    private val banner = BannerView(context)
    private val progress = ProgressView(context)
    private val facts = FactsView(context)
    private val choices = ChoicesView(context, touch)
    private val entry = EntryView(context, touch)
    private val actions = ActionsView(context, touch)
    private val status = FitText(context)

    private val middle = LinearLayout(context)
    private val page = column(training, top, body)
    private val pad = Ceiling(context).apply { addView(column(entry, actions)) }
    private val content = column(prompt, banner, progress, facts, choices)
    private var said: Any? = null

    init {
        orientation = VERTICAL
        fitsSystemWindows = true
        body.addView(content)
        // Whoever cannot see all of it sees that there is more.
        body.isScrollbarFadingEnabled = false
        page.updateWeight(body)
        addView(middle, LayoutParams(LayoutParams.MATCH_PARENT, 0, 1f))
        addView(status, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT))
        prompt.accessibilityLiveRegion = ACCESSIBILITY_LIVE_REGION_POLITE
        training.textAlignment = TEXT_ALIGNMENT_CENTER
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) prompt.isAccessibilityHeading = true
        banner.setOnClickListener { touch.retry() }
    }

    /** Draws it. */
    fun show(face: Face) {
        val (screen, dress, words) = Triple(face.screen, face.dress, face.words)
        lay(dress)
        setBackgroundColor(dress.paint.page.ground)
        frame(screen.status.training, dress)
        if (screen.status.training) {
            training.wear(dress, SMALL, dress.paint.training.ink, bold = true).put(words[Word.TRAINING])
            training.setBackgroundColor(dress.paint.training.ground)
        }
        training.visibility = if (screen.status.training) VISIBLE else GONE
        top.show(screen.title, face.charge, dress, words)
        prompt.wear(dress, PROMPT, dress.paint.page.ink, bold = true).say(screen.prompt)
        banner.show(if (face.fault != null) Tone.STOP else screen.tone, face.fault ?: screen.message, dress, words)
        banner.isClickable = face.fault != null
        progress.show(screen.progress, dress)
        facts.show(screen.fields, screen.lines, dress, words)
        choices.show(screen.actions, dress, words)
        entry.show(face)
        actions.show(screen.actions, dress, words)
        status.wear(dress, SMALL, dress.paint.quiet).say(statusLine(screen.status, face.engine, dress.hasKeys, words))
        spaced(dress)
        // Another screen, or another answer, is read from its beginning; news of the device leaves the person where they are.
        val saying = listOf(screen.id, screen.title, screen.prompt, screen.message, face.fault)
        if (saying != said) body.scrollTo(0, 0)
        said = saying
    }

    /** Moves what does not fit into view by most of a page; false where there is no more. */
    fun scroll(down: Boolean): Boolean {
        if (!body.canScrollVertically(if (down) 1 else -1)) return false
        body.smoothScrollBy(0, body.height * 3 / 4 * if (down) 1 else -1)
        return true
    }

    /** Upright: the pad below the page. Lying: beside it, at the thumb's side. */
    private fun lay(dress: Dress) {
        val lying = dress.lying
        val direction = if (dress.rightToLeft) LAYOUT_DIRECTION_RTL else LAYOUT_DIRECTION_LTR
        listOf(this, page, pad, content, status).forEach { it.layoutDirection = direction }
        // Hands are no matter of language.
        middle.layoutDirection = LAYOUT_DIRECTION_LTR
        middle.orientation = if (lying) HORIZONTAL else VERTICAL
        val order = if (lying && dress.leftHanded) listOf(pad, page) else listOf(page, pad)
        if (middle.childCount == 0 || middle.getChildAt(0) !== order[0]) {
            middle.removeAllViews()
            order.forEach(middle::addView)
        }
        page.layoutParams = if (lying) LayoutParams(0, LayoutParams.MATCH_PARENT, 0.56f) else LayoutParams(LayoutParams.MATCH_PARENT, 0, 1f)
        pad.layoutParams =
            if (lying) LayoutParams(0, LayoutParams.MATCH_PARENT, 0.44f) else LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)
        pad.part = if (lying) 1f else CEILING
    }

    private fun frame(trains: Boolean, dress: Dress) {
        val edge = if (trains) dress.px(FRAME) else 0
        setPadding(edge, edge, edge, edge)
        foreground =
            if (trains) {
                android.graphics.drawable.GradientDrawable().apply { setStroke(dress.px(FRAME), dress.paint.training.ground) }
            } else {
                null
            }
    }

    private fun spaced(dress: Dress) {
        val side = dress.px(10)
        content.setPadding(side, 0, side, dress.px(6))
        listOf(banner, progress, facts, choices).forEach { (it.layoutParams as LayoutParams).topMargin = dress.px(8) }
        (pad.getChildAt(0) as LinearLayout).setPadding(side, dress.px(4), side, dress.px(2))
        (actions.layoutParams as LayoutParams).topMargin = dress.px(6)
        status.setPaddingRelative(side, dress.px(3), side, dress.px(4))
    }

    private fun column(vararg children: View): LinearLayout =
        LinearLayout(context).apply {
            orientation = VERTICAL
            children.forEach { addView(it, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)) }
        }

    private fun LinearLayout.updateWeight(of: View) {
        of.layoutParams = LayoutParams(LayoutParams.MATCH_PARENT, 0, 1f)
        of.isVerticalScrollBarEnabled = true
        requestLayout()
    }

    private companion object {
        const val PROMPT = 30
        const val SMALL = 14
        const val FRAME = 5

        // What is pressed leaves at least so much for what is read.
        const val CEILING = 0.8f
    }
}

/** As high as what is in it, up to a part of the room; beyond it scrolls. */
internal class Ceiling(context: Context) : ScrollView(context) {
    /** Of the room, 0 to 1. */
    var part = 1f

    init {
        isScrollbarFadingEnabled = false
        isFillViewport = false
    }

    override fun onMeasure(widthMeasureSpec: Int, heightMeasureSpec: Int) {
        val room = MeasureSpec.getSize(heightMeasureSpec)
        if (MeasureSpec.getMode(heightMeasureSpec) == MeasureSpec.EXACTLY) return super.onMeasure(widthMeasureSpec, heightMeasureSpec)
        super.onMeasure(widthMeasureSpec, MeasureSpec.makeMeasureSpec((room * part).toInt(), MeasureSpec.AT_MOST))
    }
}

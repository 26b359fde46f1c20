package lotline.app.view

import android.annotation.SuppressLint
import android.content.Context
import android.text.Editable
import android.text.InputType
import android.text.TextWatcher
import android.util.TypedValue
import android.view.Gravity
import android.view.MotionEvent
import android.view.inputmethod.EditorInfo
import android.view.inputmethod.InputMethodManager
import android.widget.EditText
import android.widget.LinearLayout
import lotline.Word
import lotline.app.port.EngineState
import lotline.app.typing.Key
import lotline.core.AwaitKind

/** What is typed, and keys to type it with where the device has none of its own. */
class EntryView(context: Context, private val touch: Touch) : LinearLayout(context) {
    private val typed = LinearLayout(context)
    private val shown = FitText(context)
    private val edit = EditText(context)
    private val enter = KeyCap(context)
    private val pad = Grid(context)
    private val reach = Grid(context)
    private val type = KeyCap(context)
    private val trigger = KeyCap(context)
    private var following = false

    init {
        orientation = VERTICAL
        typed.gravity = Gravity.CENTER_VERTICAL
        typed.isBaselineAligned = false
        typed.addView(shown, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        typed.addView(edit, LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f))
        typed.addView(enter, LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.MATCH_PARENT))
        shown.accessibilityLiveRegion = ACCESSIBILITY_LIVE_REGION_POLITE
        pad.columns = 3
        reach.addView(trigger)
        reach.addView(type)
        listOf(typed, pad, reach).forEach { addView(it, LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)) }
        enter.setOnClickListener { touch.pressed(Key.Enter) }
        type.setOnClickListener { touch.typing(true) }
        holdToTrigger()
        editFollows()
    }

    /** Shows what the screen awaits. */
    fun show(face: Face) {
        val (screen, dress, words) = Triple(face.screen, face.dress, face.words)
        val kind = screen.awaits.kind
        val enters = kind == AwaitKind.PIN || kind == AwaitKind.QUANTITY || kind == AwaitKind.TEXT
        val writes = !dress.hasKeys && (kind == AwaitKind.TEXT || (!enters && face.typing))
        typed.visibility = if (enters || face.typed.isNotEmpty() || writes) VISIBLE else GONE
        pad.visibility = if (!dress.hasKeys && enters && !writes) VISIBLE else GONE
        val reads = kind == AwaitKind.SCAN && !writes
        reach.visibility = if (!dress.hasKeys && reads) VISIBLE else GONE
        visibility = if (listOf(typed, pad, reach).any { it.visibility == VISIBLE }) VISIBLE else GONE
        if (visibility == GONE) return edit.clearFocus()
        showTyped(face, kind, writes)
        if (pad.visibility == VISIBLE) showPad(kind, dress, words)
        reach.gap = dress.px(GAP)
        reach.fromRight = !dress.leftHanded
        type.show(words[Word.TYPE], dress, dress.paint.other)
        // Without an engine there is nothing to trigger; its place stays.
        trigger.show(words[Word.SCAN], dress, dress.paint.main)
        trigger.isEnabled = face.engine == EngineState.READY || face.engine == EngineState.SCANNING
        trigger.visibility = if (trigger.isEnabled) VISIBLE else INVISIBLE
    }

    private fun showTyped(face: Face, kind: AwaitKind, writes: Boolean) {
        val (dress, words) = face.dress to face.words
        typed.background = plane(dress, dress.paint.page.ground, dress.paint.rule)
        typed.minimumHeight = dress.px(Dress.TARGET)
        lay(beside = dress.textPercent <= BESIDE_TO_PERCENT)
        // What is to be entered, by its name; where it has none, its kind says it all.
        val hint =
            face.screen.awaits.label.ifEmpty {
                words[
                    when (kind) {
                        AwaitKind.PIN -> Word.AWAITS_PIN
                        AwaitKind.QUANTITY -> Word.AWAITS_QUANTITY
                        AwaitKind.TEXT -> Word.AWAITS_TEXT
                        else -> Word.AWAITS_SCAN
                    },
                ]
            }
        shown.visibility = if (writes) GONE else VISIBLE
        shown.setPadding(dress.px(12), dress.px(8), dress.px(12), dress.px(8))
        val text = if (kind == AwaitKind.PIN) "•".repeat(face.typed.length) else face.typed
        shown.wear(dress, TYPED, if (text.isEmpty()) dress.paint.quiet else dress.paint.page.ink, bold = text.isNotEmpty())
        shown.put(text.ifEmpty { hint })
        shown.contentDescription =
            if (kind == AwaitKind.PIN) "$hint: ${words.say(Word.DIGITS, face.typed.length)}" else "$hint: $text"
        edit.visibility = if (writes) VISIBLE else GONE
        if (writes) showEdit(face, hint) else edit.clearFocus()
        enter.show(words[Word.ENTER], dress, dress.paint.main)
    }

    // In large letters the key that ends it stands below: beside it the name of what is entered would have no room for its words.
    private fun lay(beside: Boolean) {
        val orientation = if (beside) HORIZONTAL else VERTICAL
        if (typed.orientation == orientation) return
        typed.orientation = orientation
        listOf(shown, edit).forEach {
            it.layoutParams = if (beside) LayoutParams(0, LayoutParams.WRAP_CONTENT, 1f) else LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)
        }
        enter.layoutParams =
            if (beside) {
                LayoutParams(LayoutParams.WRAP_CONTENT, LayoutParams.MATCH_PARENT)
            } else {
                LayoutParams(LayoutParams.MATCH_PARENT, LayoutParams.WRAP_CONTENT)
            }
    }

    private fun showEdit(face: Face, words: String) {
        val dress = face.dress
        edit.hint = words
        edit.setHintTextColor(dress.paint.quiet)
        edit.setTextColor(dress.paint.page.ink)
        edit.setTextSize(TypedValue.COMPLEX_UNIT_PX, dress.text(TYPED))
        edit.background = null
        edit.minHeight = dress.px(Dress.TARGET)
        edit.setPadding(dress.px(12), dress.px(8), dress.px(12), dress.px(8))
        if (edit.text.toString() != face.typed) {
            following = true
            edit.setText(face.typed)
            edit.setSelection(face.typed.length)
            following = false
        }
        if (!edit.hasFocus()) {
            edit.requestFocus()
            context.getSystemService(InputMethodManager::class.java)?.showSoftInput(edit, InputMethodManager.SHOW_IMPLICIT)
        }
    }

    private fun showPad(kind: AwaitKind, dress: Dress, words: Vocabulary) {
        pad.gap = dress.px(GAP)
        (pad.layoutParams as LayoutParams).topMargin = dress.px(GAP)
        val point = if (kind == AwaitKind.QUANTITY) "." else ""
        val caps = listOf("1", "2", "3", "4", "5", "6", "7", "8", "9", point, "0", ERASE)
        while (pad.childCount < caps.size) pad.addView(KeyCap(context))
        caps.forEachIndexed { at, said ->
            val cap = pad.getChildAt(at) as KeyCap
            cap.show(said, dress, dress.paint.other)
            cap.visibility = if (said.isEmpty()) INVISIBLE else VISIBLE
            cap.contentDescription = if (said == ERASE) words[Word.ERASE] else said
            cap.setOnClickListener { touch.pressed(if (said == ERASE) Key.Erase else Key.Char(said[0])) }
        }
    }

    // The trigger is held, not clicked; a screen reader's click is a press and its end.
    @SuppressLint("ClickableViewAccessibility")
    private fun holdToTrigger() {
        trigger.setOnTouchListener { view, event ->
            when (event.actionMasked) {
                MotionEvent.ACTION_DOWN -> view.isPressed = true.also { touch.trigger(true) }
                MotionEvent.ACTION_UP, MotionEvent.ACTION_CANCEL -> view.isPressed = false.also { touch.trigger(false) }
            }
            true
        }
        trigger.setOnClickListener {
            touch.trigger(true)
            touch.trigger(false)
        }
    }

    private fun editFollows() {
        edit.inputType = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
        edit.imeOptions = EditorInfo.IME_ACTION_DONE or EditorInfo.IME_FLAG_NO_EXTRACT_UI
        edit.addTextChangedListener(
            object : TextWatcher {
                override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

                override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit

                override fun afterTextChanged(text: Editable) {
                    if (!following) touch.typed(text.toString())
                }
            },
        )
        edit.setOnEditorActionListener { _, _, _ ->
            touch.pressed(Key.Enter)
            true
        }
    }

    private companion object {
        const val TYPED = 24
        const val GAP = 6
        const val BESIDE_TO_PERCENT = 130
        const val ERASE = "⌫"
    }
}

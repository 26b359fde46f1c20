package lotline.app.typing

import lotline.core.AwaitKind
import lotline.core.Input
import lotline.core.ScanSource
import lotline.core.Screen
import lotline.core.Style

/** A key that was pressed, as far as it matters here. */
sealed interface Key {
    /** A character; GS (1Dh) is one. */
    data class Char(val char: kotlin.Char) : Key

    /** Enter. */
    data object Enter : Key

    /** Backspace. */
    data object Erase : Key

    /** One step back. */
    data object Back : Key

    /** `F1` to `F12`. */
    data class Function(val number: Int) : Key
}

/**
 * Keys to inputs, as the terminal's handheld does it. A scanner that types sends its label and then Enter, many characters
 * in a few milliseconds; a person types slowly. The difference decides only what the evidence says (`scan` or `typed`);
 * what a text means is the core's to judge.
 */
class Wedge {
    private val typed = StringBuilder()
    private var firstMs = 0L
    private var lastMs = 0L

    /** What was typed and not yet sent. */
    val text: String get() = typed.toString()

    /** Forgets it. */
    fun clear() = typed.setLength(0)

    /** What an input method put there in one piece: a person's. */
    fun replace(text: String) {
        clear()
        typed.append(text.take(LONGEST))
        firstMs = 0
        lastMs = Long.MAX_VALUE / 2
    }

    /** A key at [nowMs] (any clock that runs forward); what it sends, if it does. */
    fun key(screen: Screen, key: Key, nowMs: Long): Input? {
        when (key) {
            is Key.Char -> push(key.char, nowMs)
            Key.Erase -> if (typed.isNotEmpty()) typed.setLength(typed.length - 1)
            Key.Back -> if (typed.isEmpty()) return Input.Back else clear()
            is Key.Function -> {
                clear()
                return actionAt(screen, "F${key.number}")
            }
            Key.Enter -> return enter(screen)
        }
        return null
    }

    /** Time has passed without a key: a digit that stands alone was meant as an action's. */
    fun idle(screen: Screen, nowMs: Long): Input? {
        val enters = screen.awaits.kind in ENTERED
        if (enters || typed.length != 1 || nowMs - lastMs < ALONE_MS) return null
        return actionAt(screen, text)?.also { clear() }
    }

    private fun push(char: kotlin.Char, nowMs: Long) {
        if (typed.isEmpty()) firstMs = nowMs
        if (typed.length < LONGEST) typed.append(char)
        lastMs = nowMs
    }

    private fun enter(screen: Screen): Input? {
        val said = text
        val scanned = wasScanner()
        clear()
        if (said.isEmpty()) return screen.actions.find { it.style == Style.MAIN }?.let { Input.Choose(it.id) }
        val field = screen.awaits.field
        return when (screen.awaits.kind) {
            AwaitKind.PIN, AwaitKind.QUANTITY -> Input.Enter(field, said.trim())
            AwaitKind.TEXT ->
                if (isScanned(said)) {
                    scan(said, ScanSource.SCAN)
                } else {
                    actionAt(screen, said.trim()) ?: Input.Enter(field, said.trim())
                }
            AwaitKind.SCAN, AwaitKind.CHOICE, AwaitKind.NONE ->
                scan(said.trimStart(' '), if (scanned) ScanSource.SCAN else ScanSource.TYPED)
        }
    }

    private fun wasScanner(): Boolean =
        typed.length >= SCANNER_LEAST && lastMs - firstMs <= (typed.length - 1) * SCANNER_GAP_MS

    companion object {
        /** A digit that is also an action's counts as that once nothing has followed for so long, in milliseconds. */
        const val ALONE_MS = 120L

        // A scanner leaves less than this between two characters, in milliseconds; no person keeps that up.
        private const val SCANNER_GAP_MS = 35L

        // Texts shorter than this are too short to tell.
        private const val SCANNER_LEAST = 4

        // The longest text taken in.
        private const val LONGEST = 64 * 1024

        private val ENTERED = setOf(AwaitKind.PIN, AwaitKind.QUANTITY, AwaitKind.TEXT)
    }
}

private fun actionAt(screen: Screen, key: String): Input? =
    screen.actions.find { it.key == key }?.let { Input.Choose(it.id) }

private fun scan(text: String, source: ScanSource) = Input.Scan(text.encodeToByteArray(), null, source)

/** Whether a scanner said so itself: an AIM identifier stands in front (ISO/IEC 15424). It is no part of what is entered. */
private fun isScanned(text: String): Boolean =
    text.length >= 3 && text[0] == ']' && text[1].isAsciiLetter() && (text[2].isAsciiLetter() || text[2] in '0'..'9')

private fun kotlin.Char.isAsciiLetter() = this in 'a'..'z' || this in 'A'..'Z'

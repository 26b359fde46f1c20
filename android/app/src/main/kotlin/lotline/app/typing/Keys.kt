package lotline.app.typing

import android.view.KeyEvent

/** What a key of the device, or of a scanner that types, means here; none for keys that are the system's. */
fun keyOf(event: KeyEvent): Key? =
    when (event.keyCode) {
        KeyEvent.KEYCODE_ENTER, KeyEvent.KEYCODE_NUMPAD_ENTER, KeyEvent.KEYCODE_DPAD_CENTER -> Key.Enter
        KeyEvent.KEYCODE_DEL, KeyEvent.KEYCODE_CLEAR -> Key.Erase
        KeyEvent.KEYCODE_BACK, KeyEvent.KEYCODE_ESCAPE -> Key.Back
        in KeyEvent.KEYCODE_F1..KeyEvent.KEYCODE_F12 -> Key.Function(event.keyCode - KeyEvent.KEYCODE_F1 + 1)
        else -> character(event)?.let(Key::Char)
    }

/** GS is what Ctrl and the closing bracket make (ASCII 1Dh): so scanners that type send it. */
private fun character(event: KeyEvent): Char? {
    if (event.isCtrlPressed) return if (event.keyCode == KeyEvent.KEYCODE_RIGHT_BRACKET) GS else null
    val code = event.unicodeChar
    // Dead keys carry a flag above the characters.
    return if (code in 1..Char.MAX_VALUE.code && !event.isSystem) code.toChar() else null
}

private const val GS = '\u001d'

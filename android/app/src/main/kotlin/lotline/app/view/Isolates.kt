package lotline.app.view

/**
 * The text without the directional isolates (Unicode Standard Annex 9) that change nothing: those that go the same way as what
 * they stand in, [rightToLeft] being the page's.
 *
 * Android before 15 puts the runs of a line in order by the levels of the paragraph's first characters instead of the line's own
 * (`AndroidBidi.directions` reads `levels[ld[i]]`, and forgets where the line starts). Text with levels above 2 is therefore
 * drawn in a wrong order from its second line on: a lot and a day became `1L2603A`. Without the isolates that are not needed the
 * core's texts have two levels.
 */
internal fun flat(text: String, rightToLeft: Boolean): String {
    if (text.none { it in OPENING }) return text
    val out = StringBuilder(text.length)
    // What each open isolate is: its direction, and whether its marks were kept.
    val open = ArrayDeque<Pair<Boolean, Boolean>>()
    for ((at, char) in text.withIndex()) {
        val around = open.lastOrNull()?.first ?: rightToLeft
        when (char) {
            in OPENING -> {
                val inside = directionOf(text, at)
                open.addLast(inside to (inside != around))
                if (inside != around) out.append(if (inside) RLI else LRI)
            }
            PDI -> if (open.removeLastOrNull()?.second == true) out.append(PDI)
            // It only told an isolate its direction.
            RLM -> if (!around) out.append(char)
            else -> out.append(char)
        }
    }
    return out.toString()
}

/** Whether the isolate that opens at [start] goes from right to left: by itself, or by its first strong character (rules P2, P3). */
private fun directionOf(text: String, start: Int): Boolean {
    if (text[start] != FSI) return text[start] == RLI
    var depth = 0
    for (at in start + 1 until text.length) {
        val char = text[at]
        when {
            char in OPENING -> depth += 1
            char == PDI -> if (depth-- == 0) return false
            depth > 0 -> Unit
            else ->
                when (Character.getDirectionality(char)) {
                    Character.DIRECTIONALITY_LEFT_TO_RIGHT -> return false
                    Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> return true
                }
        }
    }
    return false
}

private const val LRI = '\u2066'
private const val RLI = '\u2067'
private const val FSI = '\u2068'
private const val PDI = '\u2069'
private const val RLM = '\u200f'
private val OPENING = setOf(LRI, RLI, FSI)

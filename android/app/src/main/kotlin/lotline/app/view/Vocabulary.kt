package lotline.app.view

import java.util.EnumMap
import lotline.Word
import lotline.Words
import lotline.core.Tone

/** The words around a screen in one language. Those without figures cross the boundary once. */
class Vocabulary(tag: String) : AutoCloseable {
    private val words = Words.load(tag)
    private val said = EnumMap<Word, String>(Word::class.java)

    /** The language's tag. */
    val language: String = words.language()

    /** It is written from right to left. */
    val rightToLeft: Boolean = words.rightToLeft()

    /** A word without anything to fill in. */
    operator fun get(word: Word): String = said.getOrPut(word) { words.say(word) }

    /** A word with a text in it. */
    fun say(word: Word, text: String): String = words.say(word, text = text)

    /** A word with a number in it. */
    fun say(word: Word, n: Int): String = words.say(word, n = n.toLong())

    /** The word of a tone; none where nothing was judged. */
    fun tone(tone: Tone): String =
        when (tone) {
            Tone.ACCEPT -> this[Word.ACCEPT]
            Tone.WARN -> this[Word.WARN]
            Tone.STOP -> this[Word.STOP]
            Tone.IDLE -> ""
        }

    /** What happened, and what the person can do about it. */
    fun fault(remedy: lotline.core.Remedy): String = words.fault(remedy)

    override fun close() = words.close()
}

package lotline.app.cue

import android.content.Context
import android.speech.tts.TextToSpeech
import java.util.Locale
import lotline.core.Screen

/**
 * Speaks how an input came out and what to do now, for a person who wants it, by whatever voice the device has. Without one, or before it
 * is ready, nothing is said: the screen says it, too.
 */
class Voice(private val context: Context) : AutoCloseable {
    private var speech: TextToSpeech? = null
    private var ready = false
    private var last: Pair<List<String>, Locale>? = null

    /** Says [screen] in the language of [tag], in place of what is being said; [word] is that of its tone. */
    fun say(screen: Screen, word: String, tag: String) {
        val texts = listOf(word, screen.message, screen.prompt).map(::spoken).filter(String::isNotEmpty)
        last = texts to Locale.forLanguageTag(tag)
        if (speech == null) speech = TextToSpeech(context) { status -> begun(status) } else speak()
    }

    private fun begun(status: Int) {
        ready = status == TextToSpeech.SUCCESS
        speak()
    }

    private fun speak() {
        val (texts, language) = last ?: return
        val speech = speech.takeIf { ready } ?: return
        if (speech.setLanguage(language) < TextToSpeech.LANG_AVAILABLE) return
        texts.forEachIndexed { at, text ->
            speech.speak(text, if (at == 0) TextToSpeech.QUEUE_FLUSH else TextToSpeech.QUEUE_ADD, null, "$at")
        }
        last = null
    }

    /** Nobody is in front: no more. */
    fun hush() {
        last = null
        speech?.stop()
    }

    override fun close() {
        speech?.shutdown()
        speech = null
        ready = false
    }

    // Marks of direction are for eyes.
    private fun spoken(text: String) = text.filter { Character.getType(it) != Character.FORMAT.toInt() }
}

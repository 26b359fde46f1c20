package lotline.app.view

import lotline.Word
import lotline.app.port.EngineState
import lotline.core.Status

/** The device's own state in one line: offline age and queue, what the warehouse's system has, and what keeps the scanner. */
internal fun statusLine(status: Status, engine: EngineState, hasKeys: Boolean, words: Vocabulary): String {
    val parts = mutableListOf(status.text)
    // Where the movements stand is news only once the warehouse's own system takes some.
    if (status.inWms > 0u) {
        if (status.atGateway > 0u) parts += words.say(Word.AT_GATEWAY, status.atGateway.toInt())
        parts += words.say(Word.IN_WMS, status.inWms.toInt())
    }
    when (engine) {
        EngineState.OFF -> parts += words[Word.ENGINE_OFF]
        EngineState.LOCKED -> parts += words[Word.ENGINE_LOCKED]
        EngineState.SCANNING -> parts += words[Word.ENGINE_SCANNING]
        // What is typed on the device's own keys, or comes from a scanner that types, needs no engine.
        EngineState.ABSENT -> if (!hasKeys) parts += words[Word.ENGINE_ABSENT]
        EngineState.READY -> Unit
    }
    return parts.joinToString(" · ")
}

package lotline.app

import lotline.Word
import lotline.app.view.Vocabulary
import lotline.core.Action
import lotline.core.AwaitKind
import lotline.core.Awaits
import lotline.core.Cue
import lotline.core.Fault
import lotline.core.Screen
import lotline.core.Status
import lotline.core.Style
import lotline.core.Tone

/** The action that moves files aside which the device's keys do not open. */
internal const val SET_ASIDE = "set_aside"

/** What is drawn under a fault when there was no screen yet: the device's files could not be opened. */
internal fun blank(fault: Fault, words: Vocabulary): Screen =
    // Files that want other keys: docs/security.md, "Wrong or lost key".
    if (fault.code in setOf("lost_key", "wrong_key")) {
        blank().copy(actions = listOf(Action(SET_ASIDE, words[Word.SET_ASIDE], "F4", Style.CAREFUL)))
    } else {
        blank()
    }

/** A screen with nothing on it. */
internal fun blank(): Screen =
    Screen(
        id = "",
        title = "",
        prompt = "",
        tone = Tone.IDLE,
        message = "",
        fields = emptyList(),
        lines = emptyList(),
        progress = null,
        actions = emptyList(),
        awaits = Awaits(AwaitKind.NONE, ""),
        status = Status(null, 0u, 0u, 0u, null, false, ""),
        cue = Cue("", ""),
    )

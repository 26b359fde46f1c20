package lotline.app

import lotline.core.AwaitKind
import lotline.core.Awaits
import lotline.core.Cue
import lotline.core.Screen
import lotline.core.Status
import lotline.core.Tone

/** What is drawn under a fault when there was no screen yet: the device's files could not be opened. */
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

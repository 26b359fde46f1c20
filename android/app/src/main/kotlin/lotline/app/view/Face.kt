package lotline.app.view

import lotline.app.port.Charge
import lotline.app.port.EngineState
import lotline.core.Screen

/** Everything that is drawn. */
data class Face(
    /** The core's screen. */
    val screen: Screen,
    /** How it is drawn. */
    val dress: Dress,
    /** The words around it, in its language. */
    val words: Vocabulary,
    /** What was typed and not yet sent. */
    val typed: String = "",
    /** The person types what cannot be scanned. */
    val typing: Boolean = false,
    /** The scan engine. */
    val engine: EngineState = EngineState.ABSENT,
    /** The battery, where the device tells of it. */
    val charge: Charge? = null,
    /** The last call failed: what happened, and what the person can do. */
    val fault: String? = null,
)

package lotline.app.view

import lotline.app.typing.Key
import lotline.core.Action

/** What a finger does. Always called on the main thread. */
interface Touch {
    /** An action was pressed. */
    fun chosen(action: Action)

    /** A key that is drawn was pressed. */
    fun pressed(key: Key)

    /** An input method has put this in place of what was typed. */
    fun typed(text: String)

    /** The person wants to type what cannot be scanned, or no longer. */
    fun typing(on: Boolean)

    /** The trigger that is drawn went down or up. */
    fun trigger(pressed: Boolean)

    /** A fault was looked at: try again. */
    fun retry()
}

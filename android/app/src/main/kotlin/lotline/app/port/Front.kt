package lotline.app.port

import android.content.Context
import lotline.Word

/** The activity in front, for whatever needs a person. On the main thread. */
interface Front {
    /** Where views are made. */
    val context: Context

    /**
     * Sees that the app has [permission]: where it has not, [why] is said and the system asks. A person who does not allow it is told
     * [denied]. [answered] is called once, at once where nothing needs to be asked.
     */
    fun allow(permission: String, why: Word, denied: Word?, answered: (Boolean) -> Unit)
}

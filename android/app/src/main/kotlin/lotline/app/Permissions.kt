package lotline.app

import android.app.Activity
import android.app.AlertDialog
import android.content.Context
import android.content.pm.PackageManager
import lotline.Word
import lotline.app.port.Front
import lotline.app.view.Vocabulary

/** Asks for permissions: first says why, in the core's words, then lets the system ask in its own. */
internal class Permissions(private val activity: Activity, private val words: () -> Vocabulary) : Front {
    private class Asked(val permission: String, val denied: Word?, val answered: (Boolean) -> Unit)

    private val asked = mutableListOf<Asked>()

    override val context: Context get() = activity

    override fun allow(permission: String, why: Word, denied: Word?, answered: (Boolean) -> Unit) {
        if (activity.checkSelfPermission(permission) == PackageManager.PERMISSION_GRANTED) return answered(true)
        // One question at a time: a second pull of the trigger asks nothing twice.
        if (asked.any { it.permission == permission }) return
        asked += Asked(permission, denied, answered)
        say(why) { activity.requestPermissions(arrayOf(permission), CODE) }
    }

    /** The system's answer, as the activity gets it. None at all means that the question was taken away. */
    fun answered(permissions: Array<out String>) {
        val open = asked.filter { permissions.isEmpty() || it.permission in permissions }
        asked -= open.toSet()
        for (one in open) {
            val allowed = activity.checkSelfPermission(one.permission) == PackageManager.PERMISSION_GRANTED
            one.answered(allowed)
            if (!allowed && permissions.isNotEmpty()) one.denied?.let { say(it) {} }
        }
    }

    private fun say(word: Word, then: () -> Unit) {
        AlertDialog.Builder(activity)
            .setMessage(words()[word])
            .setCancelable(false)
            .setPositiveButton(android.R.string.ok) { _, _ -> then() }
            .show()
    }

    private companion object {
        const val CODE = 1
    }
}

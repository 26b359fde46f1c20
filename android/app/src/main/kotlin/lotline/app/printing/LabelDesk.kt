package lotline.app.printing

import android.app.Activity
import android.app.AlertDialog
import lotline.Word
import lotline.app.view.Vocabulary

/** Tells the person in front about labels, one after the other: whether one came out whose line dropped is asked until it is answered. */
class LabelDesk(private val activity: Activity, private val words: () -> Vocabulary) {
    private val waiting = ArrayDeque<LabelNews>()
    private var asked: LabelNews? = null
    private var asking: AlertDialog? = null

    /** On the main thread. */
    fun tell(news: LabelNews) {
        waiting += news
        if (asked == null) next()
    }

    /** The activity leaves. Gives what nobody has answered, to be asked by the next. */
    fun close(): List<LabelNews> {
        val left = listOfNotNull(asked) + waiting
        waiting.clear()
        asking?.setOnDismissListener(null)
        asking?.dismiss()
        return left
    }

    private fun next() {
        asking = null
        val news = waiting.removeFirstOrNull()
        asked = news
        if (news == null) return
        val words = words()
        val dialog = AlertDialog.Builder(activity).setCancelable(false)
        when (news) {
            is LabelNews.Failed -> dialog.setMessage(words.say(Word.LABEL_FAILED, news.label)).setPositiveButton(android.R.string.ok, null)
            is LabelNews.Unknown ->
                dialog
                    .setMessage(words.say(Word.LABEL_UNKNOWN, news.label))
                    .setPositiveButton(words[Word.LABEL_CAME_OUT]) { _, _ -> news.settle(true) }
                    .setNegativeButton(words[Word.LABEL_DID_NOT]) { _, _ -> news.settle(false) }
        }
        asking = dialog.setOnDismissListener { next() }.show()
    }
}

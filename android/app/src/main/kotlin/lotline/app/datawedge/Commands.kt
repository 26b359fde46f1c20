package lotline.app.datawedge

import android.content.Context
import android.content.Intent
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import java.util.UUID

/** What DataWedge is told or asked. */
internal class Command(
    /** The extra that names it. */
    val name: String,
    /** Its value: a string or a bundle. */
    val value: Any,
    /** The extra that the answer to a question is in; null for an order, whose answer is a result code. */
    val answer: String? = null,
    /** Orders about the same thing: a later one takes the place of an earlier one that has not gone out. */
    val about: String? = null,
    /** How often it is sent before it is given up. */
    val tries: Int = Commands.TRIES,
)

/** What came of a command. */
internal sealed interface Answer {
    /** It says that it did so, or what it was asked for. It may have changed nothing: see [ProfileKeeper]. */
    class Told(val extras: Bundle) : Answer

    /** It refused. */
    class Refused(val codes: List<String>) : Answer

    /** Nothing came, however often it was asked. */
    data object Silence : Answer
}

/**
 * A conversation with DataWedge: one command at a time, each until it is answered.
 *
 * DataWedge keeps no queue: what arrives while it is busy is dropped without a word (DW "Troubleshooting", written for 15.0). So a
 * command waits for the answer to the one before it, is sent again when none comes, and is given up after so many tries. An answer that comes
 * twice, or too late, is known by its identifier. All of it runs on the main thread.
 */
internal class Commands(private val context: Context, private val counts: Counts) {
    /** What is counted on the way, for the diagnostics. */
    interface Counts {
        /** A command was sent again, because no answer came. */
        fun again()

        /** A command was given up. */
        fun silent()
    }

    private class Pending(val command: Command, val done: (Answer) -> Unit) {
        var id = ""
        var tries = 0
    }

    private val handler = Handler(Looper.getMainLooper())
    private val waiting = ArrayDeque<Pending>()
    private var current: Pending? = null
    private val late = Runnable { late() }

    /** Called when nothing waits any more. */
    var idle: () -> Unit = {}

    /** How results are asked for; see [Version.LAST_RESULT]. */
    var lastResult = false

    /** Sends [command] when its turn comes; [done] hears what came of it, unless [clear] comes first. */
    fun send(command: Command, done: (Answer) -> Unit = {}) {
        if (command.about != null) waiting.removeAll { it.command.about == command.about }
        waiting.addLast(Pending(command, done))
        if (current == null) next()
    }

    /** Sends [command] at once, and waits for nothing: a trigger that was dropped is pulled again by a person. */
    fun shout(command: Command) = context.sendBroadcast(intent(command))

    /** Forgets everything: nobody waits any more. */
    fun clear() {
        handler.removeCallbacks(late)
        waiting.clear()
        current = null
    }

    /** An answer came, perhaps to something else. */
    fun answered(intent: Intent) {
        val pending = current ?: return
        val extras = intent.extras ?: return
        val id = extras.getString(Api.COMMAND_IDENTIFIER)
        val asked = pending.command.answer
        // An answer to a question need not repeat the identifier, but then it has what was asked for.
        val ours = if (id != null) id == pending.id else asked != null && extras.containsKey(asked)
        if (!ours) return
        val refused = extras.getString(Api.RESULT)?.trim().let { it != null && !it.equals(Api.RESULT_SUCCESS, true) }
        val answer =
            when {
                asked != null && extras.containsKey(asked) -> Answer.Told(extras)
                refused -> Answer.Refused(codes(extras))
                // The result of a question comes on its own before or behind the answer.
                asked != null -> return
                else -> Answer.Told(extras)
            }
        finish(pending, answer)
    }

    private fun next() {
        val pending = waiting.removeFirstOrNull() ?: return
        current = pending
        transmit(pending)
    }

    private fun transmit(pending: Pending) {
        pending.tries += 1
        pending.id = UUID.randomUUID().toString()
        val result = if (lastResult) Api.RESULT_AT_LAST else Api.RESULT_OF_EACH
        context.sendBroadcast(
            intent(pending.command).putExtra(Api.SEND_RESULT, result).putExtra(Api.COMMAND_IDENTIFIER, pending.id),
        )
        handler.postDelayed(late, PATIENCE_MS * pending.tries)
    }

    private fun late() {
        val pending = current ?: return
        if (pending.tries < pending.command.tries) {
            counts.again()
            return transmit(pending)
        }
        counts.silent()
        finish(pending, Answer.Silence)
    }

    private fun finish(pending: Pending, answer: Answer) {
        handler.removeCallbacks(late)
        current = null
        // What it sends takes its turn behind what waits.
        pending.done(answer)
        if (current == null) next()
        if (current == null) idle()
    }

    private fun intent(command: Command): Intent {
        val intent = Intent(Api.ACTION).setPackage(Api.PACKAGE)
        when (val value = command.value) {
            is Bundle -> intent.putExtra(command.name, value)
            else -> intent.putExtra(command.name, value.toString())
        }
        return intent
    }

    internal companion object {
        /** How often a command is sent before it is given up. */
        const val TRIES = 5

        /** How long the first answer is waited for, in milliseconds; each further one so much longer. */
        const val PATIENCE_MS = 1_000L
    }
}

/** The result codes: of the whole command, or of each plug-in of it (DW "SET_CONFIG", DataWedge 7.1). */
@Suppress("DEPRECATION") // The typed getters begin with Android 13.
private fun codes(extras: Bundle): List<String> {
    val each = extras.getParcelableArrayList<Bundle>(Api.RESULT_LIST).orEmpty() + listOfNotNull(extras.getBundle(Api.RESULT_INFO))
    return each.flatMap { it.getString(Api.RESULT_CODE).orEmpty().split(',') }.map(String::trim).filter(String::isNotEmpty).distinct()
}

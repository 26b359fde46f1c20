package lotline.app.printing

import java.util.concurrent.Executor
import lotline.Handheld
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.core.Printed
import lotline.core.Printer

/** What became of a label, to be told to whoever asked for it. */
sealed interface LabelNews {
    /** The elements on it, as bracketed text. */
    val label: String

    /** It did not come out. Its number is used up; [why] is the printer's word. */
    data class Failed(override val label: String, val why: String) : LabelNews

    /** Nobody knows. [settle] is to be called with what a person saw; it stays open until then, also through a restart. */
    class Unknown(override val label: String, val settle: (cameOut: Boolean) -> Unit) : LabelNews
}

/**
 * Prints what the core has waiting, after each input, on [background]: one number is never printed twice unasked. Labels that were open
 * when the process began are asked about, and not printed: they may have come out.
 */
class Labels(
    private val background: Executor,
    private val handheld: () -> Handheld,
    private val printer: () -> Printer?,
    private val diagnostics: Diagnostics,
    private val tell: (LabelNews) -> Unit,
) {
    // Only used in the background.
    private var seen: MutableSet<Pair<ULong, ULong>>? = null
    private var failed = 0

    /** An input was answered: what it asked for is printed. */
    fun look() = background.execute { runCatching { print() } }

    private fun print() {
        // Without a printer nobody is asked anything: what is open waits at another desk.
        val printer = printer() ?: return
        val handheld = handheld()
        val seen = seen ?: begin(handheld).also { seen = it }
        for (open in handheld.openLabels()) {
            if (!seen.add(open.lease to open.number)) continue
            val print = handheld.printOpenLabel(open.lease, open.number, "", printer)
            told(handheld, print.label, print.printed, open.lease, open.number)
        }
        var waiting = handheld.waitingCopies()
        if (waiting.size < failed) failed = 0
        // One that failed goes on waiting; it is tried again when there are more.
        while (waiting.size > failed) {
            val printed = handheld.printCopy("", printer)
            if (printed is Printed.Failed) {
                tell(LabelNews.Failed(waiting.first(), printed.reason))
                failed = waiting.size
            }
            waiting = handheld.waitingCopies()
        }
    }

    private fun begin(handheld: Handheld): MutableSet<Pair<ULong, ULong>> {
        val open = handheld.openLabels()
        open.forEach { told(handheld, it.label, Printed.Unknown, it.lease, it.number) }
        return open.map { it.lease to it.number }.toMutableSet()
    }

    private fun told(handheld: Handheld, label: String, printed: Printed, lease: ULong, number: ULong) =
        when (printed) {
            Printed.Done -> Unit
            is Printed.Failed -> tell(LabelNews.Failed(label, printed.reason))
            Printed.Unknown -> {
                diagnostics.count(Count.LABELS_UNKNOWN)
                tell(LabelNews.Unknown(label) { cameOut -> background.execute { runCatching { handheld.settleLabel(lease, number, cameOut) } } })
            }
        }
}

package lotline.app.printing

import java.io.EOFException
import java.io.IOException
import lotline.core.Printed
import lotline.core.Printer

/**
 * A label printer that speaks ZPL II, on whatever way.
 *
 * It is asked how it is before the label is sent, so that one without paper burns no number; and again behind it, since it answers in its
 * turn. From the label's first byte on, whatever breaks leaves it open whether the label came out: [Printed.Unknown], which a person
 * settles. The command line's printer does the same.
 */
class ZplPrinter(private val link: Link) : Printer {
    override fun printZpl(zpl: ByteArray): Printed {
        val line =
            try {
                link.open()
            } catch (error: IOException) {
                // Until the bytes are under way nothing can have come out.
                return Printed.Failed(error.message ?: "the printer is not there")
            }
        return line.use { print(it, zpl) }
    }

    private fun print(line: Line, zpl: ByteArray): Printed {
        // No word, as from one that only takes: it gets the label all the same, and somebody looks.
        val answers = asked(line)
        answers?.getOrNull()?.let { return Printed.Failed(it) }
        try {
            line.says.write(zpl)
            line.says.flush()
        } catch (_: IOException) {
            return Printed.Unknown
        }
        if (answers == null) return Printed.Unknown
        val behind = asked(line)
        return if (behind != null && behind.getOrNull() == null) Printed.Done else Printed.Unknown
    }

    // How it is: null without an answer; else what is wrong, or nothing.
    private fun asked(line: Line): Result<String?>? =
        try {
            line.says.write("~HS\r\n".toByteArray())
            line.says.flush()
            val said = StringBuilder()
            var ends = 0
            while (ends < LINES && said.length < LONGEST) {
                val byte = line.hears.read()
                if (byte < 0) throw EOFException()
                if (byte == END) ends += 1
                said.append(byte.toChar())
            }
            Result.success(trouble(said.toString()))
        } catch (_: IOException) {
            null
        }

    private companion object {
        /** The answer to `~HS` is three lines, each between STX and ETX (Zebra, "ZPL II Programming Guide", ~HS Host Status Return). */
        const val LINES = 3
        const val END = 0x03

        /** The longest of them has 41 characters. */
        const val LONGEST = 512

        // Paper out and pause in the first line, head open and ribbon out in the second.
        fun trouble(said: String): String? {
            val lines = said.split(END.toChar()).map { it.trim().trimStart('\u0002').split(',').map(String::trim) }
            fun up(line: Int, at: Int) = lines.getOrNull(line)?.getOrNull(at) == "1"
            return when {
                up(0, 1) -> "paper out"
                up(0, 2) -> "paused"
                up(1, 2) -> "head open"
                up(1, 3) -> "ribbon out"
                else -> null
            }
        }
    }
}

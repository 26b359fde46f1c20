package lotline.app.datawedge

import android.content.Intent
import android.os.Bundle
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import lotline.core.Input
import lotline.core.ScanSource
import lotline.core.Tag

/** What a broadcast of DataWedge's brought. */
internal class Reads(
    /** To send, in this order. */
    val inputs: List<Input>,
    /** The text differs from the bytes: a formatting rule is at work in DataWedge, and would change what is typed elsewhere. */
    val formatted: Boolean,
    /** There were no bytes, only the text: what a formatting rule took away is not known. */
    val textOnly: Boolean,
)

/** Reads the intent of a scan (DW "Intent Output"). Bytes are taken as they are: what they say is the core's to read. */
@Suppress("DEPRECATION") // The typed getters begin with Android 13.
internal fun readsOf(intent: Intent): Reads {
    val extras = intent.extras ?: return Reads(emptyList(), formatted = false, textOnly = false)
    val prefix = if (extras.keySet().any { it.startsWith(Api.DATA) }) Api.DATA else Api.OLD_DATA
    val source = extras.getString(prefix + Api.SOURCE) ?: Api.SOURCE_SCANNER
    if (source == Api.SOURCE_RFID) return tagsOf(extras, prefix)
    // Cards, speech and forms are none of ours.
    if (source != Api.SOURCE_SCANNER) return Reads(emptyList(), formatted = false, textOnly = false)
    // Of several codes each has its own bytes; the text outside is all of them in one.
    val several = extras.getSerializable(prefix + Api.BARCODES) as? List<*>
    val codes =
        several?.filterIsInstance<Bundle>()?.map { codeOf(it, prefix, it.getByteArray(prefix + Api.DECODE_DATA)) }
            ?: listOf(codeOf(extras, prefix, whole(extras.getSerializable(prefix + Api.DECODE_DATA))))
    val read = codes.filterNotNull()
    return Reads(read.map(Code::input), read.any(Code::formatted), read.any(Code::textOnly))
}

private class Code(val input: Input.Scan, val formatted: Boolean, val textOnly: Boolean)

// One symbol's bytes: the list has an item for each part of it.
private fun whole(data: Any?): ByteArray? {
    val parts = (data as? List<*>)?.filterIsInstance<ByteArray>().orEmpty()
    return if (parts.isEmpty()) data as? ByteArray else parts.reduce(ByteArray::plus)
}

private fun codeOf(from: Bundle, prefix: String, bytes: ByteArray?): Code? {
    val text = from.getString(prefix + Api.DATA_STRING)
    val type = from.getString(prefix + Api.LABEL_TYPE)?.trim()?.ifEmpty { null }
    if (bytes == null || bytes.isEmpty()) {
        if (text.isNullOrEmpty()) return null
        return Code(Input.Scan(text.toByteArray(), type, ScanSource.SCAN), formatted = false, textOnly = true)
    }
    // Where the identifier stands in the text alone, it still says more than the label type.
    val identifier = text?.let { IDENTIFIER.find(it)?.value }?.takeIf { says(bytes, text.drop(it.length)) }
    val formatted = text != null && identifier == null && !says(bytes, text)
    return Code(Input.Scan(bytes, identifier ?: type, ScanSource.SCAN), formatted, textOnly = false)
}

/** An AIM symbology identifier (ISO/IEC 15424): `]d2`. */
private val IDENTIFIER = Regex("^][A-Za-z][0-9A-Za-z]")

// DataWedge decodes by `charset_name`; by default UTF-8, and before DataWedge 7 ISO 8859-1.
private fun says(bytes: ByteArray, text: String): Boolean {
    val utf8 =
        try {
            Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()
        } catch (_: CharacterCodingException) {
            null
        }
    return text == utf8 || text == bytes.toString(Charsets.ISO_8859_1)
}

// Tags come as text, one in a line (DW "RFID Input", Data): the memory of the EPC bank in hexadecimal digits, and no more.
private fun tagsOf(extras: Bundle, prefix: String): Reads {
    val lines = extras.getString(prefix + Api.DATA_STRING).orEmpty().lines().map(String::trim).filter(String::isNotEmpty)
    val tags = lines.filter { HEXADECIMAL.matches(it) }.map { Tag(it.uppercase(), UNTOLD_DBM, 0u, null, 0) }
    val inputs = tags.chunked(MOST_TAGS).map { Input.Tags(it) }
    return Reads(inputs, formatted = tags.size < lines.size, textOnly = false)
}

// No strength comes: taken for weaker than any, so that nobody is told that a tag is near.
private const val UNTOLD_DBM = -100

private val HEXADECIMAL = Regex("[0-9A-Fa-f]{4,124}")

/** The most tags in one input: `MOST_TAGS_AT_ONCE` of the core. */
internal const val MOST_TAGS = 10_000

package lotline.app.fleet

import android.content.Context
import android.content.RestrictionsManager
import android.os.Bundle
import lotline.app.datawedge.DataWedgeSetup
import lotline.app.datawedge.ScanMode

/**
 * What the fleet's own management says of this device (Android Enterprise, managed configuration): `res/xml/app_restrictions.xml` offers
 * it, and docs/guides/zebra.md says what each key means. A value that cannot be used is left as if it were not there, and [faults] names
 * its key.
 */
class Configuration internal constructor(bundle: Bundle) {
    private val wrong = sortedSetOf<String>()

    /** The gateway's invitation, for a device that is not enrolled; null where a person scans it. */
    val invitation: String? = bundle.text(Key.INVITATION)?.takeIf { it.startsWith(INVITATION) }.orWrong(bundle, Key.INVITATION)

    /** What the device is called; null: by its model and a piece of its key. */
    val deviceName: String? =
        bundle.text(Key.DEVICE_NAME)?.takeIf { it.length <= LONGEST_NAME && it.none(Char::isISOControl) }.orWrong(bundle, Key.DEVICE_NAME)

    /** The language until somebody signs in; null: the device's. */
    val language: String? = bundle.text(Key.LANGUAGE)?.takeIf { it in LANGUAGES }.orWrong(bundle, Key.LANGUAGE)

    /** Roots to trust for TLS besides the built-in ones, each as PEM. */
    val trustRoots: List<ByteArray> =
        bundle.text(Key.TRUST_ROOTS)?.let(::certificates).orWrong(bundle, Key.TRUST_ROOTS).orEmpty().map(String::toByteArray)

    private val mode: ScanMode? =
        bundle.text(Key.SCAN_MODE)?.let { word -> ScanMode.entries.find { it.name.lowercase() == word } }.orWrong(bundle, Key.SCAN_MODE)

    private val count: Int? = bundle.number(Key.SCAN_COUNT, 2..100)

    /** Where tags come from. */
    val rfid: RfidSource =
        bundle.text(Key.RFID)?.let { word -> RfidSource.entries.find { it.name.lowercase() == word } }.orWrong(bundle, Key.RFID)
            ?: RfidSource.AUTO

    /** How DataWedge is to read. */
    val scan = DataWedgeSetup(mode ?: ScanMode.SINGLE, count ?: DataWedgeSetup().count, rfid == RfidSource.DATAWEDGE)

    /** Where labels are printed: `tcp://HOST`, `tcp://HOST:PORT` or `bluetooth://AA:BB:CC:DD:EE:FF`; null: nowhere. */
    val printer: String? = bundle.text(Key.PRINTER)?.takeIf(PRINTER::matches).orWrong(bundle, Key.PRINTER)

    /** Keys whose values cannot be used. */
    val faults: List<String> get() = wrong.toList()

    private fun Bundle.text(key: Key): String? = (get(key) as? String)?.trim()?.ifEmpty { null }

    private fun Bundle.number(key: Key, range: IntRange): Int? {
        // Some managements hand a number over as text.
        val value = get(key)?.toString()?.trim()?.ifEmpty { null } ?: return null
        return value.toIntOrNull()?.takeIf { it in range }.also { if (it == null) wrong += key.key }
    }

    private fun <T : Any> T?.orWrong(bundle: Bundle, key: Key): T? {
        if (this == null && !bundle.get(key)?.toString().isNullOrBlank()) wrong += key.key
        return this
    }

    @Suppress("DEPRECATION") // A value may come in another type than was asked for.
    private fun Bundle.get(key: Key): Any? = get(key.key)

    companion object {
        /** What an invitation begins with (docs/protocol.md). */
        internal const val INVITATION = "lotline://enrol?"
        private const val LONGEST_NAME = 64
        private val PRINTER = Regex("""tcp://(\[[0-9A-Fa-f:.]+]|[0-9A-Za-z.-]+)(:\d{1,5})?|bluetooth://([0-9A-F]{2}:){5}[0-9A-F]{2}""")
        private val CERTIFICATE = Regex("-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")

        /** The languages of the core's texts. */
        val LANGUAGES = listOf("ar", "de", "en", "es", "fr", "zh")

        private fun certificates(text: String) = CERTIFICATE.findAll(text).map { it.value + "\n" }.toList().ifEmpty { null }

        /** What is said now. To be asked for anew whenever the app comes to the front, and when the system says that it changed. */
        fun read(context: Context): Configuration =
            Configuration(context.getSystemService(RestrictionsManager::class.java)?.applicationRestrictions ?: Bundle.EMPTY)
    }
}

/** The keys of the managed configuration. */
enum class Key {
    INVITATION,
    DEVICE_NAME,
    LANGUAGE,
    TRUST_ROOTS,
    SCAN_MODE,
    SCAN_COUNT,
    RFID,
    PRINTER,
    ;

    /** As it stands in `app_restrictions.xml`. */
    val key = name.lowercase()
}

/** Where tags come from. */
enum class RfidSource {
    /** From a sled of which the app has the maker's module; where there is none, nowhere. */
    AUTO,

    /** Through DataWedge. */
    DATAWEDGE,

    /** From nowhere. */
    OFF,
}

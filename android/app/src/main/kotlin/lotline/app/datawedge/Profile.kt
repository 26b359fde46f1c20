package lotline.app.datawedge

import android.os.Bundle
import android.os.Parcelable

/** How many codes one pull of the trigger reads. */
enum class ScanMode(internal val number: String) {
    /** One. */
    SINGLE("1"),

    /** The codes of one medical device's label, up to Android 9 on some devices (DW "SET_CONFIG", scanning_mode). */
    UDI("2"),

    /** Several; their order is not told, and equal ones come once (DW "Barcode Input", MultiBarcode). */
    MULTI("3"),
}

/** What stands otherwise in DataWedge than it should. */
internal data class Difference(
    /** The plug-in, or the profile itself. */
    val where: String,
    /** The parameter. */
    val key: String,
    /** What it should be. */
    val wanted: String,
    /** What it is; null where DataWedge does not say. */
    val found: String?,
    /** Whether scans go wrong by it. Otherwise this DataWedge or engine need not know it. */
    val must: Boolean,
)

/** A plug-in's parameters. DataWedge takes all of them as strings. */
internal class Plugin(
    val name: String,
    /** Without these a scan is lost, doubled or changed. */
    val must: Map<String, String>,
    /** The same, where this DataWedge knows them at all: what it does not know it reads back as nothing. */
    val known: Map<String, String> = emptyMap(),
    /** These are asked for, and work goes on without them. */
    val wish: Map<String, String> = emptyMap(),
) {
    fun bundle(): Bundle {
        val params = Bundle()
        (must + known + wish).forEach(params::putString)
        return Bundle().apply {
            putString(Api.PLUGIN_NAME, name)
            // What a site has set besides, such as an illumination, stays.
            putString(Api.RESET_CONFIG, "false")
            putBundle(Api.PARAM_LIST, params)
        }
    }

    fun differences(read: Bundle?): List<Difference> =
        must.mapNotNull { (key, wanted) -> difference(read, key, wanted) { true } } +
            known.mapNotNull { (key, wanted) -> difference(read, key, wanted) { found -> !found.isNullOrEmpty() } } +
            wish.mapNotNull { (key, wanted) -> difference(read, key, wanted) { false } }

    @Suppress("DEPRECATION") // Some values come as numbers or booleans, so none is asked for by its type.
    private fun difference(read: Bundle?, key: String, wanted: String, must: (String?) -> Boolean): Difference? {
        val found = read?.get(key)?.toString()?.trim()
        // "True" is the example of DW "GET_CONFIG".
        return if (found.orEmpty().equals(wanted, ignoreCase = true)) null else Difference(name, key, wanted, found, must(found))
    }
}

/** The profile that Lotline wants of DataWedge. */
internal class Profile(
    /** Its name in DataWedge. */
    val name: String,
    private val packageName: String,
    mode: ScanMode,
    /** For [ScanMode.MULTI]: 2 to 100; before DataWedge 7.5 to 10. */
    count: Int,
    /** Whether tags come through DataWedge, too: then no other app and no SDK can use the reader. */
    rfid: Boolean,
) {
    /** The action of the broadcast that brings a read. */
    val scanAction = "$packageName.SCAN"

    val plugins: List<Plugin> =
        listOfNotNull(
            Plugin(
                Api.BARCODE,
                must = mapOf("scanner_input_enabled" to "true"),
                known =
                    mapOf("scanning_mode" to mode.number) +
                        // Those that carry lots and serial numbers; a dump in DW "GET_CONFIG" has GS1 DataMatrix off.
                        decoders("code128", "datamatrix", "qrcode", "gs1_datamatrix", "gs1_qrcode", "gs1_databar_exp", "ean13") +
                        (if (mode == ScanMode.MULTI) mapOf("multi_barcode_count" to count.toString()) else emptyMap()),
                wish =
                    mapOf(
                        // Which scanner: the device's default. The identifiers begin with DataWedge 6.5.
                        "scanner_selection_by_identifier" to "AUTO",
                        // The AIM identifier in front says what a label type does not: whether a DataMatrix holds GS1 data.
                        "code_id_type" to "1",
                        // Only our tone is heard: DataWedge's comes before anybody knows whether the scan counts. Whether an empty
                        // address is silence or the default is not documented: the guide has it listened to.
                        "decode_audio_feedback_uri" to "",
                        "decode_haptic_feedback" to "false",
                    ) +
                        // Linked symbols and DotCode need an engine that can.
                        decoders("gs1_databar", "gs1_databar_lim", "composite_ab", "composite_c", "dotcode", "ean8", "upca", "upce0", "i2of5") +
                        (
                            if (mode == ScanMode.UDI) {
                                listOf("gs1", "hibcc", "iccbba").associate { "enable_udi_$it" to "true" }
                            } else {
                                emptyMap()
                            }
                        ) +
                        // All of them at once, whatever the count says, would come as several reads of one pull.
                        (if (mode == ScanMode.MULTI) mapOf("instant_reporting_enable" to "false") else emptyMap()),
            ),
            Plugin(
                Api.INTENT,
                must =
                    mapOf(
                        "intent_output_enabled" to "true",
                        "intent_action" to scanAction,
                        // 0 activity, 1 service, 2 broadcast (DW "SET_CONFIG", Intent Output Parameters).
                        "intent_delivery" to "2",
                    ),
                wish = mapOf("intent_category" to ""),
            ),
            // Else every read comes twice: as an intent and as keys.
            Plugin(Api.KEYSTROKE, must = mapOf("keystroke_output_enabled" to "false")),
            // One app owns the reader: off unless the site says that DataWedge shall have it.
            Plugin(
                Api.RFID,
                must = if (rfid) mapOf("rfid_input_enabled" to "true") else emptyMap(),
                wish =
                    if (rfid) {
                        mapOf(
                            "rfid_beeper_enable" to "false",
                            "rfid_filter_duplicate_tags" to "true",
                            "rfid_hardware_trigger_enabled" to "true",
                        )
                    } else {
                        mapOf("rfid_input_enabled" to "false")
                    },
            ),
        )

    /** The bundles of SET_CONFIG that make it so: one, or before [Version.SEVERAL] one for each plug-in. */
    fun orders(version: Version, exists: Boolean): List<Bundle> {
        val known = plugins.filter { it.name != Api.RFID || version >= RFID_SINCE }.map(Plugin::bundle)
        if (version >= Version.SEVERAL) {
            return listOf(main(exists).apply { putParcelableArrayList(Api.PLUGIN_CONFIG, ArrayList(known)) })
        }
        return known.mapIndexed { at, plugin -> main(exists || at > 0).apply { putBundle(Api.PLUGIN_CONFIG, plugin) } }
    }

    private fun main(exists: Boolean) =
        Bundle().apply {
            putString(Api.PROFILE_NAME, name)
            putString(Api.PROFILE_ENABLED, "true")
            // Named, because the default overwrites everything.
            putString(Api.CONFIG_MODE, if (exists) Api.UPDATE else Api.CREATE_IF_NOT_EXIST)
            val app =
                Bundle().apply {
                    putString(Api.PACKAGE_NAME, packageName)
                    putStringArray(Api.ACTIVITY_LIST, arrayOf("*"))
                }
            putParcelableArray(Api.APP_LIST, arrayOf<Parcelable>(app))
        }

    /** Asks how the plug-ins stand (DW "GET_CONFIG", Get Plug-ins). */
    fun question(version: Version): Bundle {
        val names = plugins.map(Plugin::name).filter { it != Api.RFID || version >= RFID_SINCE }
        return Bundle().apply {
            putString(Api.PROFILE_NAME, name)
            putBundle(Api.PLUGIN_CONFIG, Bundle().apply { putStringArrayList(Api.PLUGIN_NAME, ArrayList(names)) })
        }
    }

    /** Asks which apps it is for (DW "GET_CONFIG", Get app associations). */
    fun appsQuestion() =
        Bundle().apply {
            putString(Api.PROFILE_NAME, name)
            putString(Api.APP_LIST, "")
        }

    /** What [read], the answer to [question], has otherwise. Null where there is no such profile. */
    @Suppress("DEPRECATION") // The typed getters begin with Android 13.
    fun differences(read: Bundle, version: Version): List<Difference>? {
        val said = read.getParcelableArrayList<Bundle>(Api.PLUGIN_CONFIG) ?: listOfNotNull(read.get(Api.PLUGIN_CONFIG) as? Bundle)
        if (said.isEmpty()) return null
        val enabled = read.get(Api.PROFILE_ENABLED)?.toString()?.trim()
        val off =
            if (enabled == null || enabled.equals("true", true)) {
                emptyList()
            } else {
                listOf(Difference(name, Api.PROFILE_ENABLED, "true", enabled, must = true))
            }
        return off +
            plugins.filter { it.name != Api.RFID || version >= RFID_SINCE }.flatMap { plugin ->
                val params = said.firstOrNull { it.getString(Api.PLUGIN_NAME).equals(plugin.name, true) }?.getBundle(Api.PARAM_LIST)
                plugin.differences(params)
            }
    }

    /** What [read], the answer to [appsQuestion], lacks. */
    @Suppress("DEPRECATION") // The typed getters begin with Android 13.
    fun appsDifferences(read: Bundle): List<Difference> {
        val apps = read.getParcelableArrayList<Bundle>(Api.APP_LIST).orEmpty()
        if (apps.any { it.getString(Api.PACKAGE_NAME) == packageName }) return emptyList()
        val found = apps.mapNotNull { it.getString(Api.PACKAGE_NAME) }.joinToString(",")
        return listOf(Difference(name, Api.APP_LIST, packageName, found, must = true))
    }

    internal companion object {
        /** The RFID plug-in begins (DW "SET_CONFIG", version history: 7.3.22). */
        val RFID_SINCE = Version(7, 3)
    }
}

/** Switches decoders on (DW "SET_CONFIG", Scanner Input Parameters). */
private fun decoders(vararg names: String) = names.associate { "decoder_$it" to "true" }

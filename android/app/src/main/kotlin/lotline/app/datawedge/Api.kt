package lotline.app.datawedge

/**
 * The words of DataWedge's intents.
 *
 * "DW" is Zebra's DataWedge documentation (techdocs.zebra.com/datawedge), read for versions 8.0 and 15.0; behind it stands the page.
 * What is known from elsewhere says so.
 */
internal object Api {
    /** DataWedge's own package: what `<queries>` in the manifest names (DW "Programming practices", Android 11). */
    const val PACKAGE = "com.symbol.datawedge"

    private const val PREFIX = "com.symbol.datawedge.api"

    /** Commands go out as this broadcast, each in an extra of its own (DW "API Overview"). */
    const val ACTION = "$PREFIX.ACTION"

    /** Answers come as this broadcast, with the default category (DW "API Overview"). */
    const val RESULT_ACTION = "$PREFIX.RESULT_ACTION"

    /** News come as this broadcast (DW "REGISTER_FOR_NOTIFICATION"). */
    const val NOTIFICATION_ACTION = "$PREFIX.NOTIFICATION_ACTION"

    // Commands; each has its page in DW "APIs".
    const val CREATE_PROFILE = "$PREFIX.CREATE_PROFILE"
    const val SET_CONFIG = "$PREFIX.SET_CONFIG"
    const val GET_CONFIG = "$PREFIX.GET_CONFIG"
    const val GET_VERSION_INFO = "$PREFIX.GET_VERSION_INFO"
    const val SCANNER_INPUT_PLUGIN = "$PREFIX.SCANNER_INPUT_PLUGIN"
    const val SOFT_SCAN_TRIGGER = "$PREFIX.SOFT_SCAN_TRIGGER"
    const val SOFT_RFID_TRIGGER = "$PREFIX.SOFT_RFID_TRIGGER"
    const val REGISTER_FOR_NOTIFICATION = "$PREFIX.REGISTER_FOR_NOTIFICATION"
    const val UNREGISTER_FOR_NOTIFICATION = "$PREFIX.UNREGISTER_FOR_NOTIFICATION"

    // What the answer to a question is in.
    const val RESULT_GET_CONFIG = "$PREFIX.RESULT_GET_CONFIG"
    const val RESULT_GET_VERSION_INFO = "$PREFIX.RESULT_GET_VERSION_INFO"

    /** Key of the version in the answer to [GET_VERSION_INFO] (DW "GET_VERSION_INFO"). */
    const val VERSION_DATAWEDGE = "DATAWEDGE"

    // Asking for a result and reading it (DW "API Overview", result codes; "SCANNER_INPUT_PLUGIN", example).
    const val SEND_RESULT = "SEND_RESULT"
    const val COMMAND_IDENTIFIER = "COMMAND_IDENTIFIER"
    const val RESULT = "RESULT"
    const val RESULT_SUCCESS = "SUCCESS"
    const val RESULT_INFO = "RESULT_INFO"
    const val RESULT_LIST = "RESULT_LIST"
    const val RESULT_CODE = "RESULT_CODE"

    /** [SEND_RESULT] before DataWedge 7.1, and since (DW "GET_CONFIG", scanner status example). */
    const val RESULT_OF_EACH = "true"
    const val RESULT_AT_LAST = "LAST_RESULT"

    // The bundle of SET_CONFIG and GET_CONFIG (DW "SET_CONFIG", main bundle).
    const val PROFILE_NAME = "PROFILE_NAME"
    const val PROFILE_ENABLED = "PROFILE_ENABLED"
    const val CONFIG_MODE = "CONFIG_MODE"
    const val CREATE_IF_NOT_EXIST = "CREATE_IF_NOT_EXIST"
    const val UPDATE = "UPDATE"
    const val APP_LIST = "APP_LIST"
    const val PACKAGE_NAME = "PACKAGE_NAME"
    const val ACTIVITY_LIST = "ACTIVITY_LIST"
    const val PLUGIN_CONFIG = "PLUGIN_CONFIG"
    const val PLUGIN_NAME = "PLUGIN_NAME"
    const val RESET_CONFIG = "RESET_CONFIG"
    const val PARAM_LIST = "PARAM_LIST"

    // Plug-ins (DW "SET_CONFIG", PLUGIN_CONFIG bundle).
    const val BARCODE = "BARCODE"
    const val INTENT = "INTENT"
    const val KEYSTROKE = "KEYSTROKE"
    const val RFID = "RFID"

    // Values of SCANNER_INPUT_PLUGIN, and the codes that say that it is so already (DW "SCANNER_INPUT_PLUGIN").
    const val SUSPEND_PLUGIN = "SUSPEND_PLUGIN"
    const val RESUME_PLUGIN = "RESUME_PLUGIN"
    const val ALREADY_SUSPENDED = "SCANNER_ALREADY_SUSPENDED"
    const val ALREADY_RESUMED = "SCANNER_ALREADY_RESUMED"

    // Values of the soft triggers (DW "SOFT_SCAN_TRIGGER", "SOFT_RFID_TRIGGER").
    const val START_SCANNING = "START_SCANNING"
    const val STOP_SCANNING = "STOP_SCANNING"
    const val START_RFID = "START_SCANNING"
    const val STOP_RFID = "STOP_SCANNING"

    // News (DW "REGISTER_FOR_NOTIFICATION").
    const val APPLICATION_NAME = "$PREFIX.APPLICATION_NAME"
    const val NOTIFICATION_TYPE = "$PREFIX.NOTIFICATION_TYPE"
    const val NOTIFICATION = "$PREFIX.NOTIFICATION"
    const val NEWS_TYPE = "NOTIFICATION_TYPE"
    const val NEWS_STATUS = "STATUS"
    const val NEWS_PROFILE = "PROFILE_NAME"
    const val SCANNER_STATUS = "SCANNER_STATUS"
    const val PROFILE_SWITCH = "PROFILE_SWITCH"
    const val CONFIGURATION_UPDATE = "CONFIGURATION_UPDATE"

    // How a scanner is (DW "REGISTER_FOR_NOTIFICATION", SCANNER_STATUS).
    const val WAITING = "WAITING"
    const val SCANNING = "SCANNING"
    const val IDLE = "IDLE"
    const val CONNECTED = "CONNECTED"
    const val DISCONNECTED = "DISCONNECTED"
    const val DISABLED = "DISABLED"

    // What a read comes with (DW "Intent Output"). The prefix before DataWedge 6 is known from EMDK's samples.
    const val DATA = "com.symbol.datawedge."
    const val OLD_DATA = "com.motorolasolutions.emdk.datawedge."
    const val SOURCE = "source"
    const val LABEL_TYPE = "label_type"
    const val DATA_STRING = "data_string"
    const val DECODE_DATA = "decode_data"
    const val BARCODES = "barcodes"
    const val SOURCE_SCANNER = "scanner"
    const val SOURCE_RFID = "rfid"
}

/** DataWedge's version, as far as its shapes depend on it. */
internal data class Version(val major: Int, val minor: Int) : Comparable<Version> {
    override fun compareTo(other: Version) = compareValuesBy(this, other, Version::major, Version::minor)

    override fun toString() = "$major.$minor"

    companion object {
        /** SET_CONFIG begins (DW "SET_CONFIG", version history). */
        val SET = Version(6, 4)

        /** GET_CONFIG begins (DW "GET_CONFIG", version history). */
        val READ_BACK = Version(6, 5)

        /** Several plug-ins in one SET_CONFIG (DW "SET_CONFIG", version history). */
        val SEVERAL = Version(6, 6)

        /** SEND_RESULT takes LAST_RESULT (DW "SET_CONFIG", version history). */
        val LAST_RESULT = Version(7, 1)

        /** Reads `8.2.709`, `15.0`; null where there is no number in front. */
        fun of(text: String): Version? {
            val (major, minor) = Regex("""^\s*(\d{1,4})(?:\.(\d{1,4}))?""").find(text)?.destructured ?: return null
            return Version(major.toInt(), minor.toIntOrNull() ?: 0)
        }
    }
}

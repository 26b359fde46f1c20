package lotline.app.fleet

import android.content.Context
import android.content.SharedPreferences
import android.os.Build
import org.json.JSONArray
import org.json.JSONObject

/** Something that is counted. */
enum class Count {
    /** The process was started by the system for a job, with nobody in front of it. */
    WAKE_UPS,

    /** The radio was used while nobody was in front: a sync that went out. */
    RADIO_BURSTS,

    /** A sync in the background that left something to send. */
    SYNCS_LEFT_MORE,

    /** A sync in the background that the system stopped. */
    SYNCS_STOPPED,

    /** A command to DataWedge was sent again, because no answer came. */
    DATAWEDGE_AGAIN,

    /** DataWedge did not answer at all. */
    DATAWEDGE_SILENT,

    /** A read whose text differed from its bytes. */
    FORMATTED_READS,

    /** A read that came without bytes. */
    TEXT_READS,

    /** Tags that an RFID reader told of, repeats and all. */
    TAGS,

    /** Batches in which they went to the core. */
    TAG_BATCHES,

    /** Another battery was put in. */
    BATTERY_SWAPS,

    /** Labels of which nobody knew whether they came out. */
    LABELS_UNKNOWN,

    /** Frames of the camera that were looked at. */
    FRAMES,
}

/** Something that stands. Its value is a word or a number of the device's, never anything a person typed or scanned. */
enum class Fact {
    /** Version of DataWedge. */
    DATAWEDGE_VERSION,

    /** How its profile stands. */
    DATAWEDGE_PROFILE,

    /** What its profile has otherwise: parameters, and result codes. */
    DATAWEDGE_DIFFERENCES,

    /** How the scanner is. */
    SCANNER,

    /** The RFID reader that is used. */
    RFID,

    /** In percent. */
    BATTERY_PERCENT,

    /** What the system says of the battery's health. */
    BATTERY_HEALTH,

    /** What Zebra's battery says: `good`, `decommissioned`, `unknown`. */
    BATTERY_STATE,

    /** Whether the system saves power. */
    POWER_SAVE,

    /** Where the signing key is: `strongbox`, `tee`, `software`. */
    KEY_STORE,

    /** Entries that are on this device only. */
    QUEUED,

    /** How the last sync in the background ended. */
    LAST_SYNC,

    /** Keys of the managed configuration whose values cannot be used. */
    CONFIGURATION_FAULTS,
}

/**
 * What can be told of the device from afar: counts and words, and nothing that says who worked or what was scanned.
 *
 * It cannot hold more: a count has a number, and a fact takes words of 64 characters at most from a small alphabet, in which neither a
 * name with a blank nor an address of the post fits, and callers give words of the device's only. All of it stays through a restart.
 */
class Diagnostics(context: Context) {
    private val context = context.applicationContext
    private val kept: SharedPreferences = this.context.getSharedPreferences("diagnostics", Context.MODE_PRIVATE)

    /** One more, or [more] of them. */
    fun count(what: Count, more: Long = 1) =
        synchronized(kept) { kept.edit().putLong(what.key(), this[what] + more).apply() }

    /** How many. */
    operator fun get(what: Count): Long = synchronized(kept) { kept.getLong(what.key(), 0) }

    /** It is so now. What does not fit is cut or left out. */
    fun set(what: Fact, words: List<String>) {
        val fit = words.map { UNFIT.replace(it.take(LONGEST), "_") }.filter(String::isNotEmpty).take(MOST)
        synchronized(kept) { kept.edit().putString(what.key(), fit.joinToString(" ")).apply() }
    }

    /** As the other; one word. */
    fun set(what: Fact, word: String) = set(what, listOf(word))

    /** The words of a fact, none where nothing was told. */
    operator fun get(what: Fact): List<String> =
        synchronized(kept) { kept.getString(what.key(), null) }?.split(' ')?.filter(String::isNotEmpty).orEmpty()

    /** All of it, as JSON: `counts`, `facts`, and what the device is. */
    fun export(): JSONObject {
        val counts = JSONObject()
        Count.entries.forEach { counts.put(it.key(), this[it]) }
        val facts = JSONObject()
        Fact.entries.forEach { facts.put(it.key(), JSONArray(this[it])) }
        val app = context.packageManager.getPackageInfo(context.packageName, 0)
        return JSONObject()
            .put("format", 1)
            .put("app", app.versionName ?: "")
            .put("model", "${Build.MANUFACTURER} ${Build.MODEL}")
            .put("android", Build.VERSION.SDK_INT)
            .put("counts", counts)
            .put("facts", facts)
    }

    private companion object {
        const val LONGEST = 64
        const val MOST = 32
        val UNFIT = Regex("[^A-Za-z0-9_.,:=>-]")
    }
}

private fun Enum<*>.key() = name.lowercase()

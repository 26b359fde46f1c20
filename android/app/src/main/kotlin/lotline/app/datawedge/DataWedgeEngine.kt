package lotline.app.datawedge

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageManager
import android.os.Build
import android.os.Bundle
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.EngineState
import lotline.app.port.Reader
import lotline.app.port.ScanEngine

/** How DataWedge is to read. */
data class DataWedgeSetup(
    /** How many codes a pull of the trigger reads. */
    val mode: ScanMode = ScanMode.SINGLE,
    /** For [ScanMode.MULTI]: 2 to 100. */
    val count: Int = 5,
    /** Whether tags come through DataWedge. */
    val rfid: Boolean = false,
)

/** Zebra's DataWedge as the scan engine: reads come as broadcasts, and while a stop stands the scanner is suspended. */
class DataWedgeEngine(
    private val context: Context,
    private val diagnostics: Diagnostics,
    private val setup: () -> DataWedgeSetup = { DataWedgeSetup() },
) : ScanEngine {
    private val commands =
        Commands(
            context,
            object : Commands.Counts {
                override fun again() = diagnostics.count(Count.DATAWEDGE_AGAIN)

                override fun silent() = diagnostics.count(Count.DATAWEDGE_SILENT)
            },
        )
    private var session: Session? = null
    private var listens = false
    private val results =
        object : BroadcastReceiver() {
            override fun onReceive(context: Context, intent: Intent) = commands.answered(intent)
        }

    init {
        // What was said last, when the activity left, is heard out.
        commands.idle = { if (session == null) hangUp() }
    }

    override fun start(reader: Reader) {
        stop()
        commands.clear()
        if (!listens) listen(results, Api.RESULT_ACTION, Intent.CATEGORY_DEFAULT)
        listens = true
        session = Session(reader).also(Session::open)
    }

    override fun stop() {
        val leaving = session ?: return
        session = null
        leaving.close()
    }

    private fun hangUp() {
        if (listens) context.unregisterReceiver(results)
        listens = false
    }

    override fun suspend(locked: Boolean) {
        session?.lock(locked)
    }

    override fun trigger(pressed: Boolean) {
        session?.trigger(pressed)
    }

    // Only DataWedge has reason to send these, but it is another app, so they must be heard from outside (Android 13).
    private fun listen(receiver: BroadcastReceiver, action: String, category: String?) {
        val filter = IntentFilter(action)
        category?.let(filter::addCategory)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) {
            context.registerReceiver(receiver, filter, Context.RECEIVER_EXPORTED)
        } else {
            @Suppress("UnspecifiedRegisterReceiverFlag")
            context.registerReceiver(receiver, filter)
        }
    }

    /** From the moment the activity is in front until it is not. */
    private inner class Session(private val reader: Reader) {
        private val setup = this@DataWedgeEngine.setup()
        private val profile = Profile(PROFILE, context.packageName, setup.mode, setup.count, setup.rfid)
        private val keeper = ProfileKeeper(commands, profile, ::stands)
        private var state = EngineState.OFF
        private var wanted = false
        // What DataWedge was last told, until it says otherwise; null: nothing, or nobody knows.
        private var told: Boolean? = null

        private val news =
            object : BroadcastReceiver() {
                override fun onReceive(context: Context, intent: Intent) = heard(intent)
            }
        private val reads =
            object : BroadcastReceiver() {
                override fun onReceive(context: Context, intent: Intent) = read(intent)
            }

        fun open() {
            listen(news, Api.NOTIFICATION_ACTION, null)
            listen(reads, profile.scanAction, Intent.CATEGORY_DEFAULT)
            for (kind in NEWS) commands.send(Command(Api.REGISTER_FOR_NOTIFICATION, news(kind)))
            tell(EngineState.OFF)
            keeper.check()
        }

        fun close() {
            listOf(news, reads).forEach(context::unregisterReceiver)
            keeper.clear()
            commands.clear()
            // Whoever comes to the front next has a scanner that scans.
            if (wanted || told == true) commands.send(Command(Api.SCANNER_INPUT_PLUGIN, Api.RESUME_PLUGIN, tries = LAST_TRIES))
            for (kind in NEWS) commands.send(Command(Api.UNREGISTER_FOR_NOTIFICATION, news(kind), tries = LAST_TRIES))
        }

        fun lock(locked: Boolean) {
            wanted = locked
            enforce()
        }

        fun trigger(pressed: Boolean) {
            if (wanted && pressed) return
            val (name, value) =
                if (setup.rfid) {
                    Api.SOFT_RFID_TRIGGER to (if (pressed) Api.START_RFID else Api.STOP_RFID)
                } else {
                    Api.SOFT_SCAN_TRIGGER to (if (pressed) Api.START_SCANNING else Api.STOP_SCANNING)
                }
            commands.shout(Command(name, value))
        }

        private fun news(kind: String) =
            Bundle().apply {
                putString(Api.APPLICATION_NAME, context.packageName)
                putString(Api.NOTIFICATION_TYPE, kind)
            }

        private fun enforce() {
            if (told == wanted || (told == null && !wanted)) return
            val order = if (wanted) Api.SUSPEND_PLUGIN else Api.RESUME_PLUGIN
            val already = if (wanted) Api.ALREADY_SUSPENDED else Api.ALREADY_RESUMED
            told = wanted
            commands.send(Command(Api.SCANNER_INPUT_PLUGIN, order, about = Api.SCANNER_INPUT_PLUGIN)) { answer ->
                val done = answer is Answer.Told || (answer is Answer.Refused && already in answer.codes)
                // The next screen, or the next news, tries again.
                if (!done) told = null
            }
        }

        private fun read(intent: Intent) {
            val reads = readsOf(intent)
            if (reads.formatted) diagnostics.count(Count.FORMATTED_READS)
            if (reads.textOnly) diagnostics.count(Count.TEXT_READS)
            reads.inputs.forEach(reader::read)
        }

        private fun heard(intent: Intent) {
            val said = intent.getBundleExtra(Api.NOTIFICATION) ?: return
            // Blanks stand behind some of the words in Zebra's own constants (ltrudu/DataWedgeIntentWrapper).
            val status = said.getString(Api.NEWS_STATUS).orEmpty().trim()
            when (said.getString(Api.NEWS_TYPE)?.trim()) {
                Api.SCANNER_STATUS -> scanner(status)
                // Somebody changed the configuration, or our app got another profile: look.
                Api.CONFIGURATION_UPDATE, Api.PROFILE_SWITCH -> keeper.check()
            }
        }

        private fun scanner(status: String) {
            when (status) {
                Api.WAITING, Api.SCANNING, Api.CONNECTED -> {
                    // It reads although it should not: somebody else resumed it, or the order was lost.
                    if (wanted) {
                        told = null
                        enforce()
                    }
                    if (status == Api.SCANNING) tell(EngineState.SCANNING) else tell(EngineState.READY)
                }
                Api.IDLE -> tell(if (wanted) EngineState.LOCKED else EngineState.OFF)
                Api.DISCONNECTED, Api.DISABLED -> {
                    told = null
                    tell(EngineState.OFF)
                }
            }
        }

        private fun tell(now: EngineState) {
            diagnostics.set(Fact.SCANNER, now.name.lowercase())
            state = now
            reader.engine(now)
        }

        private fun stands(standing: Standing, version: Version?) {
            diagnostics.set(Fact.DATAWEDGE_VERSION, listOfNotNull(version?.toString()))
            val (word, more) = words(standing)
            diagnostics.set(Fact.DATAWEDGE_PROFILE, word)
            diagnostics.set(Fact.DATAWEDGE_DIFFERENCES, more)
            when (standing) {
                // The news of the scanner's status come only when it changes: one that waits already says nothing.
                is Standing.Good, Standing.Unverified -> if (state == EngineState.OFF) tell(EngineState.READY)
                else -> tell(EngineState.OFF)
            }
            // A profile that was just switched to forgets that it was suspended.
            if (wanted) {
                told = null
                enforce()
            }
        }
    }

    companion object {
        /** The profile's name in DataWedge. */
        const val PROFILE = "Lotline"

        // Nobody is in front any more: what is not heard soon is left.
        private const val LAST_TRIES = 2

        private val NEWS = listOf(Api.SCANNER_STATUS, Api.PROFILE_SWITCH, Api.CONFIGURATION_UPDATE)

        /** Whether this device has DataWedge. */
        fun exists(context: Context): Boolean =
            try {
                context.packageManager.getPackageInfo(Api.PACKAGE, 0)
                true
            } catch (_: PackageManager.NameNotFoundException) {
                false
            }
    }
}

private fun words(standing: Standing): Pair<String, List<String>> =
    when (standing) {
        Standing.Unknown -> "unknown" to emptyList()
        is Standing.Good -> "good" to standing.lacks.map(Difference::word)
        Standing.Unverified -> "unverified" to emptyList()
        is Standing.Wrong -> "wrong" to standing.codes + standing.differences.map(Difference::word)
        Standing.Silent -> "silent" to emptyList()
        Standing.TooOld -> "too_old" to emptyList()
    }

// Names of parameters and their values only: another app's name would be somebody's.
private fun Difference.word() = if (key == Api.APP_LIST) key else "$key=${found ?: "-"}"

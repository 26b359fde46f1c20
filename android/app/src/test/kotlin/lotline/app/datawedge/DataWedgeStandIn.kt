package lotline.app.datawedge

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.content.pm.PackageInfo
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import org.robolectric.Shadows.shadowOf

/**
 * DataWedge as it behaves towards an app: busy for a while with each command and deaf meanwhile, and with the faults that are known
 * of it, when a test asks for them.
 */
@Suppress("DEPRECATION")
internal class DataWedgeStandIn(private val context: Context, private val version: String = "15.0.73") {
    /** A profile: each plug-in's parameters, and the apps it is for. */
    class Kept(var enabled: Boolean = true) {
        val plugins = sortedMapOf<String, MutableMap<String, String>>()
        val apps = mutableSetOf<String>()
    }

    val profiles = mutableMapOf<String, Kept>()

    /** Whether the scanner is suspended. */
    var suspended = false

    /** Names of the commands that came in, dropped ones too. */
    val heard = mutableListOf<String>()

    /** The bundles of SET_CONFIG. */
    val configs = mutableListOf<Bundle>()

    /** So many further commands are dropped without a word. */
    var drops = 0

    /** So many further SET_CONFIGs are answered with SUCCESS and change nothing. */
    var lies = 0

    /** Answers, news and reads are delivered twice. */
    var twice = false

    /** Result codes of SET_CONFIG, where it is to refuse. */
    var refuses: String? = null

    /** Parameters it does not know: neither kept nor told. */
    val unknown = mutableSetOf<String>()

    private val handler = Handler(Looper.getMainLooper())
    private var busy = false
    private val receiver =
        object : BroadcastReceiver() {
            override fun onReceive(context: Context, intent: Intent) = command(intent)
        }

    fun install() = apply {
        shadowOf(context.packageManager).installPackage(PackageInfo().apply { packageName = Api.PACKAGE })
        context.registerReceiver(receiver, IntentFilter(Api.ACTION), Context.RECEIVER_EXPORTED)
    }

    fun remove() = context.unregisterReceiver(receiver)

    /** A read of the scanner: nothing comes while it is suspended. */
    fun scan(data: ByteArray, type: String, text: String = data.decodeToString(), source: String = "scanner") {
        if (suspended) return
        read(
            Bundle().apply {
                putString("com.symbol.datawedge.source", source)
                putString("com.symbol.datawedge.label_type", type)
                putString("com.symbol.datawedge.data_string", text)
                putSerializable("com.symbol.datawedge.decode_data", arrayListOf(data))
                putString("com.symbol.datawedge.decoded_mode", "single_decode")
            },
        )
    }

    /** A read as any bundle of extras. */
    fun read(extras: Bundle) {
        val intent = profiles[DataWedgeEngine.PROFILE]?.plugins?.get("INTENT").orEmpty()
        if (intent["intent_output_enabled"] != "true" || intent["intent_delivery"] != "2") return
        deliver(Intent(intent["intent_action"]).addCategory(Intent.CATEGORY_DEFAULT).putExtras(extras))
    }

    /** The scanner's status changed, as its word is spelled. */
    fun status(word: String) = news("SCANNER_STATUS") { putString("STATUS", word) }

    /** Another app or a person changed the profile. */
    fun damage(plugin: String, key: String, value: String) {
        profiles.getValue(DataWedgeEngine.PROFILE).plugins.getValue(plugin)[key] = value
        news("CONFIGURATION_UPDATE") {}
    }

    private fun news(type: String, more: Bundle.() -> Unit) {
        val said =
            Bundle().apply {
                putString("NOTIFICATION_TYPE", type)
                putString("PROFILE_NAME", DataWedgeEngine.PROFILE)
                more()
            }
        deliver(Intent("com.symbol.datawedge.api.NOTIFICATION_ACTION").putExtra("com.symbol.datawedge.api.NOTIFICATION", said))
    }

    private fun deliver(intent: Intent) = repeat(if (twice) 2 else 1) { context.sendBroadcast(Intent(intent)) }

    private fun command(intent: Intent) {
        val extras = intent.extras ?: return
        val name = extras.keySet().single { it.startsWith("com.symbol.datawedge.api.") }.removePrefix("com.symbol.datawedge.api.")
        heard += name
        if (drops > 0) {
            drops -= 1
            return
        }
        if (busy) return
        busy = true
        handler.postDelayed({
            busy = false
            done(name, extras)
        }, BUSY_MS)
    }

    private fun done(name: String, extras: Bundle) {
        val value = extras.get("com.symbol.datawedge.api.$name")
        when (name) {
            "GET_VERSION_INFO" ->
                answer(extras, name) { putExtra("com.symbol.datawedge.api.RESULT_GET_VERSION_INFO", Bundle().apply { putString("DATAWEDGE", version) }) }
            "SET_CONFIG" -> answer(extras, name, refuses ?: set(value as Bundle)) {}
            "GET_CONFIG" -> answer(extras, name) { putExtra("com.symbol.datawedge.api.RESULT_GET_CONFIG", get(value as Bundle)) }
            "SCANNER_INPUT_PLUGIN" -> {
                val suspend = value == "SUSPEND_PLUGIN"
                val code =
                    if (suspended != suspend) null else if (suspend) "SCANNER_ALREADY_SUSPENDED" else "SCANNER_ALREADY_RESUMED"
                suspended = suspend
                answer(extras, name, code) {}
                if (code == null) status(if (suspend) "IDLE " else "WAITING ")
            }
            else -> answer(extras, name) {}
        }
    }

    private fun answer(asked: Bundle, name: String, code: String? = null, more: Intent.() -> Unit) {
        if (!asked.containsKey("SEND_RESULT")) return
        val intent =
            Intent("com.symbol.datawedge.api.RESULT_ACTION")
                .addCategory(Intent.CATEGORY_DEFAULT)
                .putExtra("COMMAND", "com.symbol.datawedge.api.$name")
                .putExtra("COMMAND_IDENTIFIER", asked.getString("COMMAND_IDENTIFIER"))
                .putExtra("RESULT", if (code == null) "SUCCESS" else "FAILURE")
        if (code != null) intent.putExtra("RESULT_INFO", Bundle().apply { putString("RESULT_CODE", code) })
        intent.more()
        deliver(intent)
    }

    private fun set(bundle: Bundle): String? {
        configs += bundle
        if (lies > 0) {
            lies -= 1
            return null
        }
        val name = bundle.getString("PROFILE_NAME")!!
        if (bundle.getString("CONFIG_MODE") == "UPDATE" && name !in profiles) return "PROFILE_NOT_FOUND"
        val kept = profiles.getOrPut(name) { Kept() }
        kept.enabled = bundle.getString("PROFILE_ENABLED") != "false"
        bundle.getParcelableArray("APP_LIST")?.forEach { kept.apps += (it as Bundle).getString("PACKAGE_NAME")!! }
        for (plugin in plugins(bundle)) {
            val into = kept.plugins.getOrPut(plugin.getString("PLUGIN_NAME")!!) { mutableMapOf() }
            if (plugin.getString("RESET_CONFIG") != "false") into.clear()
            val params = plugin.getBundle("PARAM_LIST")!!
            params.keySet().filter { it !in unknown }.forEach { into[it] = params.getString(it)!! }
        }
        return null
    }

    // An old one takes one bundle, and of several none.
    private fun plugins(bundle: Bundle): List<Bundle> {
        val several = Version.of(version)!! >= Version.SEVERAL
        return if (several) bundle.getParcelableArrayList<Bundle>("PLUGIN_CONFIG").orEmpty() else listOfNotNull(bundle.getBundle("PLUGIN_CONFIG"))
    }

    private fun get(asked: Bundle): Bundle {
        val name = asked.getString("PROFILE_NAME")!!
        val kept = profiles[name] ?: return Bundle()
        val told = Bundle().apply { putString("PROFILE_NAME", name) }
        if (asked.containsKey("APP_LIST")) {
            return told.apply {
                putParcelableArrayList("APP_LIST", ArrayList(kept.apps.map { Bundle().apply { putString("PACKAGE_NAME", it) } }))
            }
        }
        told.putString("PROFILE_ENABLED", kept.enabled.toString())
        val names = asked.getBundle("PLUGIN_CONFIG")!!.getStringArrayList("PLUGIN_NAME").orEmpty()
        val plugins =
            names.filter { it in kept.plugins }.map { plugin ->
                Bundle().apply {
                    putString("PLUGIN_NAME", plugin)
                    putBundle("PARAM_LIST", Bundle().apply { kept.plugins.getValue(plugin).forEach(::putString) })
                }
            }
        return told.apply { putParcelableArrayList("PLUGIN_CONFIG", ArrayList(plugins)) }
    }

    private companion object {
        const val BUSY_MS = 40L
    }
}

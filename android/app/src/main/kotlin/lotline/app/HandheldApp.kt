package lotline.app

import android.Manifest
import android.app.Activity
import android.app.Application
import android.os.Build
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import java.io.File
import java.util.Locale
import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import lotline.Handheld
import lotline.Setup
import lotline.app.fleet.Configuration
import lotline.app.fleet.Enrolment
import lotline.app.fleet.Fact
import lotline.app.keys.AndroidKeys
import lotline.app.keys.claim
import lotline.app.port.DevicePorts
import lotline.app.port.Ports
import lotline.app.printing.LabelDesk
import lotline.app.printing.LabelNews
import lotline.app.printing.Labels
import lotline.app.printing.Link
import lotline.app.printing.ZplPrinter

/** The process. It holds the one handheld that the activity and the jobs in the background share. */
open class HandheldApp : Application() {
    /** What the device gives. */
    open val ports: Ports by lazy { DevicePorts(this, folder) }

    /** For what waits for disk or network while nobody waits for it: one thing after the other. */
    open val background: Executor by lazy { Executors.newSingleThreadExecutor { Thread(it, "lotline-background") } }

    /** What the fleet's management says now. What it has wrong stands in the diagnostics. */
    open fun configuration(): Configuration =
        Configuration.read(this).also { ports.diagnostics.set(Fact.CONFIGURATION_FAULTS, it.faults) }

    /** Of the core's files: kept out of every copy that the system makes. */
    private val folder by lazy { File(noBackupFilesDir, "handheld") }

    /** Makes a new device one of a site's. */
    val enrolment by lazy { Enrolment(background, ::configuration, { ports.keys.publicKey() }, ::handheld) }

    /** Prints what the core has waiting, where the fleet's management names a printer. */
    val labels by lazy {
        val printer = { configuration().printer?.let { ZplPrinter(Link.to(this, it)) } }
        Labels(background, ::handheld, printer, ports.diagnostics) { news -> main.post { labelDesk?.tell(news) ?: untold.add(news) } }
    }

    private var printerAsked = false

    /** What is to be asked of a person for the printer that is configured: once a process, not again when they said no. */
    internal fun printerPermission(): String? {
        if (printerAsked || Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return null
        if (configuration().printer?.let(Link::nearby) != true) return null
        printerAsked = true
        return Manifest.permission.BLUETOOTH_CONNECT
    }

    private val main = Handler(Looper.getMainLooper())
    private val untold = ArrayList<LabelNews>()

    /** Whoever tells a person what became of labels; none while nobody is in front. On the main thread. */
    internal var labelDesk: LabelDesk? = null
        set(desk) {
            field?.let { untold += it.close() }
            field = desk
            if (desk == null) return
            val news = untold.toList()
            untold.clear()
            news.forEach(desk::tell)
        }

    private val opening = Any()
    private var opened: Handheld? = null

    /**
     * The handheld, opened by whoever asks first. Blocks: never on the main thread.
     *
     * @throws lotline.core.HandheldException when the files or the key cannot be used. The next call tries again.
     */
    open fun handheld(): Handheld = synchronized(opening) { opened ?: open().also { opened = it } }

    /** The one thread that an activity's inputs go through, in their order. It ends with the activity. */
    open fun coreThread(): ExecutorService = Executors.newSingleThreadExecutor { Thread(it, "lotline-core") }

    override fun onCreate() {
        super.onCreate()
        registerActivityLifecycleCallbacks(
            object : Watch() {
                override fun onActivityResumed(activity: Activity) = ports.sync.start()

                override fun onActivityPaused(activity: Activity) = ports.sync.stop()
            },
        )
    }

    /** Moves files aside that the device's keys do not open, as they are: the next call begins anew. Blocks. */
    open fun setAside() {
        synchronized(opening) { if (opened == null) lotline.setAside(folder.path) }
    }

    /** The battery was changed under the running app: what stands in the logs is written back while there is power. Blocks. */
    internal fun swapped() {
        val handheld = synchronized(opening) { opened } ?: return
        // Another try comes with the next screen.
        runCatching { handheld.tidy() }
    }

    /** Opens the device's files. */
    protected open fun open(): Handheld {
        // Before the core puts files there: files without keys have lost them.
        (ports.keys as? AndroidKeys)?.claim(ports.diagnostics)
        val configuration = configuration()
        val language = configuration.language ?: Locale.getDefault().language
        return Handheld.open(Setup(folder.path, version(), language, configuration.trustRoots), ports.clock, ports.keys)
    }

    private fun version(): String {
        val info = packageManager.getPackageInfo(packageName, 0)
        val code = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) info.longVersionCode else 0
        return "${info.versionName ?: "0"}+$code"
    }
}

/** Hears nothing of an activity but what is overridden. */
private open class Watch : Application.ActivityLifecycleCallbacks {
    override fun onActivityCreated(activity: Activity, state: Bundle?) = Unit

    override fun onActivityStarted(activity: Activity) = Unit

    override fun onActivityResumed(activity: Activity) = Unit

    override fun onActivityPaused(activity: Activity) = Unit

    override fun onActivityStopped(activity: Activity) = Unit

    override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit

    override fun onActivityDestroyed(activity: Activity) = Unit
}

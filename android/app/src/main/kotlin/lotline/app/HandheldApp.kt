package lotline.app

import android.app.Application
import android.os.Build
import java.io.File
import java.util.Locale
import java.util.concurrent.ExecutorService
import java.util.concurrent.Executors
import lotline.Handheld
import lotline.Setup
import lotline.app.keys.AndroidKeys
import lotline.app.keys.claim
import lotline.app.port.DevicePorts
import lotline.app.port.Ports

/** The process. It holds the one handheld that the activity and the jobs in the background share. */
open class HandheldApp : Application() {
    /** What the device gives. */
    open val ports: Ports by lazy { DevicePorts(this, folder) }

    /** Of the core's files: kept out of every copy that the system makes. */
    private val folder by lazy { File(noBackupFilesDir, "handheld") }

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

    /** Opens the device's files. */
    protected open fun open(): Handheld {
        // Before the core puts files there: files without keys have lost them.
        (ports.keys as? AndroidKeys)?.claim(ports.diagnostics)
        return Handheld.open(Setup(folder.path, version(), Locale.getDefault().language), ports.clock, ports.keys)
    }

    private fun version(): String {
        val info = packageManager.getPackageInfo(packageName, 0)
        val code = if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) info.longVersionCode else 0
        return "${info.versionName ?: "0"}+$code"
    }
}

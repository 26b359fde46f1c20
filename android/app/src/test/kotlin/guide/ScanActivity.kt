// What docs/guides/android.md shows, word for word: `GuideTest` compares the two, and runs this.
package guide

import android.app.Activity
import android.app.Application
import android.os.Handler
import java.io.File
import lotline.Handheld
import lotline.Setup
import lotline.Words
import lotline.app.port.BootClock
import lotline.core.Action
import lotline.core.Cue
import lotline.core.Fault
import lotline.core.Input
import lotline.core.KeyStore
import lotline.core.ScanSource
import lotline.core.Screen
import lotline.core.Tone
import lotline.handheld.JdkKeys
import lotline.handheld.Shown
import lotline.handheld.Stage
import lotline.handheld.Worker

class ScanActivity : Activity(), Stage {
    private val app get() = application as YourApp
    private val worker by lazy { Worker({ app.handheld }, Handler(mainLooper)::post, this) }
    private lateinit var screen: Screen

    override fun onResume() = super.onResume().also { worker.refresh() }
    override fun onDestroy() = worker.close().also { super.onDestroy() }

    override fun show(shown: Shown) {
        screen = shown.screen
        app.device.draw(screen)                             // final strings: prompt, message, fields, lines, actions
        if (shown.answers) app.device.play(screen.cue)      // `accept`, `warn`, `stop`
        app.device.lock(screen.tone == Tone.STOP)
    }

    override fun failed(fault: Fault) = app.device.say(Words.load("en").use { it.fault(fault.remedy) })

    fun scanned(raw: ByteArray, label: String) = worker.send(Input.Scan(raw, label, ScanSource.SCAN))
    fun pressed(action: Action) = worker.send(Input.Choose(action.id))
    fun entered(text: String) = worker.send(Input.Enter(screen.awaits.field, text))
}

class YourApp : Application() {
    val device = YourDevice()                               // yours: it draws, beeps and scans
    val keys: KeyStore by lazy { yourKeys(this) }
    val handheld by lazy {                                  // one a process: it holds the files. Opened on the worker's thread
        Handheld.open(Setup(File(noBackupFilesDir, "handheld").path, "your app 1.0", "en"), BootClock(this), keys)
    }

    fun join(qrOfTheGateway: String) = handheld.join(qrOfTheGateway, "HH-07")    // first use: `lotline://enrol?…`. It waits
}

/** Keeps what it was told. */
class YourDevice {
    /** What was done with it, in order. */
    val told = ArrayList<String>()

    /** What is drawn. */
    var screen: Screen? = null
        private set

    fun draw(screen: Screen) {
        this.screen = screen
    }

    fun play(cue: Cue) {
        told += cue.sound
    }

    fun lock(locked: Boolean) {
        if (locked) told += "locked"
    }

    fun say(words: String) {
        told += words
    }
}

private fun yourKeys(@Suppress("UNUSED_PARAMETER") app: Application): KeyStore = JdkKeys()

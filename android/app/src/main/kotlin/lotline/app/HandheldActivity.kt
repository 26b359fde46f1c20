package lotline.app

import android.app.Activity
import android.app.AlertDialog
import android.content.res.Configuration
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import android.view.KeyEvent
import android.widget.FrameLayout
import lotline.Word
import lotline.app.cue.CuePlayer
import lotline.app.cue.Voice
import lotline.app.fleet.Enrolment
import lotline.app.port.Charge
import lotline.app.port.EngineState
import lotline.app.port.Reader
import lotline.app.printing.LabelDesk
import lotline.app.typing.Key
import lotline.app.typing.Wedge
import lotline.app.typing.keyOf
import lotline.app.view.Dress
import lotline.app.view.Face
import lotline.app.view.ScreenView
import lotline.app.view.Touch
import lotline.app.view.Vocabulary
import lotline.core.Action
import lotline.core.Fault
import lotline.core.Input
import lotline.core.Screen
import lotline.core.Tone
import lotline.handheld.Shown
import lotline.handheld.Stage
import lotline.handheld.Worker

/**
 * The one activity: it draws a screen and sends an input. It keeps nothing: the core holds the step, so that a lost battery,
 * a turn of the device or another language comes back to the same screen.
 */
class HandheldActivity : Activity(), Stage, Reader, Touch {
    private lateinit var worker: Worker
    private lateinit var view: ScreenView
    private lateinit var permissions: Permissions
    private lateinit var cues: CuePlayer
    private lateinit var voice: Voice
    private val wedge = Wedge()
    private val main = Handler(Looper.getMainLooper())
    private var words = Vocabulary(java.util.Locale.getDefault().language)

    /** What is drawn; none before the core has answered first. */
    internal var screen: Screen? = null
        private set
    private var fault: Fault? = null
    private var charge: Charge? = null
    private var engine = EngineState.ABSENT
    private var typing = false

    private val app get() = application as HandheldApp

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        view = ScreenView(this, this)
        permissions = Permissions(this) { words }
        setContentView(FrameLayout(this).apply { addView(view) })
        app.ports.scanner.finder(permissions)?.let { (view.parent as FrameLayout).addView(it) }
        cues = CuePlayer(this)
        voice = Voice(this)
        worker = Worker(app::handheld, main::post, this, app.coreThread())
        worker.refresh()
    }

    override fun onResume() {
        super.onResume()
        app.labelDesk = LabelDesk(this) { words }
        app.ports.scanner.start(this)
        app.ports.battery.start {
            charge = it
            draw()
        }
        worker.refresh()
        app.printerPermission()?.let { permissions.allow(it, Word.PRINTER_WHY, null) { allowed -> if (allowed) app.labels.look() } }
        app.enrolment.managed { outcome -> main.post { outcome.fold({ if (it) worker.refresh() }, { failed(Enrolment.faultOf(it)) }) } }
        main.postDelayed(tick, TICK_MS)
    }

    override fun onPause() {
        main.removeCallbacks(tick)
        app.labelDesk = null
        voice.hush()
        app.ports.battery.stop()
        app.ports.scanner.stop()
        super.onPause()
    }

    override fun onDestroy() {
        main.removeCallbacksAndMessages(null)
        worker.close()
        cues.close()
        voice.close()
        super.onDestroy()
    }

    override fun onConfigurationChanged(newConfig: Configuration) {
        super.onConfigurationChanged(newConfig)
        draw()
    }

    // What the core says.

    override fun show(shown: Shown) {
        if (words.language != shown.language) words = words.use { Vocabulary(shown.language) }
        if (shown.answers) {
            cues.play(shown.screen.cue, shown.screen.settings)
            if (shown.screen.settings?.voice == true) voice.say(shown.screen, words.tone(shown.screen.tone), words.language)
            app.labels.look()
            typing = false
        }
        fault = null
        screen = shown.screen
        app.ports.scanner.suspend(shown.screen.tone == Tone.STOP)
        app.ports.sync.shown(shown.screen.status)
        draw()
    }

    override fun failed(fault: Fault) {
        this.fault = fault
        cues.failed()
        draw()
    }

    private fun draw() {
        val screen = screen ?: blank(fault ?: return, words)
        val dress = Dress.of(this, screen.settings, words.language, words.rightToLeft)
        val said = fault?.let { words.fault(it.remedy) }
        val face = Face(screen, dress, words, wedge.text, typing, engine, charge, said)
        view.show(face)
        app.ports.scanner.dress(face)
    }

    // What the device says.

    override fun read(input: Input) {
        if (input is Input.Scan && app.enrolment.isInvitation(input)) enrol(input) else worker.send(input)
    }

    // An invitation makes a new device one of the site's; for one that is enrolled it is a scan like any other.
    private fun enrol(input: Input.Scan) =
        app.enrolment.scanned(input) { outcome ->
            main.post { outcome.fold({ new -> if (new) worker.refresh() else worker.send(input) }, { failed(Enrolment.faultOf(it)) }) }
        }

    override fun engine(state: EngineState) {
        engine = state
        draw()
    }

    // What a person does.

    override fun chosen(action: Action) {
        wedge.clear()
        if (screen == null && action.id == SET_ASIDE) return setAside()
        worker.send(Input.Choose(action.id))
    }

    // Nothing is deleted, and yet somebody has to say so: the device begins anew.
    private fun setAside() {
        AlertDialog.Builder(this)
            .setMessage(words[Word.SET_ASIDE_WHY])
            .setPositiveButton(words[Word.SET_ASIDE]) { _, _ ->
                app.background.execute {
                    runCatching(app::setAside)
                    main.post(worker::refresh)
                }
            }
            .setNegativeButton(android.R.string.cancel, null)
            .show()
    }

    override fun pressed(key: Key) {
        main.removeCallbacks(alone)
        val screen = screen ?: return pressedOnNothing(key)
        val input = wedge.key(screen, key, SystemClock.uptimeMillis())
        if (input != null) worker.send(input) else main.postDelayed(alone, Wedge.ALONE_MS)
        draw()
    }

    private fun pressedOnNothing(key: Key) {
        val action = fault?.let { blank(it, words) }?.actions?.firstOrNull { key == Key.Function(it.key.drop(1).toInt()) }
        if (action != null) chosen(action) else worker.refresh()
    }

    override fun typed(text: String) = wedge.replace(text)

    override fun typing(on: Boolean) {
        typing = on
        draw()
    }

    override fun trigger(pressed: Boolean) = app.ports.scanner.trigger(pressed)

    override fun retry() = worker.refresh()

    override fun dispatchKeyEvent(event: KeyEvent): Boolean {
        if (event.keyCode in TRIGGERS) {
            if (event.repeatCount == 0) trigger(event.action == KeyEvent.ACTION_DOWN)
            return true
        }
        when (event.keyCode) {
            KeyEvent.KEYCODE_DPAD_DOWN, KeyEvent.KEYCODE_PAGE_DOWN -> return turn(event, down = true)
            KeyEvent.KEYCODE_DPAD_UP, KeyEvent.KEYCODE_PAGE_UP -> return turn(event, down = false)
        }
        val key = keyOf(event) ?: return super.dispatchKeyEvent(event)
        if (event.action == KeyEvent.ACTION_DOWN) {
            if (key == Key.Back && app.ports.scanner.back()) return true
            if (key == Key.Back && typing && wedge.text.isEmpty()) typing(false) else pressed(key)
        }
        return true
    }

    override fun onRequestPermissionsResult(code: Int, asked: Array<out String>, grants: IntArray) = permissions.answered(asked)

    private fun turn(event: KeyEvent, down: Boolean): Boolean {
        if (event.action == KeyEvent.ACTION_DOWN) view.scroll(down)
        return true
    }

    private val alone = Runnable {
        val screen = screen ?: return@Runnable
        wedge.idle(screen, SystemClock.uptimeMillis())?.let {
            worker.send(it)
            draw()
        }
    }

    private val tick =
        object : Runnable {
            override fun run() {
                worker.send(Input.Tick)
                main.postDelayed(this, TICK_MS)
            }
        }

    private companion object {
        const val TICK_MS = 60_000L

        // Triggers that come as keys: of pistol grips and of camera keys; DataWedge's own trigger never comes here.
        val TRIGGERS = setOf(KeyEvent.KEYCODE_BUTTON_L1, KeyEvent.KEYCODE_BUTTON_R1, KeyEvent.KEYCODE_FOCUS)
    }
}

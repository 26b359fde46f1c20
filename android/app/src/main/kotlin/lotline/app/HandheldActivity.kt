package lotline.app

import android.app.Activity
import android.content.res.Configuration
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.SystemClock
import android.view.KeyEvent
import lotline.app.cue.CuePlayer
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
    private lateinit var cues: CuePlayer
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
        setContentView(view)
        cues = CuePlayer(this)
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
        app.enrolment.managed { outcome -> main.post { outcome.fold({ if (it) worker.refresh() }, { failed(Enrolment.faultOf(it)) }) } }
        main.postDelayed(tick, TICK_MS)
    }

    override fun onPause() {
        main.removeCallbacks(tick)
        app.labelDesk = null
        app.ports.battery.stop()
        app.ports.scanner.stop()
        super.onPause()
    }

    override fun onDestroy() {
        main.removeCallbacksAndMessages(null)
        worker.close()
        cues.close()
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
        val screen = screen ?: if (fault == null) return else blank()
        val dress = Dress.of(this, screen.settings, words.language, words.rightToLeft)
        val said = fault?.let { words.fault(it.remedy) }
        view.show(Face(screen, dress, words, wedge.text, typing, engine, charge, said))
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
        worker.send(Input.Choose(action.id))
    }

    override fun pressed(key: Key) {
        main.removeCallbacks(alone)
        val screen = screen ?: return worker.refresh()
        val input = wedge.key(screen, key, SystemClock.uptimeMillis())
        if (input != null) worker.send(input) else main.postDelayed(alone, Wedge.ALONE_MS)
        draw()
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
            if (key == Key.Back && typing && wedge.text.isEmpty()) typing(false) else pressed(key)
        }
        return true
    }

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

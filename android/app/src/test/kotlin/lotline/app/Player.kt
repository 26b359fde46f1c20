package lotline.app

import android.os.Looper
import android.view.KeyCharacterMap
import android.view.KeyEvent
import android.view.View
import android.view.ViewGroup
import java.io.File
import java.nio.file.Files
import lotline.Handheld
import lotline.Scenario
import lotline.app.view.ActionButton
import lotline.core.Action
import lotline.core.AwaitKind
import lotline.core.Input
import lotline.core.ScanSource
import lotline.core.Screen
import lotline.core.Step
import lotline.handheld.Site
import lotline.handheld.scenarioFile
import org.robolectric.Robolectric
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.android.controller.ActivityController

/** Plays a scenario through the real activity, as a person, a scanner and a battery would. */
class Player(name: String, language: String? = null) : AutoCloseable {
    private val app = RuntimeEnvironment.getApplication() as ScenarioApp
    private val file = scenarioFile(name)
    private var folder: File = Files.createTempDirectory("lotline-$name").toFile()
    private val site = Site(file, language)

    /** Its steps and goldens. */
    val scenario: Scenario = language?.let { Scenario.readIn(file.path, it) } ?: Scenario.read(file.path)
    private var handheld: Handheld = scenario.open(folder.path)
    private var controller: ActivityController<HandheldActivity>
    private var next = 0u

    /** The activity. */
    val activity: HandheldActivity get() = controller.get()

    /** What it draws. */
    val screen: Screen get() = checkNotNull(activity.screen) { "nothing is drawn yet" }

    /** The scan engine of the device. */
    val engine get() = app.engine

    /** What brings a scan. */
    var scanner: (Input.Scan) -> Unit = ::read

    init {
        handheld.enrol(site.server, site.code, scenario.device())
        app.opens = { handheld }
        controller = begin()
    }

    private fun begin(): ActivityController<HandheldActivity> {
        val begun = Robolectric.buildActivity(HandheldActivity::class.java).setup()
        settle()
        return begun
    }

    /** Lets the core do the oldest that waits for it; of what it answers the main thread hears nothing yet. */
    fun coreActs() {
        check(app.core.runNext()) { "nothing waits for the core" }
    }

    /** Lets the core and the main thread do all that waits. */
    fun settle() {
        val main = shadowOf(Looper.getMainLooper())
        do {
            app.core.runAll()
            main.idle()
        } while (app.core.hasQueuedTasks())
    }

    /** Plays the next step; false after the last. */
    fun step(): Boolean {
        when (val step = scenario.step(next++)) {
            null -> return false
            is Step.Act -> return true.also { act(step.input) }
            Step.Restart -> restart()
            else -> site.around(step, scenario, handheld)
        }
        activity.retry()
        settle()
        return true
    }

    /** Plays until [id] is shown. */
    fun until(id: String) {
        while (screen.id != id) check(step()) { "$id never comes" }
    }

    /** The battery is pulled: nothing of the process stays but its files. */
    fun restart() {
        controller.pause().stop().destroy()
        settle()
        handheld.close()
        handheld = scenario.open(folder.path)
        controller = begin()
    }

    /**
     * The process is killed now. What its files hold at this moment is all that stays: what waited for the core or for the main thread is
     * gone, and nobody closed anything.
     */
    fun kill() {
        val left = Files.createTempDirectory("lotline-left").toFile()
        check(folder.copyRecursively(left, overwrite = true))
        // What lives on of it in the process of the tests reaches other files from here on.
        app.core.shutdownNow()
        controller.pause().stop().destroy()
        handheld.close()
        folder.deleteRecursively()
        folder = left
        handheld = scenario.open(folder.path)
        controller = begin()
    }

    /** Sends all that waits on the gateway's side of this handheld; gives how many entries the gateway took. */
    fun sync(): ULong {
        site.tell("settle ${scenario.nowMs()}")
        return handheld.syncNow(10_000u).acknowledged
    }

    /** Another app comes in front. */
    fun pause() {
        controller.pause()
        settle()
    }

    /** It goes. */
    fun resume() {
        controller.resume()
        settle()
    }

    /** The device is turned, or becomes another in any other way. */
    fun configure(qualifiers: String) {
        RuntimeEnvironment.setQualifiers(qualifiers)
        controller.configurationChange()
        settle()
    }

    /** Does what a person or an engine does to say [input]. */
    fun act(input: Input) {
        when (input) {
            is Input.Choose -> choose(input)
            is Input.Scan ->
                if (input.source == ScanSource.TYPED) {
                    type(input.bytes.decodeToString())
                } else {
                    scanner(input)
                }
            is Input.Enter -> type(input.text)
            Input.Back -> press(KeyEvent.KEYCODE_BACK)
            // A camera, a sled and the clock press nothing.
            is Input.Photo, is Input.Tags, Input.Tick -> read(input)
        }
        settle()
    }

    /** The engine reads. */
    fun read(input: Input) {
        checkNotNull(engine.reader) { "nobody listens to the engine" }.read(input)
    }

    private fun choose(input: Input.Choose) {
        val action = screen.actions.find { it.id == input.id }
        // In the middle of work no key signs out: the lock does.
        if (action == null) return read(input).also { check(input.id == "sign_out") { "${screen.id} has no ${input.id}" } }
        // By finger and by key in turn.
        if (next % 2u == 0u) {
            button(action).performClick()
        } else {
            press(codeOf(action.key))
            // Where text is awaited a digit is text, until Enter says that it stands alone.
            if (screen.awaits.kind == AwaitKind.TEXT && !action.key.startsWith("F")) press(KeyEvent.KEYCODE_ENTER)
        }
        // A digit alone counts once nothing has followed.
        shadowOf(Looper.getMainLooper()).idleFor(java.time.Duration.ofMillis(500))
    }

    /** The button that stands for [action]. */
    fun button(action: Action): View =
        views(activity.window.decorView).filterIsInstance<ActionButton>().single { it.visibility == View.VISIBLE && it.action == action }

    /** Types [text] on the device's keys, slowly, and Enter. */
    fun type(text: String) {
        val keys = KeyCharacterMap.load(KeyCharacterMap.VIRTUAL_KEYBOARD).getEvents(text.toCharArray())
        checkNotNull(keys) { "no keys for $text" }.forEach {
            activity.dispatchKeyEvent(it)
            shadowOf(Looper.getMainLooper()).idleFor(java.time.Duration.ofMillis(60))
        }
        press(KeyEvent.KEYCODE_ENTER)
    }

    /** Presses a key. */
    fun press(code: Int) {
        activity.dispatchKeyEvent(KeyEvent(KeyEvent.ACTION_DOWN, code))
        activity.dispatchKeyEvent(KeyEvent(KeyEvent.ACTION_UP, code))
    }

    override fun close() {
        controller.pause().stop().destroy()
        settle()
        handheld.close()
        scenario.close()
        site.close()
        folder.deleteRecursively()
    }
}

/** The key of an action as the device names it. */
private fun codeOf(key: String): Int =
    if (key.startsWith("F")) KeyEvent.KEYCODE_F1 + key.drop(1).toInt() - 1 else KeyEvent.KEYCODE_0 + key.toInt()

/** A view and all below it that is visible, in the order of the tree. */
fun views(view: View): List<View> =
    if (view.visibility != View.VISIBLE) {
        emptyList()
    } else {
        listOf(view) + if (view is ViewGroup) (0 until view.childCount).flatMap { views(view.getChildAt(it)) } else emptyList()
    }

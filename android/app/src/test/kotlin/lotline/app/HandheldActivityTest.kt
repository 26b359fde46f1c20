package lotline.app

import android.app.AlertDialog
import android.os.Looper
import android.os.VibrationEffect
import android.os.Vibrator
import android.speech.tts.TextToSpeech
import android.view.KeyEvent
import android.view.View
import android.widget.TextView
import java.util.Locale
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import lotline.app.cue.buzzOf
import lotline.app.cue.samplesOf
import lotline.app.cue.soundOf
import lotline.app.port.EngineState
import lotline.app.view.BannerView
import lotline.app.view.Dress
import lotline.app.view.KeyCap
import lotline.app.view.Vocabulary
import lotline.core.Fault
import lotline.core.HandheldException
import lotline.core.Input
import lotline.core.Remedy
import lotline.core.ScanSource
import lotline.core.Screen
import lotline.core.Settings
import lotline.handheld.Shown
import lotline.screenToJson
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import org.robolectric.shadows.ShadowTextToSpeech
import org.robolectric.shadows.ShadowVibrator

/** What the activity does beside drawing: the step stays, the scanner is locked, keys and cues do as they should. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "en-w320dp-h533dp-port-hdpi-12key")
class HandheldActivityTest {
    private fun shown(player: Player) = views(player.activity.window.decorView).filterIsInstance<TextView>().map { it.text.toString() }

    private fun badge(text: String) = Input.Scan(text.encodeToByteArray(), null, ScanSource.SCAN)

    @Test
    fun `turned and in another language of the device, the same step is shown`() {
        Player("first_shift").use { player ->
            player.until("pick.item")
            val before = screenToJson(player.screen)
            for (qualifiers in listOf("de-w533dp-h320dp-land-hdpi-12key", "ar-w320dp-h533dp-port-hdpi-12key")) {
                // Robolectric does not read that the activity lays itself out anew, so here it even begins anew.
                player.configure(qualifiers)
                assertEquals(qualifiers, before, screenToJson(player.screen))
                assertTrue("${shown(player)}", player.screen.prompt in shown(player))
                player.activity.onConfigurationChanged(player.activity.resources.configuration)
                assertTrue("${shown(player)}", player.screen.prompt in shown(player))
            }
        }
    }

    @Test
    fun `a process that died comes back to the same line after the same person has signed in`() {
        Player("first_shift").use { player ->
            player.until("pick.item")
            val before = player.screen
            player.restart()
            assertEquals("sign_in.badge", player.screen.id)
            player.act(badge("]C0B-1042"))
            player.act(Input.Enter("pin", "4711"))
            assertEquals(before.id to before.progress, player.screen.id to player.screen.progress)
        }
    }

    @Test
    fun `row_48 wherever in an act the process is killed, the same step comes back and nothing is there twice`() {
        val scan = badge("]C101295210000050001728050110L2604D")

        // Killed where `killed` says; then the same person goes on.
        fun after(killed: (Player) -> Unit): Triple<Screen, String, ULong> =
            Player("first_shift").use { player ->
                player.until("receive.scan")
                assertEquals("0 of 6 CS  L2604D", player.screen.lines[0].detail)
                killed(player)
                player.kill()
                assertEquals("sign_in.badge", player.screen.id)
                player.act(badge("]C0B-1042"))
                player.act(Input.Enter("pin", "4711"))
                val back = player.screen
                assertEquals("receive.scan", back.id)
                player.act(scan)
                Triple(back, player.screen.lines[0].detail, player.screen.status.queued).also {
                    assertEquals("each entry is at the gateway once", it.third, player.sync())
                    assertEquals(0uL, player.sync())
                }
            }

        val between = after { it.act(scan) }
        assertEquals("1 of 6 CS  L2604D", between.first.lines[0].detail)
        assertEquals("2 of 6 CS  L2604D", between.second)
        val undrawn =
            after {
                it.read(scan)
                it.coreActs()
                assertEquals("the person has seen nothing of it", "0 of 6 CS  L2604D", it.screen.lines[0].detail)
            }
        assertEquals("what the disk has is as if it had been seen", between, undrawn)
        val untouched = after { it.read(scan) }
        assertEquals("0 of 6 CS  L2604D", untouched.first.lines[0].detail)
        assertEquals("what the core never had is scanned again", "1 of 6 CS  L2604D", untouched.second)
        assertEquals(between.third - 1u, untouched.third)
    }

    @Test
    fun `while a stop stands the scanner is locked, the trigger does nothing, and the screen says so`() {
        Player("first_shift").use { player ->
            player.until("stop")
            assertTrue(player.engine.locked)
            player.press(KeyEvent.KEYCODE_BUTTON_R1)
            player.activity.trigger(true)
            assertEquals(0, player.engine.triggered)
            assertTrue("${shown(player)}", shown(player).any { "Scanner locked" in it })
            player.press(KeyEvent.KEYCODE_F1)
            player.settle()
            assertFalse(player.engine.locked)
            player.press(KeyEvent.KEYCODE_BUTTON_R1)
            assertEquals(1, player.engine.triggered)
        }
    }

    @Test
    fun `not in front the app hears no scan, and in front again it does`() {
        Player("first_shift").use { player ->
            player.pause()
            assertNull(player.engine.reader)
            player.resume()
            player.act(badge("]C0B-1042"))
            assertEquals("sign_in.pin", player.screen.id)
        }
    }

    @Test
    fun `inputs go to the core in their order and never on the main thread`() {
        Player("first_shift").use { player ->
            player.read(badge("]C0B-1042"))
            // Nothing is drawn ahead of the core.
            shadowOf(Looper.getMainLooper()).idle()
            assertEquals("sign_in.badge", player.screen.id)
            player.read(Input.Enter("pin", "4711"))
            player.read(Input.Choose("receive"))
            player.settle()
            assertEquals("receive.choose", player.screen.id)
        }
        val (on, done) = arrayOfNulls<Thread>(1) to CountDownLatch(1)
        TestApp().coreThread().execute { on[0] = Thread.currentThread().also { done.countDown() } }
        assertTrue(done.await(20, TimeUnit.SECONDS))
        assertNotEquals(Looper.getMainLooper().thread, on[0])
    }

    @Test
    fun `an answer is felt once, and news of the device are not`() {
        Player("first_shift").use { player ->
            val vibrator = shadowOf(player.activity.getSystemService(Vibrator::class.java))
            player.until("sign_in.pin")
            player.act(Input.Enter("pin", "4711"))
            assertEquals("accept", player.screen.cue.vibration)
            assertArrayEquals(buzzOf("accept"), vibrator.pattern)
            ShadowVibrator.reset()
            player.activity.retry()
            player.settle()
            assertFalse("it buzzed again", vibrator.isVibrating || buzzOf("accept").contentEquals(vibrator.pattern))
            player.until("stop")
            assertArrayEquals(buzzOf("stop"), vibrator.pattern)
        }
    }

    @Test
    fun `each tone has a sound and a buzz of its own, and an unknown one has none`() {
        val names = listOf("accept", "warn", "stop")
        assertEquals(listOf(1, 2, 1), names.map { soundOf(it)!!.count { beep -> beep.hertz > 0 } })
        assertEquals(listOf(1, 2, 3), names.map { buzzOf(it)!!.size / 2 })
        assertTrue(soundOf("stop")!!.single().run { hertz < 500 && ms > 500 })
        assertNull(soundOf("") ?: buzzOf("")?.toList())
        // It begins and ends in silence, so that it does not click.
        val samples = samplesOf(soundOf("accept")!!)
        assertArrayEquals(byteArrayOf(0, 0), samples.takeLast(2).toByteArray())
        assertTrue(samples.any { it.toInt() != 0 })
        VibrationEffect.createWaveform(buzzOf("stop"), -1)
    }

    @Test
    fun `files that cannot be opened are told with what to do, and another try goes on`() {
        val app = RuntimeEnvironment.getApplication() as ScenarioApp
        app.opens = { throw HandheldException.Failed(Fault(Remedy.CALL_SUPERVISOR, "wrong_key", "for the log")) }
        Robolectric.buildActivity(HandheldActivity::class.java).use { controller ->
            val activity = controller.setup().get()
            app.core.runAll()
            shadowOf(Looper.getMainLooper()).idle()
            val banner = views(activity.window.decorView).filterIsInstance<BannerView>().single()
            assertEquals("STOP. This device may not go on. Call a supervisor.", banner.contentDescription)
            assertFalse("${texts(activity)}", texts(activity).any { "log" in it })
            Player("first_shift").use { player -> assertEquals("sign_in.badge", player.screen.id) }
        }
    }

    @Test
    fun `files that want other keys are set aside by a person who was told what that means, and by nobody else`() {
        val app = RuntimeEnvironment.getApplication() as ScenarioApp
        app.opens = { throw HandheldException.Failed(Fault(Remedy.CALL_SUPERVISOR, "lost_key", "for the log")) }
        Robolectric.buildActivity(HandheldActivity::class.java).use { controller ->
            val activity = controller.setup().get()
            fun settle() = shadowOf(Looper.getMainLooper()).idle().also { app.core.runAll() }.also { shadowOf(Looper.getMainLooper()).idle() }
            settle()
            settle()
            assertTrue("${texts(activity)}", "Set the files aside" in texts(activity))
            activity.dispatchKeyEvent(KeyEvent(KeyEvent.ACTION_DOWN, KeyEvent.KEYCODE_F4))
            val asked = ShadowAlertDialog.getLatestAlertDialog()
            assertTrue("${shadowOf(asked).message}", "supervisor" in shadowOf(asked).message.toString())
            asked.getButton(AlertDialog.BUTTON_NEGATIVE).performClick()
            settle()
            assertEquals("a no changes nothing", 0, app.setsAside)
            activity.dispatchKeyEvent(KeyEvent(KeyEvent.ACTION_DOWN, KeyEvent.KEYCODE_F4))
            ShadowAlertDialog.getLatestAlertDialog().getButton(AlertDialog.BUTTON_POSITIVE).performClick()
            settle()
            assertEquals(1, app.setsAside)
        }
    }

    @Test
    fun `another fault than a lost key offers no such thing`() {
        val blank = Vocabulary("en").use { words -> listOf("storage", "key_store", "panic").map { blank(Fault(Remedy.RETRY, it, ""), words) } }
        assertEquals(listOf(0, 0, 0), blank.map { it.actions.size })
    }

    @Test
    fun `the prompt is spoken in its language for a person who wants it, and for nobody else`() {
        ShadowTextToSpeech.addLanguageAvailability(Locale.forLanguageTag("en"))
        Player("first_shift").use { player ->
            player.until("home")
            assertTrue(ShadowTextToSpeech.getLastTextToSpeechInstance() == null)
            val screen = player.screen.copy(settings = Settings("en", 100u, false, false, 100u, true, voice = true))
            fun show(answers: Boolean) = player.activity.show(Shown(screen, "en", answers))
            show(answers = true)
            val speech = shadowOf(ShadowTextToSpeech.getLastTextToSpeechInstance())
            assertEquals("not before it is ready", null, speech.lastSpokenText)
            speech.onInitListener.onInit(TextToSpeech.SUCCESS)
            assertEquals(listOf("ACCEPT", screen.message, screen.prompt).filter(String::isNotEmpty), speech.spokenTextList)
            speech.clearLastSpokenText()
            show(answers = false)
            assertEquals("news of the device are not spoken", null, speech.lastSpokenText)
            player.pause()
            assertTrue("nobody is in front", speech.isStopped)
        }
    }

    @Test
    fun `what is read out names the word of the tone, the key of an action and the look of a line`() {
        Player("first_shift").use { player ->
            player.until("home")
            val read = views(player.activity.window.decorView).mapNotNull { it.contentDescription?.toString() }
            assertTrue("$read", "ACCEPT. Signed in: A. Associate" in read)
            assertTrue("$read", "Receive, key F1" in read)
            assertTrue("$read", "Person: A. Associate" in read)
            assertTrue("$read", "Battery 80 %" in read)
            player.until("receive.scan")
            player.act(badge("]C101295210000050001728050110L2604D"))
            val then = views(player.activity.window.decorView).mapNotNull { it.contentDescription?.toString() }
            assertTrue("$then", then.any { it.startsWith("Paracetamol 500 mg, ") && it.endsWith(", now") })
        }
    }

    @Test
    fun `it is read out in the order that matters`() {
        Player("first_shift").use { player ->
            player.until("pick.item")
            val screen: Screen = player.screen
            val order =
                listOf(screen.title, screen.prompt, screen.message, screen.progress!!.text, screen.fields[0].value, screen.actions[0].label, screen.status.text)
            val places = order.filter(String::isNotEmpty).map { text -> shown(player).indexOfFirst { it.startsWith(text) } }
            assertEquals(places.sorted(), places)
            assertTrue("$places", places.all { it >= 0 })
        }
    }

    @Test
    @Config(qualifiers = "en-w360dp-h640dp-port-xhdpi-nokeys")
    fun `without keys of its own the device draws those of a PIN, and bullets stand for it`() {
        Player("first_shift").use { player ->
            player.until("sign_in.pin")
            val caps = views(player.activity.window.decorView).filterIsInstance<KeyCap>()
            for (digit in "4711") caps.single { it.contentDescription == "$digit" }.performClick()
            assertTrue("•••• not in ${shown(player)}", "••••" in shown(player))
            assertFalse("${shown(player)}", shown(player).any { "4711" in it })
            caps.single { it.contentDescription == "Enter" }.performClick()
            player.settle()
            assertEquals("home", player.screen.id)
        }
    }

    @Test
    fun `the size of the text follows the person, and before them the device, from 70 to 200 percent`() {
        val context = RuntimeEnvironment.getApplication()
        fun percent(settings: Settings?) = Dress.of(context, settings, "en", false).textPercent
        assertEquals(100, percent(null))
        for ((asked, got) in listOf(10u to 70, 85u to 85, 999u to 200)) {
            assertEquals(got, percent(Settings("en", asked, false, false, 100u, true, false)))
        }
    }

    @Test
    fun `the battery and the engine are told where they matter`() {
        Player("first_shift").use { player ->
            player.activity.engine(EngineState.OFF)
            assertTrue("${shown(player)}", shown(player).any { it.endsWith("Scanner off") })
            player.activity.engine(EngineState.READY)
            assertFalse("${shown(player)}", shown(player).any { "Scanner" in it })
            assertEquals(View.VISIBLE, views(player.activity.window.decorView).first { it.contentDescription == "Battery 80 %" }.visibility)
        }
    }
}

package lotline.app.camera

import android.Manifest
import android.app.AlertDialog
import android.graphics.BitmapFactory
import android.graphics.Color
import android.os.Looper
import android.util.Size
import android.view.KeyEvent
import android.view.TextureView
import android.view.View
import android.widget.TextView
import java.io.File
import java.nio.ByteBuffer
import java.util.ArrayDeque
import java.util.concurrent.Executor
import lotline.FrameCode
import lotline.app.HandheldActivity
import lotline.app.Player
import lotline.app.ScenarioApp
import lotline.app.fleet.Count
import lotline.app.fleet.Fact
import lotline.app.pictureOf
import lotline.app.port.Reader
import lotline.app.views
import lotline.app.write
import lotline.core.Input
import lotline.core.Point
import lotline.core.ScanSource
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog
import org.robolectric.util.ReflectionHelpers

/** A camera of which a test says what it sees. */
private class StandIn : Camera {
    override val lit = true
    var sight: Sight? = null
    var shines = false

    override fun open(preview: TextureView, sight: Sight) {
        this.sight = sight
    }

    override fun light(on: Boolean) {
        shines = on
    }

    override fun close() {
        sight = null
        shines = false
    }
}

/** The thread that reads frames, which works when a test says so. */
private class Later : Executor {
    val waiting = ArrayDeque<Runnable>()

    override fun execute(task: Runnable) {
        waiting += task
    }

    fun work() {
        while (waiting.isNotEmpty()) waiting.poll()!!.run()
        shadowOf(Looper.getMainLooper()).idle()
    }
}

/** The camera where there is no scan engine: real pictures of codes, the real reader of the core, the real activity. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "en-w360dp-h640dp-port-xhdpi-nokeys")
class CameraTest {
    private val app = RuntimeEnvironment.getApplication() as ScenarioApp
    private val camera = StandIn()
    private val reading = Later()
    private val engine = CameraEngine(camera, app.ports.diagnostics, reading)

    private fun at(test: (Player) -> Unit) {
        app.ports.scanner = engine
        Player("first_shift").use(test)
    }

    private fun allow() = shadowOf(app).grantPermissions(Manifest.permission.CAMERA)

    private fun finder(activity: HandheldActivity) = views(activity.window.decorView).filterIsInstance<FinderView>().singleOrNull()

    private fun pull(activity: HandheldActivity) {
        activity.trigger(true)
        activity.trigger(false)
        shadowOf(Looper.getMainLooper()).idle()
    }

    @Test
    fun `a code in a real picture is a scan of the camera, with the bytes that its file tells`() =
        at { player ->
            allow()
            var scanned: Input.Scan? = null
            for ((name, symbology) in listOf("code128-1--1.png" to "]C1", "datamatrix-1--C40.png" to "]d1")) {
                scanned = null
                val reader = player.activity
                engine.start(
                    object : Reader by reader {
                        override fun read(input: Input) {
                            scanned = input as Input.Scan
                            reader.read(input)
                        }
                    },
                )
                pull(player.activity)
                assertTrue("the finder is open", finder(player.activity) != null)
                camera.sight!!.frame(frame(name))
                reading.work()
                val scan = checkNotNull(scanned) { "$name was not read" }
                val said = File(FIXTURES, name.replace(".png", ".txt")).readText()
                assertEquals(said, scan.bytes.decodeToString())
                assertEquals(symbology to ScanSource.CAMERA, scan.symbology to scan.source)
                assertNull("the camera is given back", camera.sight)
                assertNull("the finder is closed", finder(player.activity))
                player.settle()
                // Nobody's badge: the core says stop, and the engine is locked until it is acknowledged.
                assertEquals("stop", player.screen.id)
                pull(player.activity)
                assertNull("nothing is read while a stop stands", camera.sight)
                player.act(Input.Choose("acknowledge"))
            }
        }

    @Test
    fun `only the newest frame is looked at, and none waits`() =
        at { player ->
            allow()
            pull(player.activity)
            val sight = camera.sight!!
            val empty = Luma(direct(ByteArray(64 * 48) { -1 }), 64, 48, 64)
            assertTrue(sight.free)
            sight.frame(empty)
            assertFalse("one is being looked at", sight.free)
            repeat(20) { sight.frame(frame("code128-1--1.png")) }
            assertEquals("the others are let go", 1, reading.waiting.size)
            reading.work()
            assertTrue(sight.free)
            assertEquals("sign_in.badge", player.screen.id)
            assertEquals(1L, app.ports.diagnostics[Count.FRAMES])
            sight.frame(frame("code128-1--1.png"))
            reading.work()
            player.settle()
            assertEquals("the next one is the newest", "stop", player.screen.id)
        }

    @Test
    fun `what is read after the finder was closed is for nobody`() =
        at { player ->
            allow()
            pull(player.activity)
            camera.sight!!.frame(frame("code128-1--1.png"))
            player.press(KeyEvent.KEYCODE_BACK)
            assertNull(camera.sight)
            reading.work()
            player.settle()
            assertEquals("back closed the finder and did nothing else", "sign_in.badge", player.screen.id)
        }

    @Test
    fun `a buffer that is no frame is let go, and the next is read`() =
        at { player ->
            allow()
            pull(player.activity)
            val sight = camera.sight!!
            sight.frame(Luma(direct(ByteArray(10)), 640, 480, 640))
            reading.work()
            assertTrue(sight.free)
            sight.frame(frame("code128-1--1.png"))
            reading.work()
            player.settle()
            assertEquals("stop", player.screen.id)
        }

    @Test
    fun `of two codes the one that is aimed at counts`() {
        fun code(text: String, x: Int, y: Int) =
            FrameCode(text.toByteArray(), "]C0", List(4) { Point(x.toFloat(), y.toFloat()) })
        val luma = Luma(direct(ByteArray(0)), 1280, 960, 1280)
        assertEquals("middle", aimedAt(luma, listOf(code("edge", 20, 20), code("middle", 600, 500))).bytes.decodeToString())
    }

    @Test
    fun `the core's words say why before the system asks, and a no says what else can be done`() =
        at { player ->
            pull(player.activity)
            assertNull("not before it is allowed", camera.sight)
            val why = ShadowAlertDialog.getLatestAlertDialog()
            assertTrue("${shadowOf(why).message}", "The camera reads labels" in shadowOf(why).message.toString())
            assertNull("the system has not asked yet", shadowOf(player.activity).lastRequestedPermission)
            pull(player.activity)
            assertTrue("one question at a time", why === ShadowAlertDialog.getLatestAlertDialog())
            why.getButton(AlertDialog.BUTTON_POSITIVE).performClick()
            shadowOf(Looper.getMainLooper()).idle()
            val asked = shadowOf(player.activity).lastRequestedPermission
            assertEquals(listOf(Manifest.permission.CAMERA), asked.requestedPermissions.toList())
            player.activity.onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions, intArrayOf(-1))
            // What the framework does when it hands the answer over itself.
            ReflectionHelpers.setField(player.activity, "mHasCurrentPermissionsRequest", false)
            assertNull(camera.sight)
            val denied = ShadowAlertDialog.getLatestAlertDialog()
            assertTrue("${shadowOf(denied).message}", "not allowed" in shadowOf(denied).message.toString())
            denied.getButton(AlertDialog.BUTTON_POSITIVE).performClick()
            shadowOf(Looper.getMainLooper()).idle()

            pull(player.activity)
            ShadowAlertDialog.getLatestAlertDialog().getButton(AlertDialog.BUTTON_POSITIVE).performClick()
            shadowOf(Looper.getMainLooper()).idle()
            allow()
            player.activity.onRequestPermissionsResult(asked.requestCode, asked.requestedPermissions, intArrayOf(0))
            assertTrue("allowed, it opens at once", camera.sight != null)
        }

    @Test
    fun `the finder says what to scan, has a light, and gives the camera back when another app comes in front`() =
        at { player ->
            allow()
            assertEquals(listOf("camera", "ready"), app.ports.diagnostics[Fact.SCANNER])
            pull(player.activity)
            val finder = checkNotNull(finder(player.activity))
            val said = views(finder).filterIsInstance<TextView>().map { it.text.toString() }
            assertEquals(listOf(player.screen.prompt, "Close", "Light"), said)
            val lamp = views(finder).first { it is TextView && it.text.toString() == "Light" }.pressable()
            lamp.performClick()
            assertTrue(camera.shines)
            lamp.performClick()
            assertFalse(camera.shines)
            write(pictureOf(player.activity.window.decorView), File("target/finder.png"))
            player.pause()
            assertNull(camera.sight)
        }

    @Test
    fun `a camera that goes is off, says so, and is tried again by the next pull`() =
        at { player ->
            allow()
            pull(player.activity)
            camera.sight!!.lost()
            shadowOf(Looper.getMainLooper()).idle()
            assertNull(camera.sight)
            assertTrue(views(player.activity.window.decorView).filterIsInstance<TextView>().any { "Scanner off" in it.text })
            pull(player.activity)
            assertTrue(camera.sight != null)
        }

    @Test
    fun `of what a camera offers the size nearest to what the core wants is taken`() {
        val offered = listOf(Size(4000, 3000), Size(1920, 1080), Size(1280, 960), Size(640, 480))
        assertEquals(Size(1280, 960), DeviceCamera.nearest(offered))
        assertEquals(Size(1280, 960), DeviceCamera.nearest(emptyList()))
        assertFalse("no camera, none to use", DeviceCamera(app).there)
    }

    private fun View.pressable(): View = generateSequence(this) { it.parent as? View }.first { it.hasOnClickListeners() }

    private fun direct(bytes: ByteArray): ByteBuffer = ByteBuffer.allocateDirect(bytes.size).put(bytes).flip()

    /** A picture as a camera gives it: rows longer than the picture. */
    private fun frame(name: String): Luma {
        val picture = checkNotNull(BitmapFactory.decodeFile(File(FIXTURES, name).path)) { name }
        val stride = picture.width + 32
        val bytes = ByteArray(stride * picture.height)
        for (y in 0 until picture.height) {
            for (x in 0 until picture.width) {
                val colour = picture.getPixel(x, y)
                bytes[y * stride + x] = (0.299 * Color.red(colour) + 0.587 * Color.green(colour) + 0.114 * Color.blue(colour)).toInt().toByte()
            }
        }
        return Luma(direct(bytes), picture.width, picture.height, stride)
    }

    private companion object {
        val FIXTURES = File("../../core/tests/fixtures/scan-images")
    }
}

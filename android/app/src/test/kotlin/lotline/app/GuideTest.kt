package lotline.app

import guide.ScanActivity
import guide.YourApp
import java.io.File
import lotline.core.AwaitKind
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** The guide for an app of one's own: what it shows is compiled, and works. */
@RunWith(RobolectricTestRunner::class)
@Config(application = YourApp::class)
class GuideTest {
    @Test
    fun `the lines of the guide are those that are compiled here, and the activity has no more than twenty`() {
        val compiled = File("src/test/kotlin/guide/ScanActivity.kt").readText()
        val guide = File("../../docs/guides/android.md").readText()
        val shown = Regex("```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(guide).map { it.groupValues[1] }.toList()
        assertEquals(2, shown.size)
        for (block in shown) assertTrue("not compiled:\n$block", block in compiled)
        assertTrue(shown[0].lines().count(String::isNotBlank) <= 20)
    }

    @Test
    fun `an activity of those lines shows the first screen and answers a scan once`() {
        val device = (RuntimeEnvironment.getApplication() as YourApp).device
        Robolectric.buildActivity(ScanActivity::class.java).use { controller ->
            val activity = controller.setup().get()
            until("the first screen") { device.screen != null }
            assertEquals(AwaitKind.SCAN, device.screen?.awaits?.kind)
            assertEquals(emptyList<String>(), device.told)
            activity.scanned("nobody's badge".toByteArray(), "LABEL-TYPE-CODE128")
            until("its answer") { device.told.isNotEmpty() }
            assertEquals(listOf("stop", "locked"), device.told)
        }
    }
}

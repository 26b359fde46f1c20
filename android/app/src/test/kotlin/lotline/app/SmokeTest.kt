package lotline.app

import android.app.Activity
import android.os.Looper
import android.view.View
import android.view.ViewGroup
import android.widget.TextView
import java.util.concurrent.TimeUnit
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The app starts, loads the real library and draws what the core says. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class)
class SmokeTest {
    @Test
    fun `the activity draws the first screen of the real core`() = firstScreen()
}

/** The same on Android 10. */
@RunWith(RobolectricTestRunner::class)
@Config(application = TestApp::class, sdk = [29])
class SmokeAndroid10Test {
    @Test
    fun `the activity draws the first screen of the real core on Android 10`() = firstScreen()
}

private fun firstScreen() {
    Robolectric.buildActivity(HandheldActivity::class.java).use { controller ->
        val activity = controller.setup().get()
        until("the first screen") { "Scan your badge" in texts(activity) }
    }
}

/** Lets the main thread work until [holds], for what the core's own thread answers. */
fun until(what: String, holds: () -> Boolean) {
    val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20)
    while (!holds()) {
        check(System.nanoTime() < end) { "$what did not come" }
        Thread.sleep(1)
        shadowOf(Looper.getMainLooper()).idle()
    }
}

/** Every text that is shown, in the order of the view tree. */
fun texts(activity: Activity): List<String> = buildList { collect(activity.window.decorView, this) }

private fun collect(view: View, into: MutableList<String>) {
    if (view.visibility != View.VISIBLE) return
    if (view is TextView) into += view.text.toString()
    if (view is ViewGroup) repeat(view.childCount) { collect(view.getChildAt(it), into) }
}

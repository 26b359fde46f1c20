package lotline.app

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import lotline.app.sync.SyncJob
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element

/** What the manifest says that code and tests count on. */
class ManifestTest {
    private val manifest =
        DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }.newDocumentBuilder()
            .parse(File("src/main/AndroidManifest.xml"))

    private fun all(tag: String): List<Element> = manifest.getElementsByTagName(tag).run { (0 until length).map { item(it) as Element } }

    private fun only(tag: String) = all(tag).single()

    private fun Element.android(name: String): String = getAttributeNS("http://schemas.android.com/apk/res/android", name)

    @Test
    fun `right to left is drawn, and nothing goes into a backup`() {
        assertEquals("true" to "false", only("application").run { android("supportsRtl") to android("allowBackup") })
    }

    @Test
    fun `since Android 11 the app sees DataWedge, and no other app`() {
        val seen = only("queries").getElementsByTagName("*").run { (0 until length).map { item(it) as Element } }
        assertEquals(listOf("package" to "com.symbol.datawedge"), seen.map { it.tagName to it.android("name") })
    }

    @Test
    fun `what it asks of a person and of the system is what the guide names, and no device is left out for it`() {
        val asked = all("uses-permission").map { it.android("name").removePrefix("android.permission.") }
        val words = setOf("VIBRATE", "INTERNET", "ACCESS_NETWORK_STATE", "BLUETOOTH", "BLUETOOTH_CONNECT", "CAMERA", "RECEIVE_BOOT_COMPLETED")
        assertEquals(words, asked.toSet())
        assertEquals(listOf("false"), all("uses-feature").map { it.android("required") }.distinct())
    }

    @Test
    fun `from outside only the launcher and who may dump come in`() {
        val exported = listOf("activity", "service", "provider", "receiver").flatMap(::all).filter { it.android("exported") != "false" }
        assertEquals(listOf("lotline.app.HandheldActivity", "lotline.app.fleet.DiagnosticsProvider"), exported.map { it.android("name") })
        assertEquals("android.permission.DUMP", exported.last().android("readPermission"))
    }

    @Test
    fun `the system finds the app, its job and what a fleet's management can set`() {
        assertEquals(HandheldApp::class.java.name, only("application").android("name"))
        // Without the permission JobScheduler refuses the job when it is asked for.
        val job = only("service").run { android("name") to android("permission") }
        assertEquals(SyncJob::class.java.name to "android.permission.BIND_JOB_SERVICE", job)
        val offers = all("meta-data").associate { it.android("name") to it.android("resource") }
        assertEquals(mapOf("android.content.APP_RESTRICTIONS" to "@xml/app_restrictions"), offers)
        assertEquals("lotline.app.diagnostics", only("provider").android("authorities"))
        val starts = only("intent-filter").run { getElementsByTagName("*").let { all -> (0 until all.length).map { (all.item(it) as Element).android("name") } } }
        assertEquals(listOf("android.intent.action.MAIN", "android.intent.category.LAUNCHER"), starts)
    }

    @Test
    fun `the keyboard on the display comes when a person types, and then covers nothing`() {
        assertEquals("adjustResize|stateHidden", only("activity").android("windowSoftInputMode"))
    }

    @Test
    fun `every change of the device lays out the same activity anew, and there is one of it`() {
        val activity = only("activity")
        assertEquals(HandheldActivity::class.java.name, activity.android("name"))
        assertEquals("singleTask", activity.android("launchMode"))
        val handled = activity.android("configChanges").split('|').toSet()
        val changes = setOf("orientation", "screenSize", "keyboard", "keyboardHidden", "locale", "layoutDirection", "fontScale", "density", "uiMode")
        assertTrue("$handled", handled.containsAll(changes))
    }
}

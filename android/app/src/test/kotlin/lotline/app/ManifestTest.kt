package lotline.app

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.w3c.dom.Element

/** What the manifest says that code and tests count on. */
class ManifestTest {
    private val manifest =
        DocumentBuilderFactory.newInstance().apply { isNamespaceAware = true }.newDocumentBuilder()
            .parse(File("src/main/AndroidManifest.xml"))

    private fun only(tag: String) = manifest.getElementsByTagName(tag).item(0) as Element

    private fun Element.android(name: String): String = getAttributeNS("http://schemas.android.com/apk/res/android", name)

    @Test
    fun `right to left is drawn, and nothing goes into a backup`() {
        assertEquals("true" to "false", only("application").run { android("supportsRtl") to android("allowBackup") })
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

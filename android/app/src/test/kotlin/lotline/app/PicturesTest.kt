package lotline.app

import java.io.File
import lotline.handheld.scenarios
import org.junit.Assume.assumeTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/** `cargo xtask pictures --android`: each flow as an associate sees it, step by step, in three languages. No test of anything. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "w320dp-h533dp-port-hdpi-12key")
class PicturesTest {
    @Test
    fun `contact sheets of every flow`() {
        val folder = System.getProperty("lotline.sheets").orEmpty()
        assumeTrue("only where a folder is named", folder.isNotEmpty())
        for (name in scenarios()) for (language in listOf("en", "de", "ar")) sheet(name, language, File(folder))
    }

    private fun sheet(name: String, language: String, folder: File) {
        val layouts = Layouts(RuntimeEnvironment.getApplication(), Model.KEYED)
        val sheet = Sheet("$name, $language", across = 8)
        Player(name, language.takeIf { it != "en" }).use { player ->
            var n = 0
            do {
                val view = layouts.lay(player.screen, language, 100, leftHanded = false)
                sheet.add("$n  ${player.screen.id}", smaller(pictureOf(view), 0.5f))
                n += 1
            } while (player.step())
        }
        write(sheet.draw(), File(folder, "$name.$language.png"))
    }
}

package lotline.app

import android.widget.TextView
import lotline.screenToJson
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config
import org.robolectric.annotation.GraphicsMode

/** Every scenario through the real activity, against the real library and a real gateway. */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "w320dp-h533dp-port-hdpi-12key")
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class FlowsTest {
    @Test
    fun `every scenario in English is drawn as its golden says`() = playAll(null)

    @Test
    fun `every scenario in Arabic is drawn as its golden says`() = playAll("ar")

    @Test
    fun `every scenario in German is drawn whole`() = playAll("de")

    private fun playAll(language: String?) {
        for (name in scenarios()) {
            Player(name, language).use { player ->
                val expected = player.scenario.expected()
                var n = 0
                do {
                    val at = "$name ${language ?: ""} screen $n"
                    if (expected.isNotEmpty()) assertEquals(at, expected[n], screenToJson(player.screen))
                    assertDrawn(at, player)
                    n += 1
                } while (player.step())
                if (expected.isNotEmpty()) assertEquals("$name: so many screens", expected.size, n)
            }
        }
    }

    private fun assertDrawn(at: String, player: Player) {
        val screen = player.screen
        val shown = views(player.activity.window.decorView).filterIsInstance<TextView>().map { it.text.toString() }
        val said =
            listOf(screen.title, screen.prompt, screen.message) +
                screen.fields.flatMap { listOf(it.label, it.value) } +
                screen.lines.flatMap { listOf(it.text, it.detail) } +
                listOfNotNull(screen.progress?.text) +
                screen.actions.flatMap { listOf(it.label, it.key) }
        for (text in said.filter(String::isNotEmpty)) assertTrue("$at: $text is not in $shown", text in shown)
        assertTrue("$at: ${screen.status.text}", shown.any { it.startsWith(screen.status.text) })
    }
}

package lotline.app

import android.widget.TextView
import lotline.core.AwaitKind
import lotline.core.Cue
import lotline.core.Screen
import lotline.screenToJson
import lotline.handheld.scenarios
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.annotation.Config

/**
 * Every scenario through the real activity, against the real library and a real gateway; and every screen that came of it laid
 * out as large as it gets, for both hands, on a small display with keys and on a larger one without.
 */
@RunWith(RobolectricTestRunner::class)
@Config(application = ScenarioApp::class, qualifiers = "w320dp-h533dp-port-hdpi-12key")
abstract class Flows {
    protected fun playAll(language: String?) {
        val seen = LinkedHashMap<String, Pair<String, Screen>>()
        for (name in scenarios()) {
            Player(name, language).use { player ->
                val expected = player.scenario.expected()
                var n = 0
                do {
                    val at = "$name ${language ?: ""} screen $n"
                    if (expected.isNotEmpty()) assertEquals(at, expected[n], screenToJson(player.screen))
                    assertDrawn(at, player)
                    // What differs in the device's own state alone looks the same.
                    val face = player.screen.copy(status = seenStatus(player.screen), cue = Cue("", ""))
                    seen.putIfAbsent(screenToJson(face), at to player.screen)
                    n += 1
                } while (player.step())
                if (expected.isNotEmpty()) assertEquals("$name: so many screens", expected.size, n)
            }
        }
        layAll(seen.values.toList(), language ?: "en")
    }

    private fun seenStatus(screen: Screen) = screen.status.copy(offlineSince = null, queued = 0u, atGateway = 0u, inWms = 0u, recallListAge = null, text = "")

    private fun layAll(seen: List<Pair<String, Screen>>, language: String) {
        val faults = mutableListOf<String>()
        for (model in Model.entries) {
            val layouts = Layouts(RuntimeEnvironment.getApplication(), model)
            for ((at, screen) in seen) {
                // Without keys of its own the small display differs only where something is typed.
                if (model == Model.SMALL && screen.awaits.kind !in TYPED) continue
                for (leftHanded in listOf(false, true)) {
                    layouts.lay(screen, language, 200, leftHanded)
                    val where = "$at, $model, 200 %, ${if (leftHanded) "left" else "right"}"
                    faults += layouts.faults(whole = false).map { "$where: $it" }
                    faults += layouts.misplaced(leftHanded).map { "$where: $it" }
                }
                layouts.lay(screen, language, 100, leftHanded = false)
                faults += layouts.faults(whole = true).map { "$at, $model, 100 %: $it" }
            }
        }
        val lying = Layouts(RuntimeEnvironment.getApplication(), Model.KEYED, lying = true)
        for ((at, screen) in seen) {
            lying.lay(screen, language, 100, leftHanded = false)
            faults += lying.faults(whole = true).map { "$at, lying, 100 %: $it" }
        }
        assertTrue("${faults.size} faults in ${seen.size} screens\n" + faults.take(60).joinToString("\n"), faults.isEmpty())
    }

    private fun assertDrawn(at: String, player: Player) {
        val screen = player.screen
        val shown = views(player.activity.window.decorView).filterIsInstance<TextView>().map { bare(it.text) }
        val said =
            listOf(screen.title, screen.prompt, screen.message) +
                screen.fields.flatMap { listOf(it.label, it.value) } +
                screen.lines.flatMap { listOf(it.text, it.detail) } +
                listOfNotNull(screen.progress?.text) +
                screen.actions.flatMap { listOf(it.label, it.key) }
        for (text in said.filter(String::isNotEmpty)) assertTrue("$at: $text is not in $shown", bare(text) in shown)
        assertTrue("$at: ${screen.status.text}", shown.any { it.startsWith(bare(screen.status.text)) })
    }

    /** Without the marks of direction: which of them are drawn is the view's own matter. */
    private fun bare(text: CharSequence): String = text.filter { Character.getType(it) != Character.FORMAT.toInt() }.toString()

    private companion object {
        val TYPED = setOf(AwaitKind.PIN, AwaitKind.QUANTITY, AwaitKind.TEXT)
    }
}

// A class for each language, because classes are what goes to a process each (pom.xml).

/** In English. */
class EnglishFlowsTest : Flows() {
    @Test
    fun `every scenario in English is drawn as its golden says`() = playAll(null)
}

/** From right to left. */
class ArabicFlowsTest : Flows() {
    @Test
    fun `every scenario in Arabic is drawn as its golden says`() = playAll("ar")
}

/** In the longest words. */
class GermanFlowsTest : Flows() {
    @Test
    fun `every scenario in German is drawn whole`() = playAll("de")
}

package lotline.handheld

import java.nio.file.Path
import lotline.Handheld
import lotline.Scenario
import lotline.core.Step
import lotline.screenToJson
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** Every scenario, through JNA into the real library and over TCP to a real gateway. */
class ScenarioTest {
    @ParameterizedTest
    @MethodSource("scenarios")
    fun `every screen is the golden's`(name: String, @TempDir folder: Path) {
        val file = scenarioFile(name)
        Site(file).use { site ->
            Scenario.read(file.path).use { scenario ->
                val screens = drive(scenario, site, folder)
                scenario.expected().zip(screens).forEachIndexed { n, (expected, got) ->
                    assertEquals(expected, got, "$name: screen $n")
                }
                assertEquals(scenario.expected().size, screens.size, "$name: so many screens")
            }
        }
    }

    private fun drive(scenario: Scenario, site: Site, folder: Path): List<String> {
        fun open(): Handheld = scenario.open(folder.toString())
        var handheld = open()
        handheld.enrol(site.server, site.code, scenario.device())
        val screens = mutableListOf(handheld.screen())
        for (step in generateSequence(0u) { it + 1u }.map(scenario::step).takeWhile { it != null }) {
            when (step) {
                is Step.Act -> {
                    screens += handheld.act(step.input)
                    continue
                }
                Step.Cut -> site.tell("cut")
                Step.Mend -> site.tell("mend")
                Step.Sync ->
                    repeat(2) {
                        site.tell("settle ${scenario.nowMs()}")
                        handheld.syncNow(10_000u)
                    }
                Step.Restart -> {
                    handheld.close()
                    handheld = open()
                }
                Step.Wait, null -> Unit
            }
            screens += handheld.screen()
        }
        handheld.close()
        return screens.map(::screenToJson)
    }

    companion object {
        @JvmStatic
        fun scenarios(): List<String> =
            scenarioFile("x").parentFile.listFiles { file -> file.extension == "json" }!!
                .map { it.nameWithoutExtension }
                .sorted()
                .also { check(it.isNotEmpty()) { "no scenario found" } }
    }
}

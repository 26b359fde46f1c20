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
        for (step in generateSequence(0u) { it + 1u }.map(scenario::step).takeWhile { it != null }.filterNotNull()) {
            if (step is Step.Act) {
                screens += handheld.act(step.input)
                continue
            }
            if (step == Step.Restart) {
                handheld.close()
                handheld = open()
            }
            site.around(step, scenario, handheld)
            screens += handheld.screen()
        }
        handheld.close()
        return screens.map(::screenToJson)
    }

    companion object {
        @JvmStatic
        fun scenarios(): List<String> = lotline.handheld.scenarios()
    }
}

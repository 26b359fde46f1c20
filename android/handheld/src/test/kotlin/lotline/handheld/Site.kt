package lotline.handheld

import java.io.File
import java.util.concurrent.TimeUnit
import lotline.Handheld
import lotline.Scenario
import lotline.core.Step

/** The seeded site on a real gateway, in a process of its own, behind a proxy that closes when told to. Everybody there reads [language]. */
class Site(scenario: File, language: String? = null) : AutoCloseable {
    private val process =
        ProcessBuilder(listOfNotNull(File(property("lotline.lib"), "scenario-site").path, scenario.path, language))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
    private val said = process.inputStream.bufferedReader()
    private val told = process.outputStream.bufferedWriter()
    private val first = said.readLine() ?: error("scenario-site did not start")

    /** Where to enrol. */
    val server = word("server")

    /** The one-time code. */
    val code = word("code")

    /** `cut`, `mend` or `settle MS`. */
    fun tell(command: String) {
        told.appendLine(command)
        told.flush()
        val answer = said.readLine()
        check(answer == "ok") { "$command: $answer" }
    }

    /** Does what happens around the device in [step]: the network goes and comes, and time passes at the site. */
    fun around(step: Step, scenario: Scenario, handheld: Handheld) =
        when (step) {
            Step.Cut -> tell("cut")
            Step.Mend -> tell("mend")
            Step.Sync ->
                repeat(2) {
                    tell("settle ${scenario.nowMs()}")
                    handheld.syncNow(10_000u)
                }
            is Step.Act, Step.Restart, Step.Wait -> Unit
        }

    // The line is one flat object of words without escapes.
    private fun word(key: String) =
        Regex("\"$key\":\"([^\"]*)\"").find(first)?.groupValues?.get(1) ?: error("no $key in $first")

    override fun close() {
        told.close()
        if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly()
    }
}

/** A system property that the build sets. */
fun property(name: String): String = System.getProperty(name) ?: error("the build sets $name")

/** Every scenario there is. */
fun scenarios(): List<String> =
    checkNotNull(scenarioFile("x").parentFile.listFiles { file -> file.extension == "json" })
        .map { it.nameWithoutExtension }
        .sorted()
        .also { check(it.isNotEmpty()) { "no scenario found" } }

/** A scenario's file. */
fun scenarioFile(name: String) = File(property("lotline.scenarios"), "$name.json")

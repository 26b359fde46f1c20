package lotline.app.datawedge

import android.os.Bundle

/** How the profile stands. */
internal sealed interface Standing {
    /** Nobody has looked yet. */
    data object Unknown : Standing

    /** DataWedge has it as it should be. [lacks] is what it has otherwise and work goes on without. */
    data class Good(val lacks: List<Difference>) : Standing

    /** This DataWedge cannot be read back: it said that it did as told, and nobody knows. */
    data object Unverified : Standing

    /** It was told [ProfileKeeper.REPAIRS] times, and still stands otherwise; or refuses, and says why. */
    data class Wrong(val differences: List<Difference>, val codes: List<String>) : Standing

    /** It does not answer. */
    data object Silent : Standing

    /** It is too old to be told by intent. */
    data object TooOld : Standing
}

/**
 * Makes the profile, reads it back and repairs it.
 *
 * DataWedge's SUCCESS is no proof: some shapes are taken and change nothing (DW "Troubleshooting", written for 15.0), and a person, another
 * app or the fleet's own management may change a profile at any time. So what counts is what GET_CONFIG tells, and the profile is
 * written only where that is not what it should be.
 */
internal class ProfileKeeper(
    private val commands: Commands,
    private val profile: Profile,
    private val told: (Standing, Version?) -> Unit,
) {
    private var version: Version? = null
    private var repairs = 0
    private var codes = emptyList<String>()
    private var running = false
    private var again = false

    /** Looks whether DataWedge has the profile as it should be, and repairs it. While that runs, another call has it look once more. */
    fun check() {
        if (running) {
            again = true
            return
        }
        running = true
        again = false
        repairs = 0
        codes = emptyList()
        if (version == null) askVersion() else look()
    }

    /** What ran is forgotten. */
    fun clear() {
        running = false
        again = false
    }

    private fun askVersion() =
        commands.send(Command(Api.GET_VERSION_INFO, "", Api.RESULT_GET_VERSION_INFO)) { answer ->
            val text = (answer as? Answer.Told)?.extras?.getBundle(Api.RESULT_GET_VERSION_INFO)?.getString(Api.VERSION_DATAWEDGE)
            // One that answers and says no version is taken for a new one: the old ones all do.
            version = Version.of(text.orEmpty()) ?: Version.LAST_RESULT.takeIf { answer is Answer.Told }
            version?.let { commands.lastResult = it >= Version.LAST_RESULT }
            if (version == null) end(Standing.Silent) else look()
        }

    private fun look() {
        val version = version ?: return
        when {
            version < Version.SET -> end(Standing.TooOld)
            version < Version.READ_BACK -> repair(version, exists = false, emptyList())
            else -> ask(profile.question(version)) { read -> judge(version, read) }
        }
    }

    private fun judge(version: Version, read: Bundle) {
        val differences = profile.differences(read, version) ?: return repair(version, exists = false, listOf(absent()))
        ask(profile.appsQuestion()) { apps ->
            val all = differences + profile.appsDifferences(apps)
            when {
                all.none(Difference::must) && (all.isEmpty() || repairs > 0) -> end(Standing.Good(all))
                else -> repair(version, exists = true, all)
            }
        }
    }

    private fun repair(version: Version, exists: Boolean, differences: List<Difference>) {
        if (repairs == REPAIRS) return end(Standing.Wrong(differences.filter(Difference::must), codes))
        repairs += 1
        order(profile.orders(version, exists), version)
    }

    // One after the other, whatever becomes of each: what was refused shows in what is read back.
    private fun order(orders: List<Bundle>, version: Version) {
        val first = orders.firstOrNull() ?: return written(version)
        commands.send(Command(Api.SET_CONFIG, first)) { answer ->
            if (answer is Answer.Refused) codes = (codes + answer.codes).distinct()
            if (answer is Answer.Silence) end(Standing.Silent) else order(orders.drop(1), version)
        }
    }

    private fun written(version: Version) {
        if (version >= Version.READ_BACK) return look()
        end(if (codes.isEmpty()) Standing.Unverified else Standing.Wrong(emptyList(), codes))
    }

    private fun ask(question: Bundle, then: (Bundle) -> Unit) =
        commands.send(Command(Api.GET_CONFIG, question, Api.RESULT_GET_CONFIG)) { answer ->
            when (answer) {
                is Answer.Told -> then(answer.extras.getBundle(Api.RESULT_GET_CONFIG) ?: Bundle.EMPTY)
                // It knows no profile of that name.
                is Answer.Refused -> then(Bundle.EMPTY)
                Answer.Silence -> end(Standing.Silent)
            }
        }

    private fun absent() = Difference(profile.name, Api.PROFILE_NAME, profile.name, null, must = true)

    private fun end(standing: Standing) {
        running = false
        told(standing, version)
        if (again) check()
    }

    internal companion object {
        /** How often a profile is written before somebody has to look. */
        const val REPAIRS = 3
    }
}

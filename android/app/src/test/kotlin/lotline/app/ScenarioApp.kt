package lotline.app

import java.util.concurrent.Executor
import java.util.concurrent.ExecutorService
import lotline.Handheld
import lotline.app.port.EngineState
import lotline.app.port.Reader
import lotline.app.port.ScanEngine
import org.robolectric.android.util.concurrent.PausedExecutorService

/** The app on a scenario's handheld. Its core thread works when a test says so: no test waits for a clock. */
class ScenarioApp : TestApp() {
    /** The scan engine. */
    val engine = TestEngine()

    init {
        ports.scanner = engine
    }

    /** What [handheld] gives; it may fail. */
    var opens: () -> Handheld = { error("no scenario is played") }

    /** The newest activity's thread. */
    lateinit var core: PausedExecutorService
        private set

    /** How often a person has set files aside. */
    var setsAside = 0
        private set

    override fun handheld(): Handheld = opens()

    override fun setAside() {
        setsAside += 1
    }

    override val background = Executor { it.run() }

    override fun coreThread(): ExecutorService = PausedExecutorService().also { core = it }
}

/** A scan engine of the tests: it reads what a test gives it, and keeps what it was told. */
class TestEngine : ScanEngine {
    /** Who hears of reads; none while the activity is not in front. */
    var reader: Reader? = null
        private set

    /** Whether it is locked. */
    var locked = false
        private set

    /** How often the trigger was pressed while it could read. */
    var triggered = 0
        private set

    override fun start(reader: Reader) {
        this.reader = reader
        reader.engine(EngineState.READY)
    }

    override fun stop() {
        reader = null
    }

    override fun suspend(locked: Boolean) {
        if (this.locked == locked) return
        this.locked = locked
        reader?.engine(if (locked) EngineState.LOCKED else EngineState.READY)
    }

    override fun trigger(pressed: Boolean) {
        if (pressed && !locked) triggered += 1
    }
}

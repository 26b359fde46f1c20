package androidx.test.platform.app

import android.app.Instrumentation
import android.os.Bundle

// Robolectric calls into androidx.test, which comes from Google's repository only. This and the files beside it answer.

/** Keeps what Robolectric registers, and lets it go between tests. */
object InstrumentationRegistry {
    private var instrumentation: Instrumentation? = null
    private var arguments: Bundle? = null

    @JvmStatic
    fun getInstrumentation(): Instrumentation? = instrumentation

    @JvmStatic
    fun getArguments(): Bundle = arguments?.let(::Bundle) ?: Bundle()

    @JvmStatic
    fun registerInstance(instrumentation: Instrumentation?, arguments: Bundle?) {
        this.instrumentation = instrumentation
        this.arguments = arguments
    }
}

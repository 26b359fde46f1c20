package lotline.app.port

import lotline.core.Status

/** When the core sends and fetches. All calls come on the main thread. */
interface Sync {
    /** Whether somebody is in front of the app. */
    val inFront: Boolean

    /** The activity is in front. */
    fun start()

    /** It is not any more. */
    fun stop()

    /** A screen was drawn, and this is how the device stands. */
    fun shown(status: Status)
}

/** A device that neither sends nor fetches by itself. */
object NoSync : Sync {
    override val inFront = false

    override fun start() = Unit

    override fun stop() = Unit

    override fun shown(status: Status) = Unit
}

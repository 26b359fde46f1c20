package lotline.app.port

/** The battery. All calls come and go on the main thread. */
interface Battery {
    /** The activity is in front: each change goes to [gauge] until [stop], the present state first. */
    fun start(gauge: (Charge) -> Unit)

    /** It is not any more. */
    fun stop()
}

/** How full the battery is. */
data class Charge(
    /** 0 to 100. */
    val percent: Int,
    /** The system has gone, or is about to go, into its low-power mode. */
    val low: Boolean,
    /** It is in a cradle or on a cable. */
    val charging: Boolean,
)

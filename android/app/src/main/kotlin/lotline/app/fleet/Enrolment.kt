package lotline.app.fleet

import android.os.Build
import java.security.MessageDigest
import java.util.concurrent.Executor
import lotline.Handheld
import lotline.core.Fault
import lotline.core.HandheldException
import lotline.core.Input

/**
 * Makes a new device one of a site's: by the invitation that the fleet's management names, or by the QR code that somebody scans. An
 * enrolled device leaves invitations to the core, like any other scan.
 */
class Enrolment(
    private val background: Executor,
    private val configuration: () -> Configuration,
    private val publicKey: () -> ByteArray,
    private val handheld: () -> Handheld,
) {
    /** Whether [input] is an invitation. */
    fun isInvitation(input: Input) = input is Input.Scan && input.bytes.decodeToString().startsWith(Configuration.INVITATION)

    /** A scan that [isInvitation]. [done] is called on a thread in the background: true if the device is enrolled by it. */
    fun scanned(input: Input.Scan, done: (Result<Boolean>) -> Unit) = begin(input.bytes.decodeToString().trim(), done)

    /** The management's invitation, if there is one and the device is new; [done] as above. */
    fun managed(done: (Result<Boolean>) -> Unit) {
        val invitation = configuration().invitation ?: return
        begin(invitation, done)
    }

    private fun begin(invitation: String, done: (Result<Boolean>) -> Unit) =
        background.execute {
            done(
                runCatching {
                    val handheld = handheld()
                    val new = isNew(handheld)
                    if (new) handheld.join(invitation, name())
                    new
                },
            )
        }

    // The core says so when it is to sync, and a device that is not enrolled asks nobody for that.
    private fun isNew(handheld: Handheld): Boolean =
        try {
            handheld.syncNow(ASK_MS)
            false
        } catch (error: HandheldException.Failed) {
            error.fault.code == "unknown_device"
        }

    private fun name(): String {
        configuration().deviceName?.let { return it }
        val key = MessageDigest.getInstance("SHA-256").digest(publicKey()).take(2).joinToString("") { "%02x".format(it) }
        return "${Build.MODEL} $key"
    }

    companion object {
        // A device that is enrolled syncs meanwhile; one that is not is told so at once.
        private const val ASK_MS = 1_000uL

        /** The fault to show for [error]. */
        fun faultOf(error: Throwable): Fault = (error as? HandheldException.Failed)?.fault ?: throw error
    }
}

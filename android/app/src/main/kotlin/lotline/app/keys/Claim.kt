package lotline.app.keys

import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.core.Fault
import lotline.core.HandheldException
import lotline.core.KeyException
import lotline.core.Remedy

/**
 * Makes the keys of a new device, and refuses files that other keys belong to. With encrypted files the core would find that out by
 * itself; without, it would only when it is to sign, and until then people would work on a copy.
 *
 * @throws HandheldException with the codes of docs/security.md: `lost_key`, `wrong_key`, `key_store`.
 */
internal fun AndroidKeys.claim(diagnostics: Diagnostics) {
    val state =
        try {
            prepare()
            state()
        } catch (error: KeyException) {
            throw failed(Remedy.RETRY, "key_store", error.message ?: "the key store failed")
        }
    diagnostics.set(Fact.KEY_STORE, if (state == KeyState.OURS) place() else state.name.lowercase())
    when (state) {
        KeyState.OURS -> return
        KeyState.COPIED -> throw failed(Remedy.CALL_SUPERVISOR, "wrong_key", "the files were made on another device")
        KeyState.WIPED, KeyState.FRESH -> throw failed(Remedy.CALL_SUPERVISOR, "lost_key", "the device's keys are gone")
    }
}

private fun failed(remedy: Remedy, code: String, message: String) = HandheldException.Failed(Fault(remedy, code, message))

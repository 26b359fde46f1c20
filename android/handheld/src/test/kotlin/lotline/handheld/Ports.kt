package lotline.handheld

import java.security.KeyPairGenerator
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.spec.GCMParameterSpec
import lotline.core.Clock
import lotline.core.KeyStore
import lotline.core.Now

/** The machine's clock; it fails once when told to. */
class MachineClock : Clock {
    /** The next call fails. */
    @Volatile var failNext = false

    override fun now(): Now {
        if (failNext) {
            failNext = false
            error("a clock of the tests that failed")
        }
        return Now(System.currentTimeMillis(), 60, (System.nanoTime() / 1_000_000).toULong(), "this boot")
    }
}

/** A P-256 key of the JDK's own provider, where a device has the Android Keystore. */
class JdkKeys : KeyStore {
    private val pair =
        KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()
    private val secret = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey()

    override fun publicKey(): ByteArray = pair.public.encoded

    override fun sign(message: ByteArray): ByteArray =
        Signature.getInstance("SHA256withECDSA").run {
            initSign(pair.private)
            update(message)
            sign()
        }

    override fun wrap(secret: ByteArray): ByteArray =
        Cipher.getInstance("AES/GCM/NoPadding").run {
            init(Cipher.ENCRYPT_MODE, this@JdkKeys.secret)
            iv + doFinal(secret)
        }

    override fun unwrap(wrapped: ByteArray): ByteArray =
        Cipher.getInstance("AES/GCM/NoPadding").run {
            init(Cipher.DECRYPT_MODE, this@JdkKeys.secret, GCMParameterSpec(128, wrapped, 0, 12))
            doFinal(wrapped, 12, wrapped.size - 12)
        }
}

package lotline.app.keys

import android.content.Context
import android.content.pm.PackageManager
import android.os.Build
import android.security.KeyStoreException as KeystoreError
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import java.io.File
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.KeyPairGenerator
import java.security.KeyStore as SystemKeyStore
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.ProviderException
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec
import lotline.core.KeyException
import lotline.core.KeyStore

/** Where the files of a folder and the keys of this device stand to each other. */
enum class KeyState {
    /** Neither is there: a device to be enrolled. */
    FRESH,

    /** The files were made under these keys. */
    OURS,

    /** The files are there and the keys are not: they were wiped, or the files were made on another device and brought here. */
    WIPED,

    /** Both are there and do not belong together: a restored copy of another device's files. */
    COPIED,
}

/**
 * The device's keys in the Android Keystore: P-256 to sign, and AES-256-GCM to wrap the key of the database and the site's pepper.
 *
 * Neither key can leave the Keystore, and in a StrongBox or a trusted environment not even a rooted system reads them. They are made
 * once, by [prepare] when the folder is new; afterwards a key that is missing is [KeyException.Lost], never made anew under files that
 * want the old one. Which keys the files belong to stands in [MARK] beside them, so files that are set aside take it along.
 *
 * Nobody is asked for the screen lock: a shared device has none, and the background signs too (docs/security.md).
 *
 * @param folder the folder of the core's files.
 */
class AndroidKeys(context: Context, private val folder: File) : KeyStore {
    private val strongBox =
        Build.VERSION.SDK_INT >= Build.VERSION_CODES.P &&
            context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)

    /** How files and keys stand to each other. Blocks for the Keystore. */
    @Synchronized
    fun state(): KeyState =
        asked {
            val store = store()
            val mark = mark()
            val print = mark?.let { store.getCertificate(it.sign)?.publicKey?.encoded }?.let(::fingerprint)
            when {
                // Files without a mark are none that this app made under any key.
                mark == null -> if (files().none()) KeyState.FRESH else KeyState.WIPED
                print == null || !store.containsAlias(mark.wrap) -> KeyState.WIPED
                print != mark.print -> KeyState.COPIED
                else -> KeyState.OURS
            }
        }

    /** Where the signing key is: `strongbox`, `tee`, `software`, `none` or `unknown`. For the diagnostics. */
    @Synchronized
    fun place(): String =
        try {
            val key = mark()?.let { store().getKey(it.sign, null) } as? PrivateKey
            if (key == null) "none" else placeOf(key)
        } catch (_: GeneralSecurityException) {
            "unknown"
        }

    /** Makes the keys where the folder is new. To be called before the core puts its files there: files without keys have lost them. */
    @Synchronized
    fun prepare() = asked { if (state() == KeyState.FRESH) make() }

    @Synchronized
    override fun publicKey(): ByteArray =
        asked { (store().getCertificate(ours().sign) ?: throw KeyException.Lost()).publicKey.encoded }

    @Synchronized
    override fun sign(message: ByteArray): ByteArray =
        asked {
            val key = store().getKey(ours().sign, null) as? PrivateKey ?: throw KeyException.Lost()
            Signature.getInstance("SHA256withECDSA").run {
                initSign(key)
                update(message)
                sign()
            }
        }

    @Synchronized
    override fun wrap(secret: ByteArray): ByteArray =
        asked {
            // The Keystore chooses the nonce: a caller's own is refused for keys with randomized encryption.
            val cipher = Cipher.getInstance(GCM).apply { init(Cipher.ENCRYPT_MODE, wrapping()) }
            byteArrayOf(FORMAT, cipher.iv.size.toByte()) + cipher.iv + cipher.doFinal(secret)
        }

    @Synchronized
    override fun unwrap(wrapped: ByteArray): ByteArray =
        asked {
            val nonce = wrapped.getOrNull(1)?.toInt() ?: 0
            if (wrapped.firstOrNull() != FORMAT || nonce !in 12..16 || wrapped.size < 2 + nonce + TAG_BITS / 8) {
                throw KeyException.Failed("what is to be unwrapped was not wrapped here")
            }
            val cipher = Cipher.getInstance(GCM)
            cipher.init(Cipher.DECRYPT_MODE, wrapping(), GCMParameterSpec(TAG_BITS, wrapped, 2, nonce))
            try {
                cipher.doFinal(wrapped, 2 + nonce, wrapped.size - 2 - nonce)
            } catch (_: AEADBadTagException) {
                // Wrapped under another key, or damaged: nobody here gets it back.
                throw KeyException.Lost()
            }
        }

    private fun wrapping() = store().getKey(ours().wrap, null) as? SecretKey ?: throw KeyException.Lost()

    private fun ours(): Mark = if (state() == KeyState.OURS) mark() ?: throw KeyException.Lost() else throw KeyException.Lost()

    private fun make() {
        val store = store()
        // Keys of files that were set aside stay: whoever needs those files needs the keys.
        val number = generateSequence(1) { it + 1 }.first { n -> Mark(n, "").run { !store.containsAlias(sign) && !store.containsAlias(wrap) } }
        val names = Mark(number, "")
        make { strong -> makeWrapping(names.wrap, strong) }
        val print = fingerprint(make { strong -> makeSigning(names.sign, strong) })
        // Last and at once: without it neither key is anybody's yet.
        folder.mkdirs()
        val fresh = File(folder, "$MARK.new")
        fresh.outputStream().use {
            it.write("$number $print".toByteArray())
            it.fd.sync()
        }
        if (!fresh.renameTo(File(folder, MARK))) throw KeyException.Failed("the mark of the keys cannot be written")
    }

    // A device may have a StrongBox that is full, busy, broken or does not do this kind of key. Documented for that is
    // StrongBoxUnavailableException, a ProviderException; devices also answer with the plain ProviderException that carries
    // Keystore's own error, or refuse the specification (InvalidAlgorithmParameterException). The key is made once and for good,
    // so what may pass by itself is asked once more. A Keystore that is down fails the second way too, and that is told.
    private fun <T> make(with: (strong: Boolean) -> T): T {
        if (!strongBox) return with(false)
        val asked =
            strongly(with).let { first -> if (first.exceptionOrNull()?.let(::passes) == true) strongly(with) else first }
        return asked.getOrElse { no ->
            try {
                with(false)
            } catch (error: GeneralSecurityException) {
                throw KeyException.Failed("$error; before that the StrongBox: $no")
            } catch (error: ProviderException) {
                throw KeyException.Failed("$error; before that the StrongBox: $no")
            }
        }
    }

    private fun <T> strongly(with: (strong: Boolean) -> T): Result<T> =
        try {
            Result.success(with(true))
        } catch (no: ProviderException) {
            Result.failure(no)
        } catch (no: GeneralSecurityException) {
            Result.failure(no)
        }

    // Since Android 13 the cause says so; before, nothing does.
    private fun passes(error: Throwable): Boolean {
        val cause = error.cause
        return Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU && cause is KeystoreError && cause.isTransientFailure
    }

    private fun makeSigning(name: String, strong: Boolean): ByteArray {
        val spec =
            KeyGenParameterSpec.Builder(name, KeyProperties.PURPOSE_SIGN)
                .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
                .setDigests(KeyProperties.DIGEST_SHA256)
        val maker = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, PROVIDER)
        maker.initialize(spec.strong(strong).build())
        return maker.generateKeyPair().public.encoded
    }

    private fun makeWrapping(name: String, strong: Boolean) {
        val spec =
            KeyGenParameterSpec.Builder(name, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                .setKeySize(256)
                .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
        val maker = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER)
        maker.init(spec.strong(strong).build())
        maker.generateKey()
    }

    private fun KeyGenParameterSpec.Builder.strong(strong: Boolean) = apply {
        if (strong && Build.VERSION.SDK_INT >= Build.VERSION_CODES.P) setIsStrongBoxBacked(true)
    }

    @Suppress("DEPRECATION") // What takes its place begins with Android 12.
    private fun placeOf(key: PrivateKey): String {
        val info = KeyFactory.getInstance(key.algorithm, PROVIDER).getKeySpec(key, KeyInfo::class.java)
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) return if (info.isInsideSecureHardware) "tee" else "software"
        return when (info.securityLevel) {
            KeyProperties.SECURITY_LEVEL_STRONGBOX -> "strongbox"
            KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT -> "tee"
            KeyProperties.SECURITY_LEVEL_SOFTWARE -> "software"
            else -> "unknown"
        }
    }

    private fun store() = SystemKeyStore.getInstance(PROVIDER).apply { load(null) }

    private class Mark(val number: Int, val print: String) {
        val sign = "lotline.sign.$number"
        val wrap = "lotline.wrap.$number"
    }

    private fun mark(): Mark? {
        val words = File(folder, MARK).takeIf(File::isFile)?.readText()?.trim()?.split(' ') ?: return null
        // A mark that cannot be read names no keys.
        return Mark(words.first().toIntOrNull() ?: 0, words.last())
    }

    private fun files() = folder.listFiles().orEmpty().filter { it.isFile && !it.name.startsWith(MARK) }

    private fun fingerprint(key: ByteArray) =
        MessageDigest.getInstance("SHA-256").digest(key).joinToString("") { "%02x".format(it) }

    // A Keystore that does not answer is not a key that is lost.
    private fun <T> asked(ask: () -> T): T =
        try {
            ask()
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw KeyException.Lost()
        } catch (error: GeneralSecurityException) {
            throw KeyException.Failed(error.toString())
        } catch (error: ProviderException) {
            throw KeyException.Failed(error.toString())
        } catch (error: java.io.IOException) {
            throw KeyException.Failed(error.toString())
        }

    companion object {
        /** Names the keys that the files beside it belong to: their number, and SHA-256 of the public signing key in hexadecimal digits. */
        const val MARK = "keys.mark"

        private const val PROVIDER = "AndroidKeyStore"
        private const val GCM = "AES/GCM/NoPadding"
        private const val TAG_BITS = 128
        private const val FORMAT: Byte = 1
    }
}

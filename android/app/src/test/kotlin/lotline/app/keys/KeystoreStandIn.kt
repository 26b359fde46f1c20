package lotline.app.keys

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.InputStream
import java.io.OutputStream
import java.math.BigInteger
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.Principal
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.cert.X509Certificate
import java.security.spec.AlgorithmParameterSpec
import java.security.spec.ECGenParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration
import javax.crypto.KeyGenerator
import javax.crypto.KeyGeneratorSpi
import javax.crypto.SecretKey

/**
 * A provider under the Android Keystore's name, since Robolectric has none: keys are in memory, and it keeps what was asked for.
 * What it shows is how the app asks and what it does with the answers; not that a key cannot leave the device.
 */
internal object KeystoreStandIn {
    /** What each alias was made with. */
    val specs = mutableMapOf<String, KeyGenParameterSpec>()

    /** What the StrongBox answers when it is asked for a key; nothing where it makes one. */
    var strongBox: () -> Exception? = { null }

    /** Every call fails, as when the Keystore's own service is gone. */
    var down = false

    private val keys = mutableMapOf<String, Pair<Key, Certificate?>>()

    fun install() {
        remove()
        Security.addProvider(StandInProvider())
    }

    fun remove() {
        Security.removeProvider("AndroidKeyStore")
        keys.clear()
        specs.clear()
        strongBox = { null }
        down = false
    }

    /** What another device has under the same names. */
    fun otherDevice() {
        val had = specs.toMap()
        keys.clear()
        had.forEach { (_, spec) -> if (spec.digestsOrNone().isEmpty()) makeSecret(spec) else makePair(spec) }
    }

    fun wipe() = keys.clear()

    fun wipe(part: String) = keys.keys.removeAll { part in it }

    fun aliases(): Set<String> = keys.keys.toSet()

    private fun KeyGenParameterSpec.digestsOrNone() = if (isDigestsSpecified) digests.toList() else emptyList()

    private fun check(spec: KeyGenParameterSpec) {
        if (down) throw java.security.ProviderException("the Keystore of the tests is down")
        if (spec.isStrongBoxBacked) strongBox()?.let { throw it }
        specs[spec.keystoreAlias] = spec
    }

    fun makePair(spec: KeyGenParameterSpec): KeyPair {
        check(spec)
        val curve = spec.algorithmParameterSpec as ECGenParameterSpec
        val pair = KeyPairGenerator.getInstance("EC").apply { initialize(curve) }.generateKeyPair()
        keys[spec.keystoreAlias] = pair.private to Holder(pair.public)
        return pair
    }

    fun makeSecret(spec: KeyGenParameterSpec): SecretKey {
        check(spec)
        val key = KeyGenerator.getInstance("AES").apply { init(spec.keySize) }.generateKey()
        keys[spec.keystoreAlias] = key to null
        return key
    }

    private class StandInProvider : Provider("AndroidKeyStore", "1", "of the tests") {
        init {
            put("KeyStore.AndroidKeyStore", Store::class.java.name)
            put("KeyPairGenerator.EC", Pairs::class.java.name)
            put("KeyGenerator.AES", Secrets::class.java.name)
        }
    }

    class Pairs : KeyPairGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun initialize(size: Int, random: SecureRandom?) = error("asked for by its specification")

        override fun initialize(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = params as KeyGenParameterSpec
        }

        override fun generateKeyPair() = makePair(spec)
    }

    class Secrets : KeyGeneratorSpi() {
        private lateinit var spec: KeyGenParameterSpec

        override fun engineInit(random: SecureRandom?) = error("asked for by its specification")

        override fun engineInit(size: Int, random: SecureRandom?) = error("asked for by its specification")

        override fun engineInit(params: AlgorithmParameterSpec, random: SecureRandom?) {
            spec = params as KeyGenParameterSpec
        }

        override fun engineGenerateKey() = makeSecret(spec)
    }

    class Store : KeyStoreSpi() {
        private fun <T> up(give: () -> T): T = if (down) throw java.security.ProviderException("the Keystore of the tests is down") else give()

        override fun engineGetKey(alias: String, password: CharArray?): Key? = up { keys[alias]?.first }

        override fun engineGetCertificate(alias: String): Certificate? = up { keys[alias]?.second }

        override fun engineContainsAlias(alias: String) = up { alias in keys }

        override fun engineDeleteEntry(alias: String) {
            keys.remove(alias)
        }

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(keys.keys)

        override fun engineSize() = keys.size

        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit

        override fun engineIsKeyEntry(alias: String) = alias in keys

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCertificateAlias(certificate: Certificate?): String? = null

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? = null

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineSetKeyEntry(alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?) = no()

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) = no()

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) = no()

        override fun engineStore(stream: OutputStream?, password: CharArray?) = no()

        private fun no(): Nothing = error("nothing is put into the Keystore from outside")
    }
}

/** The certificate under which the Keystore hands out a public key. */
@Suppress("OVERRIDE_DEPRECATION")
private class Holder(private val key: PublicKey) : X509Certificate() {
    override fun getPublicKey() = key

    override fun getEncoded(): ByteArray = key.encoded

    override fun verify(key: PublicKey?) = Unit

    override fun verify(key: PublicKey?, provider: String?) = Unit

    override fun toString() = "a certificate of the tests"

    override fun hasUnsupportedCriticalExtension() = false

    override fun getCriticalExtensionOIDs(): Set<String>? = null

    override fun getNonCriticalExtensionOIDs(): Set<String>? = null

    override fun getExtensionValue(oid: String?): ByteArray? = null

    override fun checkValidity() = Unit

    override fun checkValidity(date: Date?) = Unit

    override fun getVersion() = 3

    override fun getSerialNumber(): BigInteger = BigInteger.ONE

    override fun getIssuerDN(): Principal? = null

    override fun getSubjectDN(): Principal? = null

    override fun getNotBefore() = Date(0)

    override fun getNotAfter() = Date(0)

    override fun getTBSCertificate(): ByteArray = ByteArray(0)

    override fun getSignature(): ByteArray = ByteArray(0)

    override fun getSigAlgName() = KeyProperties.KEY_ALGORITHM_EC

    override fun getSigAlgOID() = "1.2.840.10045.4.3.2"

    override fun getSigAlgParams(): ByteArray? = null

    override fun getIssuerUniqueID(): BooleanArray? = null

    override fun getSubjectUniqueID(): BooleanArray? = null

    override fun getKeyUsage(): BooleanArray? = null

    override fun getBasicConstraints() = -1
}

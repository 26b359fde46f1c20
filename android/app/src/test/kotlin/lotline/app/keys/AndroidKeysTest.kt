package lotline.app.keys

import android.app.Application
import android.content.pm.PackageManager
import android.security.KeyStoreException as KeystoreError
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.io.File
import java.security.InvalidAlgorithmParameterException
import java.security.KeyFactory
import java.security.ProviderException
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.X509EncodedKeySpec
import lotline.Handheld
import lotline.Setup
import lotline.app.TestPorts
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.core.HandheldException
import lotline.core.KeyException
import lotline.encrypts
import lotline.setAside
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The keys against a Keystore in memory: how they are asked for, and what happens when they are gone. */
@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class AndroidKeysTest {
    @get:Rule val temporary = TemporaryFolder()

    private val context: Application = RuntimeEnvironment.getApplication()
    private lateinit var folder: File

    private fun keys() = AndroidKeys(context, folder)

    private fun begun() = keys().apply { prepare() }

    @Before
    fun install() {
        folder = File(temporary.root, "handheld")
        KeystoreStandIn.install()
    }

    @After
    fun remove() = KeystoreStandIn.remove()

    @Test
    fun `what it signs is checked by the key it shows`() = signs()

    @Test
    @Config(sdk = [29])
    fun `so it is on Android 10`() = signs()

    private fun signs() {
        val keys = begun()
        val message = "an entry".toByteArray()
        val public = KeyFactory.getInstance("EC").generatePublic(X509EncodedKeySpec(keys.publicKey()))
        val signature = keys().sign(message)
        val right = Signature.getInstance("SHA256withECDSA").apply { initVerify(public) }.run {
            update(message)
            verify(signature)
        }
        assertTrue(right)
        assertArrayEquals("another start has the same key", keys.publicKey(), keys().publicKey())
    }

    @Test
    fun `the signing key is P-256 for SHA-256 and can do nothing else`() {
        begun()
        val spec = KeystoreStandIn.specs.getValue("lotline.sign.1")
        assertEquals("secp256r1", (spec.algorithmParameterSpec as ECGenParameterSpec).name)
        assertEquals(KeyProperties.PURPOSE_SIGN, spec.purposes)
        assertEquals(listOf(KeyProperties.DIGEST_SHA256), spec.digests.toList())
        assertFalse(spec.isUserAuthenticationRequired)
    }

    @Test
    fun `the wrapping key is AES-256 with a nonce of the Keystore's own`() {
        begun()
        val spec = KeystoreStandIn.specs.getValue("lotline.wrap.1")
        assertEquals(256 to listOf(KeyProperties.BLOCK_MODE_GCM), spec.keySize to spec.blockModes.toList())
        assertTrue(spec.isRandomizedEncryptionRequired)
    }

    @Test
    fun `a wrapped secret comes back, and nothing else does`() {
        val keys = begun()
        val secret = ByteArray(32) { it.toByte() }
        val wrapped = keys.wrap(secret)
        assertFalse(wrapped.toString(Charsets.ISO_8859_1).contains(secret.toString(Charsets.ISO_8859_1)))
        assertArrayEquals(secret, keys().unwrap(wrapped))
        assertNotEquals(wrapped.toList(), keys.wrap(secret).toList())
        val damaged = wrapped.clone().also { it[it.size - 1] = (it.last() + 1).toByte() }
        assertThrows(KeyException.Lost::class.java) { keys.unwrap(damaged) }
        for (none in listOf(ByteArray(0), byteArrayOf(1), byteArrayOf(1, 12), ByteArray(64))) {
            assertThrows(KeyException.Failed::class.java) { keys.unwrap(none) }
        }
    }

    @Test
    fun `a StrongBox is used where there is one that can`() {
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        begun()
        assertTrue(KeystoreStandIn.specs.values.all { it.isStrongBoxBacked })
        val refusals =
            listOf(
                StrongBoxUnavailableException(),
                ProviderException("Keystore key generation failed", KeystoreError(KM_UNKNOWN, "broken")),
                ProviderException("Failed to generate key", KeystoreError(KM_SECURE_HW_BUSY, "busy for good")),
                ProviderException("without a cause"),
                InvalidAlgorithmParameterException("no such key in this StrongBox"),
            )
        for (refusal in refusals) {
            anew()
            KeystoreStandIn.strongBox = { refusal }
            begun().sign(ByteArray(1))
            assertTrue("$refusal", KeystoreStandIn.specs.values.none { it.isStrongBoxBacked })
        }
    }

    @Test
    fun `a StrongBox that is only busy is asked once more, because a key is made for good`() {
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        val busy = ProviderException("Failed to generate key", KeystoreError(KM_SECURE_HW_BUSY, "busy"))
        assertTrue("Android says so", (busy.cause as KeystoreError).isTransientFailure)
        var asked = 0
        KeystoreStandIn.strongBox = { busy.takeIf { asked++ % 2 == 0 } }
        begun()
        assertTrue(KeystoreStandIn.specs.values.all { it.isStrongBoxBacked })
        assertEquals("twice for each key", 4, asked)
    }

    @Test
    fun `where nothing can make a key, both refusals are told and no key is half there`() {
        shadowOf(context.packageManager).setSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE, true)
        KeystoreStandIn.strongBox = { StrongBoxUnavailableException().also { KeystoreStandIn.down = true } }
        val told = assertThrows(KeyException.Failed::class.java) { begun() }
        assertTrue(told.reason, "is down" in told.reason && "StrongBoxUnavailableException" in told.reason)
        assertFalse(File(folder, AndroidKeys.MARK).exists())
        KeystoreStandIn.down = false
        KeystoreStandIn.strongBox = { null }
        assertEquals(KeyState.FRESH, keys().state())
        begun().sign(ByteArray(1))
    }

    private fun anew() {
        KeystoreStandIn.install()
        File(folder, AndroidKeys.MARK).delete()
    }

    @Test
    fun `no key is made under files that want another one`() {
        begun()
        File(folder, "journal.db").writeText("entries")
        KeystoreStandIn.wipe()
        val keys = keys()
        keys.prepare()
        assertEquals(KeyState.WIPED, keys.state())
        for (use in listOf<(AndroidKeys) -> Any>({ it.publicKey() }, { it.sign(ByteArray(1)) }, { it.wrap(ByteArray(1)) })) {
            assertThrows(KeyException.Lost::class.java) { use(keys) }
        }
        assertTrue(KeystoreStandIn.aliases().isEmpty())
    }

    @Test
    fun `one key of two is none`() {
        begun()
        File(folder, "journal.db").writeText("entries")
        KeystoreStandIn.wipe("wrap")
        assertEquals(KeyState.WIPED, keys().state())
    }

    @Test
    fun `files that were brought from another device are told as a copy`() {
        begun()
        File(folder, "journal.db").writeText("entries")
        KeystoreStandIn.otherDevice()
        assertEquals(KeyState.COPIED, keys().state())
        assertThrows(KeyException.Lost::class.java) { keys().sign(ByteArray(1)) }
    }

    @Test
    fun `files without a mark have no keys here`() {
        folder.mkdirs()
        File(folder, "journal.db").writeText("entries")
        assertEquals(KeyState.WIPED, keys().state())
    }

    @Test
    fun `a start that was cut off before the mark begins anew`() {
        begun()
        File(folder, AndroidKeys.MARK).delete()
        val keys = keys()
        assertEquals(KeyState.FRESH, keys.state())
        keys.prepare()
        assertEquals(KeyState.OURS, keys.state())
    }

    @Test
    fun `a Keystore that does not answer has lost nothing`() {
        begun()
        KeystoreStandIn.down = true
        assertThrows(KeyException.Failed::class.java) { keys().sign(ByteArray(1)) }
        assertThrows(KeyException.Failed::class.java) { keys().state() }
        KeystoreStandIn.down = false
        keys().sign(ByteArray(1))
    }

    @Test
    fun `the real core opens on them, and what is set aside keeps its keys`() {
        val keys = begun()
        open(keys).use { assertEquals("sign_in.badge", it.screen().id) }
        assertTrue(File(folder, "journal.db").isFile)
        val old = keys.publicKey()
        KeystoreStandIn.otherDevice()
        if (encrypts()) {
            assertEquals("lost_key", assertThrows(HandheldException.Failed::class.java) { open(keys) }.fault.code)
        }
        setAside(folder.path)
        assertEquals(KeyState.FRESH, keys.state())
        keys.prepare()
        open(keys).close()
        assertNotEquals(old.toList(), keys.publicKey().toList())
        assertEquals(setOf("lotline.sign.1", "lotline.wrap.1", "lotline.sign.2", "lotline.wrap.2"), KeystoreStandIn.aliases())
    }

    @Test
    fun `the app refuses files that other keys belong to, and says which it is`() {
        val diagnostics = Diagnostics(context)
        keys().claim(diagnostics)
        assertEquals(KeyState.OURS, keys().state())
        File(folder, "journal.db").writeText("entries")
        fun code() = assertThrows(HandheldException.Failed::class.java) { keys().claim(diagnostics) }.fault.code
        KeystoreStandIn.down = true
        assertEquals("key_store", code())
        KeystoreStandIn.down = false
        keys().claim(diagnostics)
        KeystoreStandIn.otherDevice()
        assertEquals("wrong_key", code())
        assertEquals(listOf("copied"), diagnostics[Fact.KEY_STORE])
        KeystoreStandIn.wipe()
        assertEquals("lost_key", code())
        assertEquals(listOf("wiped"), diagnostics[Fact.KEY_STORE])
        assertEquals("entries", File(folder, "journal.db").readText())
    }

    @Test
    fun `the only key store that a build can link is the Android Keystore's`() {
        val kotlin = listOf("src/main/kotlin", "../handheld/src/main/kotlin").flatMap { File(it).walk() }.filter { it.extension == "kt" }
        val store = Regex("""(?:class|object)\s+(\w+)?[^{}=]*:[^{}=]*\b(?:KeyStore|KeyStoreImpl)\b[^{}=]*\{""")
        val stores = kotlin.flatMap { file -> store.findAll(file.readText()).map { it.groupValues[1] } }
        assertTrue("the sources are here", kotlin.size > 5)
        assertEquals(listOf("AndroidKeys"), stores)
    }

    @Test
    fun `no file of the app goes into a copy that the system makes`() {
        val app = File("src/main/AndroidManifest.xml").readText()
        assertTrue("android:allowBackup=\"false\"" in app)
        for ((name, parts) in listOf("data_extraction_rules" to 2, "full_backup_content" to 1)) {
            assertTrue("@xml/$name" in app)
            val rules = File("src/main/res/xml/$name.xml").readText()
            for (domain in listOf("root", "file", "database", "sharedpref", "external")) {
                assertEquals(domain, parts, rules.split("<exclude domain=\"$domain\" path=\".\" />").size - 1)
            }
            assertFalse("<include" in rules)
        }
    }

    private fun open(keys: AndroidKeys) = Handheld.open(Setup(folder.path, "test", "en"), TestPorts().clock, keys)

    private companion object {
        // Keymaster's own numbers: hardware/interfaces/keymaster/4.0, ErrorCode.
        const val KM_SECURE_HW_BUSY = -48
        const val KM_UNKNOWN = -1000
    }
}

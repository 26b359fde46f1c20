package lotline.app.fleet

import android.app.Application
import android.content.RestrictionsManager
import android.net.Uri
import android.os.Bundle
import java.io.File
import lotline.app.datawedge.ScanMode
import lotline.app.sync.SyncApp
import lotline.app.until
import lotline.core.Input
import lotline.core.ScanSource
import lotline.handheld.Site
import org.json.JSONObject
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** What a fleet's management sets, and what it gets to see. */
@RunWith(RobolectricTestRunner::class)
@Config(application = SyncApp::class)
class FleetTest {
    private val app = RuntimeEnvironment.getApplication() as SyncApp

    private fun managed(vararg values: Pair<String, Any>): Configuration {
        val bundle = Bundle()
        for ((key, value) in values) if (value is Int) bundle.putInt(key, value) else bundle.putString(key, value as String)
        shadowOf(app.getSystemService(RestrictionsManager::class.java)).setApplicationRestrictions(bundle)
        return app.configuration()
    }

    @Test
    fun `code, the manifest's offer and the guide name the same keys with the same defaults`() {
        val offer = File("src/main/res/xml/app_restrictions.xml").readText()
        val offered =
            Regex("<restriction\\s(.*?)/>", RegexOption.DOT_MATCHES_ALL).findAll(offer).associate { found ->
                fun said(name: String) = Regex("android:$name=\"([^\"]*)\"").find(found.value)?.groupValues?.get(1)
                checkNotNull(said("key")) to (said("restrictionType") to said("defaultValue").orEmpty())
            }
        val guide = File("../../docs/guides/zebra.md").readText()
        val written =
            Regex("^\\| `([a-z_]+)` \\| ([a-z]+) \\|([^|]*)\\|", RegexOption.MULTILINE).findAll(guide).associate { found ->
                found.groupValues[1] to (found.groupValues[2] to found.groupValues[3].trim().trim('`'))
            }
        assertEquals(Key.entries.map { it.key }.toSet(), offered.keys)
        assertEquals(offered, written)
        val app = File("src/main/AndroidManifest.xml").readText()
        assertTrue("android.content.APP_RESTRICTIONS" in app && "@xml/app_restrictions" in app)
        val defaults = managed()
        assertEquals(offered.getValue("scan_mode").second, defaults.scan.mode.name.lowercase())
        assertEquals(offered.getValue("scan_count").second, defaults.scan.count.toString())
        assertEquals(offered.getValue("rfid").second, defaults.rfid.name.lowercase())
    }

    @Test
    fun `the choices that are offered are those that are understood`() {
        val arrays = File("src/main/res/values/restrictions.xml").readText()
        fun offered(name: String): List<String> {
            val list = arrays.substringAfter("<string-array name=\"$name\"").substringBefore("</string-array>")
            return Regex("<item>([^<]*)</item>").findAll(list).map { it.groupValues[1] }.toList()
        }
        assertEquals(ScanMode.entries.map { it.name.lowercase() }, offered("restriction_scan_modes"))
        assertEquals(RfidSource.entries.map { it.name.lowercase() }, offered("restriction_rfid"))
        assertEquals(Configuration.LANGUAGES, offered("restriction_languages"))
        val texts = checkNotNull(File("../../record/src/text").listFiles()).filter { it.isDirectory }.map { it.name }.sorted()
        assertEquals("the languages of the core", texts, Configuration.LANGUAGES)
    }

    @Test
    fun `each value is taken, a number as text as well`() {
        val pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
        val read =
            managed(
                "invitation" to " lotline://enrol?server=https://a&code=B ",
                "device_name" to "Fork 7",
                "language" to "de",
                "trust_roots" to "$pem\n$pem\n",
                "scan_mode" to "multi",
                "scan_count" to "12",
                "rfid" to "datawedge",
                "printer" to "bluetooth://AC:3F:A4:00:00:01",
            )
        assertEquals("lotline://enrol?server=https://a&code=B" to "Fork 7", read.invitation to read.deviceName)
        assertEquals("de" to 2, read.language to read.trustRoots.size)
        assertEquals(Triple(ScanMode.MULTI, 12, true), Triple(read.scan.mode, read.scan.count, read.scan.rfid))
        assertEquals("bluetooth://AC:3F:A4:00:00:01", read.printer)
        assertEquals(emptyList<String>(), read.faults)
        assertEquals(7, managed("scan_count" to 7).scan.count)
        for (printer in listOf("tcp://zd421", "tcp://10.0.0.7:6101", "tcp://[fe80::1]:9100")) assertEquals(printer, managed("printer" to printer).printer)
    }

    @Test
    fun `a value that cannot be used is told by its key, and is as if it were not there`() {
        val read =
            managed(
                "invitation" to "https://gw.example",
                "language" to "xx",
                "trust_roots" to "no PEM",
                "scan_mode" to "SINGLE",
                "scan_count" to "1",
                "rfid" to "zebra",
                "printer" to "lp0",
                "device_name" to "x".repeat(65),
            )
        assertEquals(Key.entries.map { it.key }.sorted(), read.faults)
        assertEquals(read.faults, app.ports.diagnostics[Fact.CONFIGURATION_FAULTS])
        assertNull(read.invitation ?: read.language ?: read.printer ?: read.deviceName)
        assertEquals(ScanMode.SINGLE to RfidSource.AUTO, read.scan.mode to read.rfid)
        managed()
        assertEquals(emptyList<String>(), app.ports.diagnostics[Fact.CONFIGURATION_FAULTS])
    }

    @Test
    fun `a new device enrols by the management's invitation, and an enrolled one leaves it alone`() =
        Site(app.file).use { site ->
            val outcomes = mutableListOf<Result<Boolean>>()
            managed("invitation" to "lotline://enrol?server=${site.server}&code=${site.code}", "device_name" to app.scenario.device())
            app.enrolment.managed { synchronized(outcomes) { outcomes += it } }
            until("the enrolment") { synchronized(outcomes) { outcomes.size == 1 } }
            assertTrue(outcomes[0].getOrThrow())
            app.enrolment.managed { synchronized(outcomes) { outcomes += it } }
            until("the second answer") { synchronized(outcomes) { outcomes.size == 2 } }
            assertFalse(outcomes[1].getOrThrow())
        }

    @Test
    fun `a code that is no more is told as such, and the device stays new`() =
        Site(app.file).use { site ->
            var outcome: Result<Boolean>? = null
            val invitation = "lotline://enrol?server=${site.server}&code=AAAA-BBBB-CCCC".toByteArray()
            val scan = Input.Scan(invitation, "]Q1", ScanSource.SCAN)
            assertTrue(app.enrolment.isInvitation(scan))
            assertFalse(app.enrolment.isInvitation(Input.Scan("]C0B-1042".toByteArray(), null, ScanSource.SCAN)))
            app.enrolment.scanned(scan) { outcome = it }
            until("the answer") { outcome != null }
            assertEquals("bad_code", Enrolment.faultOf(outcome!!.exceptionOrNull()!!).code)
        }

    @Test
    fun `what goes out says nothing of who worked or what was scanned`() {
        val handheld = app.handheld()
        handheld.act(Input.Scan("]C0B-1042".toByteArray(), null, ScanSource.SCAN))
        handheld.act(Input.Scan("010952100000250021SECRET01".toByteArray(), "]d2", ScanSource.SCAN))
        val diagnostics = app.ports.diagnostics
        diagnostics.set(Fact.LAST_SYNC, listOf("A. Associate <a@example.org>", "x".repeat(500)))
        diagnostics.count(Count.WAKE_UPS, 3)
        val said = diagnostics.export().toString()
        for (word in listOf("1042", "SECRET", "952100", "A. Associate", "@", "<")) assertFalse(word, word in said)
        assertTrue("no long text fits", diagnostics[Fact.LAST_SYNC].all { it.length <= 64 })
        val json = JSONObject(said)
        assertEquals(3, json.getJSONObject("counts").getInt("wake_ups"))
        assertEquals(setOf("format", "app", "model", "android", "counts", "facts"), json.keys().asSequence().toSet())
    }

    @Test
    fun `the diagnostics are handed out behind Android's own permission for dumps, and nothing is taken in`() {
        val provider = Robolectric.setupContentProvider(DiagnosticsProvider::class.java, "lotline.app.diagnostics")
        val report = Uri.parse("content://lotline.app.diagnostics/report")
        checkNotNull(provider.query(report, null, null, null, null)).use { told ->
            assertTrue(told.moveToFirst())
            assertEquals(app.ports.diagnostics.export().toString(), told.getString(0))
        }
        assertNull(provider.query(Uri.parse("content://lotline.app.diagnostics/journal.db"), null, null, null, null))
        assertNull(provider.insert(report, null))
        val declared = File("src/main/AndroidManifest.xml").readText().substringAfter("<provider").substringBefore("/>")
        assertTrue("DiagnosticsProvider" in declared && "android:readPermission=\"android.permission.DUMP\"" in declared)
        assertFalse("android:permission=" in declared)
    }

    @Test
    fun `a kiosk may hold the app, and only where the management says so`() {
        val app = File("src/main/AndroidManifest.xml").readText()
        assertTrue("android:lockTaskMode=\"if_whitelisted\"" in app)
        assertFalse("whoever starts the app is the launcher or the kiosk", "android.intent.category.HOME" in app)
    }
}

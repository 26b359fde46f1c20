package lotline.app.datawedge

import android.app.Application
import android.content.Context
import android.os.Bundle
import android.os.Looper
import java.time.Duration
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.EngineState
import lotline.app.port.Reader
import lotline.core.Input
import lotline.core.ScanSource
import org.junit.After
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The engine against a DataWedge that drops, lies and repeats itself. */
@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class DataWedgeTest {
    private class Heard : Reader {
        val inputs = mutableListOf<Input>()
        val states = mutableListOf<EngineState>()

        override fun read(input: Input) {
            inputs += input
        }

        override fun engine(state: EngineState) {
            states += state
        }
    }

    private val context: Application = RuntimeEnvironment.getApplication()
    private val diagnostics = Diagnostics(context)
    private val heard = Heard()
    private var setup = DataWedgeSetup()
    private val engine = DataWedgeEngine(context, diagnostics) { setup }
    private lateinit var wedge: DataWedgeStandIn

    private fun begin(version: String = "15.0.73", faults: DataWedgeStandIn.() -> Unit = {}) {
        wedge = DataWedgeStandIn(context, version).install().apply(faults)
        engine.start(heard)
        pass()
    }

    private fun pass(seconds: Long = 60) = shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(seconds))

    private fun scan(data: ByteArray, type: String, text: String = data.decodeToString(), source: String = "scanner") {
        wedge.scan(data, type, text, source)
        pass(1)
    }

    private fun read(extras: Bundle) {
        wedge.read(extras)
        pass(1)
    }

    private fun plugin(name: String) = wedge.profiles.getValue("Lotline").plugins.getValue(name)

    private fun writes() = wedge.heard.count { it == "SET_CONFIG" }

    private fun profile() = diagnostics[Fact.DATAWEDGE_PROFILE].single()

    @After
    fun close() {
        engine.stop()
        if (::wedge.isInitialized) wedge.remove()
    }

    private fun assertGood() {
        assertEquals("good", profile())
        assertEquals(setOf(context.packageName), wedge.profiles.getValue("Lotline").apps)
        assertEquals("2", plugin("INTENT")["intent_delivery"])
        assertEquals("${context.packageName}.SCAN", plugin("INTENT")["intent_action"])
        assertEquals("false", plugin("KEYSTROKE")["keystroke_output_enabled"])
        assertEquals("true", plugin("BARCODE")["decoder_gs1_datamatrix"])
        assertEquals("", plugin("BARCODE")["decode_audio_feedback_uri"])
        assertEquals("false", plugin("RFID")["rfid_input_enabled"])
        assertEquals(EngineState.READY, heard.states.last())
    }

    @Test
    fun `the profile is made, tied to the app and read back`() {
        begin()
        assertGood()
        assertEquals(1, writes())
        assertEquals(listOf("15.0"), diagnostics[Fact.DATAWEDGE_VERSION])
        assertEquals(emptyList<String>(), diagnostics[Fact.DATAWEDGE_DIFFERENCES])
    }

    @Test
    @Config(sdk = [29])
    fun `so it is on Android 10`() {
        begin()
        assertGood()
        scan(LABEL, "LABEL-TYPE-GS1-DATAMATRIX")
        assertEquals(1, heard.inputs.size)
    }

    @Test
    fun `a profile that is as it should be is not written again`() {
        begin()
        engine.stop()
        engine.start(heard)
        pass()
        assertEquals(1, writes())
    }

    @Test
    fun `what was dropped is sent again`() {
        begin { drops = 3 }
        assertGood()
        assertEquals(3L, diagnostics[Count.DATAWEDGE_AGAIN])
    }

    @Test
    fun `a profile that SUCCESS did not change is written again until it reads back`() {
        begin { lies = 2 }
        assertGood()
        assertEquals(3, writes())
    }

    @Test
    fun `a DataWedge that lies each time is told as wrong and not as ready`() {
        begin { lies = 100 }
        assertEquals("wrong", profile())
        assertEquals(ProfileKeeper.REPAIRS, writes())
        assertEquals(EngineState.OFF, heard.states.last())
        assertTrue(diagnostics[Fact.DATAWEDGE_DIFFERENCES].isNotEmpty())
    }

    @Test
    fun `what somebody else changes is put right`() {
        begin()
        wedge.damage("KEYSTROKE", "keystroke_output_enabled", "true")
        pass()
        assertGood()
        wedge.damage("BARCODE", "decoder_gs1_datamatrix", "false")
        pass()
        assertGood()
        assertEquals("only what differed was a reason to write", 3, writes())
    }

    @Test
    fun `what a site has set besides stays`() {
        begin()
        wedge.profiles.getValue("Lotline").plugins.getValue("BARCODE")["illumination_mode"] = "off"
        wedge.damage("BARCODE", "decoder_code128", "false")
        pass()
        assertGood()
        assertEquals("off", plugin("BARCODE")["illumination_mode"])
    }

    @Test
    fun `an answer that comes twice is one answer`() {
        begin { twice = true }
        assertGood()
        assertEquals(1, writes())
        assertEquals(0L, diagnostics[Count.DATAWEDGE_AGAIN])
    }

    @Test
    fun `a DataWedge before 6_6 gets each plug-in in an order of its own`() {
        begin("6.5.2")
        assertEquals("good", profile())
        assertEquals(listOf("BARCODE", "INTENT", "KEYSTROKE"), wedge.configs.map { it.getBundle("PLUGIN_CONFIG")!!.getString("PLUGIN_NAME") })
        assertEquals("false", plugin("KEYSTROKE")["keystroke_output_enabled"])
    }

    @Test
    fun `a DataWedge that cannot be read back is told as unverified, and an older one as too old`() {
        begin("6.4.1")
        assertEquals("unverified", profile())
        assertEquals("2", plugin("INTENT")["intent_delivery"])
        close()
        val old = DataWedgeEngine(context, diagnostics) { setup }
        wedge = DataWedgeStandIn(context, "6.2.0").install()
        old.start(heard)
        pass()
        assertEquals("too_old", profile())
        old.stop()
    }

    @Test
    fun `an app that another profile has is told with DataWedge's own word`() {
        begin { refuses = "APP_ALREADY_ASSOCIATED" }
        assertEquals("wrong", profile())
        assertTrue("APP_ALREADY_ASSOCIATED" in diagnostics[Fact.DATAWEDGE_DIFFERENCES])
        assertEquals(EngineState.OFF, heard.states.last())
    }

    @Test
    fun `a decoder that this DataWedge does not know is told and does not stop work`() {
        begin { unknown += listOf("decoder_dotcode", "decoder_gs1_qrcode") }
        assertEquals("good", profile())
        assertEquals(setOf("decoder_dotcode=-", "decoder_gs1_qrcode=-"), diagnostics[Fact.DATAWEDGE_DIFFERENCES].toSet())
        assertEquals("asked for once, and then left", 1, writes())
    }

    @Test
    fun `a DataWedge that never answers is told as silent`() {
        begin { drops = Int.MAX_VALUE }
        assertEquals("silent", profile())
        assertEquals(EngineState.OFF, heard.states.last())
    }

    @Test
    fun `a stop suspends the scanner until it is acknowledged`() {
        begin()
        engine.suspend(true)
        pass(1)
        assertTrue(wedge.suspended)
        assertEquals(EngineState.LOCKED, heard.states.last())
        scan(LABEL, "LABEL-TYPE-EAN128")
        engine.trigger(true)
        pass(1)
        assertFalse("SOFT_SCAN_TRIGGER" in wedge.heard)
        assertTrue(heard.inputs.isEmpty())
        engine.suspend(false)
        pass(1)
        assertFalse(wedge.suspended)
        assertEquals(EngineState.READY, heard.states.last())
    }

    @Test
    fun `a suspension that was dropped or undone is asked for again`() {
        begin()
        wedge.drops = 2
        engine.suspend(true)
        pass(10)
        assertTrue(wedge.suspended)
        wedge.suspended = false
        wedge.status("WAITING ")
        pass(1)
        assertTrue(wedge.suspended)
    }

    @Test
    fun `of several wishes in a row the last one holds`() {
        begin()
        repeat(5) {
            engine.suspend(true)
            engine.suspend(false)
        }
        engine.suspend(true)
        pass(10)
        assertTrue(wedge.suspended)
        repeat(3) {
            engine.suspend(false)
            engine.suspend(true)
        }
        engine.suspend(false)
        pass(10)
        assertFalse(wedge.suspended)
    }

    @Test
    fun `whoever comes to the front next has a scanner that scans`() {
        begin()
        engine.suspend(true)
        pass(1)
        engine.stop()
        pass(1)
        assertFalse(wedge.suspended)
    }

    @Test
    fun `nobody hears of a read after the activity has gone`() {
        begin()
        engine.stop()
        scan(LABEL, "LABEL-TYPE-EAN128")
        pass(1)
        assertTrue(heard.inputs.isEmpty())
    }

    @Test
    fun `what DataWedge sends is heard from outside the app, and nothing else is`() {
        begin()
        val listening = shadowOf(context).registeredReceivers.filter { it.broadcastReceiver.javaClass.name.startsWith("lotline.app.datawedge.DataWedgeEngine") }
        val actions = listening.associate { it.intentFilter.getAction(0) to it.flags }
        assertEquals(setOf("com.symbol.datawedge.api.RESULT_ACTION", "com.symbol.datawedge.api.NOTIFICATION_ACTION", "${context.packageName}.SCAN"), actions.keys)
        assertTrue("$actions", actions.values.all { it and Context.RECEIVER_EXPORTED != 0 })
    }

    @Test
    fun `bytes and label type come as the symbol holds them`() {
        begin()
        scan(LABEL, "LABEL-TYPE-GS1-DATAMATRIX")
        val scan = heard.inputs.single() as Input.Scan
        assertArrayEquals(LABEL, scan.bytes)
        assertEquals("LABEL-TYPE-GS1-DATAMATRIX" to ScanSource.SCAN, scan.symbology to scan.source)
        assertEquals(0L, diagnostics[Count.FORMATTED_READS])
    }

    @Test
    fun `an identifier in the text says more than the label type`() {
        begin()
        scan(LABEL, "LABEL-TYPE-DATAMATRIX", text = "]d2" + LABEL.decodeToString())
        assertEquals("]d2", (heard.inputs.single() as Input.Scan).symbology)
        assertEquals(0L, diagnostics[Count.FORMATTED_READS])
    }

    @Test
    fun `a text that differs from the bytes is counted, and the bytes count`() {
        begin()
        scan(LABEL, "LABEL-TYPE-EAN128", text = LABEL.decodeToString().replace("\u001d", "") + "\n")
        assertArrayEquals(LABEL, (heard.inputs.single() as Input.Scan).bytes)
        assertEquals(1L, diagnostics[Count.FORMATTED_READS])
    }

    @Test
    fun `bytes that are no text stay as they are`() {
        begin()
        val bytes = byteArrayOf(0x31, 0xe9.toByte(), 0x00, 0xff.toByte())
        scan(bytes, "LABEL-TYPE-CODE128", text = bytes.toString(Charsets.ISO_8859_1))
        assertArrayEquals(bytes, (heard.inputs.single() as Input.Scan).bytes)
        assertEquals(0L, diagnostics[Count.FORMATTED_READS])
    }

    @Test
    fun `several codes of one pull are several scans`() {
        setup = DataWedgeSetup(ScanMode.MULTI, count = 3)
        begin()
        assertEquals("3" to "3", plugin("BARCODE").let { it["scanning_mode"] to it["multi_barcode_count"] })
        read(several("one" to "LABEL-TYPE-CODE128", "two" to "LABEL-TYPE-QRCODE"))
        assertEquals(
            listOf("one" to "LABEL-TYPE-CODE128", "two" to "LABEL-TYPE-QRCODE"),
            heard.inputs.map { (it as Input.Scan).bytes.decodeToString() to it.symbology },
        )
    }

    @Test
    fun `both codes of a medical device come raw`() {
        setup = DataWedgeSetup(ScanMode.UDI)
        begin()
        assertEquals("2" to "true", plugin("BARCODE").let { it["scanning_mode"] to it["enable_udi_hibcc"] })
        read(several("+A99912345/9" to "LABEL-TYPE-CODE128", "+$$3240331LOT5" to "LABEL-TYPE-CODE128"))
        assertEquals(listOf("+A99912345/9", "+$$3240331LOT5"), heard.inputs.map { (it as Input.Scan).bytes.decodeToString() })
    }

    @Test
    fun `tags come through DataWedge where the site says so`() {
        setup = DataWedgeSetup(rfid = true)
        begin()
        assertEquals("true", plugin("RFID")["rfid_input_enabled"])
        scan(ByteArray(0), "LABEL-TYPE-UNDEFINED", text = "3034257bf7194e4000001a85\nE2801160600002084C7F1A2B\n", source = "rfid")
        val tags = (heard.inputs.single() as Input.Tags).tags
        assertEquals(listOf("3034257BF7194E4000001A85", "E2801160600002084C7F1A2B"), tags.map { it.epc })
        engine.trigger(true)
        pass(1)
        assertTrue("SOFT_RFID_TRIGGER" in wedge.heard)
    }

    @Test
    fun `what is neither scanned nor a tag is nobody's`() {
        begin()
        for (source in listOf("msr", "voice", "simulscan", "serial")) scan(LABEL, "", source = source)
        assertTrue(heard.inputs.isEmpty())
    }

    @Test
    fun `the trigger on the screen starts and stops the scanner`() {
        begin()
        engine.trigger(true)
        pass(1)
        engine.trigger(false)
        pass(1)
        assertEquals(2, wedge.heard.count { it == "SOFT_SCAN_TRIGGER" })
    }

    @Test
    fun `words with blanks behind them are the same words`() {
        begin()
        for ((word, state) in listOf("SCANNING " to EngineState.SCANNING, "WAITING" to EngineState.READY, "DISCONNECTED " to EngineState.OFF)) {
            wedge.status(word)
            pass(1)
            assertEquals(word, state, heard.states.last())
        }
    }

    private fun several(vararg codes: Pair<String, String>) =
        Bundle().apply {
            putString("com.symbol.datawedge.source", "scanner")
            putString("com.symbol.datawedge.decode_mode", "multiple_decode")
            putString("com.symbol.datawedge.data_string", codes.joinToString("") { it.first })
            val each =
                codes.map { (text, type) ->
                    Bundle().apply {
                        putString("com.symbol.datawedge.label_type", type)
                        putByteArray("com.symbol.datawedge.decode_data", text.toByteArray())
                        putString("com.symbol.datawedge.data_string", text)
                    }
                }
            putSerializable("com.symbol.datawedge.barcodes", ArrayList(each))
        }

    private companion object {
        val LABEL = "010952100000250021AX41S00001\u001d1727071910AX41".toByteArray()
    }
}

package lotline.zebra.rfid

import android.app.Application
import com.zebra.rfid.api3.ENUM_TRANSPORT
import com.zebra.rfid.api3.ENUM_TRIGGER_MODE
import com.zebra.rfid.api3.HANDHELD_TRIGGER_EVENT_TYPE
import com.zebra.rfid.api3.HandheldTriggerEventData
import com.zebra.rfid.api3.RFIDReader
import com.zebra.rfid.api3.ReaderDevice
import com.zebra.rfid.api3.Readers
import com.zebra.rfid.api3.RfidReadEvents
import com.zebra.rfid.api3.RfidStatusEvents
import com.zebra.rfid.api3.STATUS_EVENT_TYPE
import com.zebra.rfid.api3.StatusEventData
import com.zebra.rfid.api3.TagData
import java.io.File
import lotline.app.rfid.RfidProvider
import lotline.app.rfid.TagSink
import lotline.core.Tag
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.android.util.concurrent.InlineExecutorService
import org.robolectric.annotation.Config

/** Zebra's sleds, on stand-ins of its classes. */
@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class ZebraTest {
    private class Heard : TagSink {
        val batches = mutableListOf<List<Tag>>()
        val there = mutableListOf<Boolean>()

        override fun seen(tags: List<Tag>) {
            batches += tags
        }

        override fun connected(there: Boolean) {
            this.there += there
        }
    }

    private val context: Application = RuntimeEnvironment.getApplication()
    private val heard = Heard()
    private val real = RFIDReader()
    private val reader = ZebraReader(checkNotNull(ReflectedSdk.find(context)), InlineExecutorService())

    private fun near(transport: ENUM_TRANSPORT = ENUM_TRANSPORT.RE_USB) {
        Readers.near[transport] = listOf(ReaderDevice(real))
    }

    @After
    fun clear() {
        Readers.near.clear()
        Readers.broken.clear()
        Readers.disposed = 0
    }

    private fun trigger(event: HANDHELD_TRIGGER_EVENT_TYPE) = tell(StatusEventData(STATUS_EVENT_TYPE.HANDHELD_TRIGGER_EVENT, HandheldTriggerEventData(event)))

    private fun tell(data: StatusEventData) = real.Events.listeners.toList().forEach { it.eventStatusNotify(RfidStatusEvents(data)) }

    @Test
    fun `a reader is taken on whichever transport has one, past one that fails`() {
        Readers.broken += ENUM_TRANSPORT.SERVICE_SERIAL
        near(ENUM_TRANSPORT.BLUETOOTH)
        reader.open(heard)
        assertTrue(real.connected)
        assertEquals(listOf(true), heard.there)
        assertEquals(setOf("handheld", "tags", "gone"), real.Events.wanted)
        assertEquals(ENUM_TRIGGER_MODE.RFID_MODE, real.Config.mode)
    }

    @Test
    fun `without a reader, or with one that refuses, there is none`() {
        reader.open(heard)
        near()
        real.refuses = true
        reader.open(heard)
        assertEquals(listOf(false, false), heard.there)
        // What is told to a reader that is not there does nothing.
        reader.read()
        reader.lock(true)
        assertFalse(real.Actions.Inventory.reads)
    }

    @Test
    fun `its own trigger reads while it is held`() {
        near()
        reader.open(heard)
        trigger(HANDHELD_TRIGGER_EVENT_TYPE.HANDHELD_TRIGGER_PRESSED)
        assertTrue(real.Actions.Inventory.reads)
        trigger(HANDHELD_TRIGGER_EVENT_TYPE.HANDHELD_TRIGGER_RELEASED)
        assertFalse(real.Actions.Inventory.reads)
        tell(StatusEventData(STATUS_EVENT_TYPE.BATTERY_EVENT))
        assertEquals(listOf(true), heard.there)
    }

    @Test
    fun `every tag that waits is fetched, in its order, with what the reader says of it`() {
        near()
        reader.open(heard)
        repeat(250) { real.Actions.waiting += TagData("%024X".format(it), (-40 - it % 50).toShort(), 2) }
        real.Actions.waiting += TagData(null)
        real.Events.listeners.single().eventReadNotify(RfidReadEvents())
        assertEquals(listOf(100, 100, 50), heard.batches.map { it.size })
        val all = heard.batches.flatten()
        assertEquals(List(250) { "%024X".format(it) }, all.map { it.epc })
        assertEquals(Tag("%024X".format(7), -47, 2u, null, 0), all[7])
    }

    @Test
    fun `a stop locks its trigger, and the lock goes with the stop`() {
        near()
        reader.open(heard)
        reader.read()
        reader.lock(true)
        assertFalse(real.Actions.Inventory.reads)
        assertEquals(ENUM_TRIGGER_MODE.BARCODE_MODE, real.Config.mode)
        trigger(HANDHELD_TRIGGER_EVENT_TYPE.HANDHELD_TRIGGER_PRESSED)
        assertFalse(real.Actions.Inventory.reads)
        reader.lock(false)
        assertEquals(ENUM_TRIGGER_MODE.RFID_MODE, real.Config.mode)
    }

    @Test
    fun `a reader that goes is told, and one that is given back hears nothing more`() {
        near()
        reader.open(heard)
        tell(StatusEventData(STATUS_EVENT_TYPE.DISCONNECTION_EVENT))
        assertEquals(listOf(true, false), heard.there)
        reader.close()
        assertFalse(real.connected)
        assertEquals(0, real.Events.listeners.size)
        assertTrue(Readers.disposed > 0)
        reader.read()
    }

    @Test
    fun `its service names it, and nothing of Zebra's is in it`() {
        val service = File("../zebra-rfid/src/main/resources/META-INF/services/${RfidProvider::class.java.name}").readText().trim()
        assertEquals(ZebraProvider::class.java.name, service)
        assertEquals("zebra", ZebraProvider().name)
        assertTrue(ZebraProvider().reader(context) is ZebraReader)
        val imports = File("../zebra-rfid/src/main/kotlin").walk().filter { it.isFile }.flatMap { it.readLines() }
        assertEquals(emptyList<String>(), imports.filter { it.startsWith("import com.zebra") }.toList())
    }
}

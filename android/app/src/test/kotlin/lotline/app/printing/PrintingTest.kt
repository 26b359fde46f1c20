package lotline.app.printing

import android.Manifest
import android.app.Activity
import android.app.AlertDialog
import android.app.Application
import android.bluetooth.BluetoothDevice
import android.bluetooth.BluetoothManager
import android.bluetooth.BluetoothSocket
import android.content.RestrictionsManager
import android.os.Bundle
import android.os.Looper
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.UUID
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import lotline.Handheld
import lotline.app.fleet.Count
import lotline.app.sync.SyncApp
import lotline.app.view.Vocabulary
import lotline.core.Input
import lotline.core.Printed
import lotline.core.ScanSource
import lotline.handheld.Site
import lotline.handheld.scenarioFile
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowAlertDialog

/** A printer on a real socket. It answers each question with the next of [states], and drops the line when told to. */
private class SocketPrinter(vararg states: String?, private val dropsAtLabel: Boolean = false) : AutoCloseable {
    private val answers = LinkedBlockingQueue(states.map { it ?: GONE })
    private val server = ServerSocket(0, 1, InetAddress.getLoopbackAddress())
    val printed = LinkedBlockingQueue<String>()
    val address = "tcp://127.0.0.1:${server.localPort}"

    init {
        thread(isDaemon = true) {
            while (!server.isClosed) runCatching { server.accept().use(::serve) }
        }
    }

    private fun serve(socket: Socket) {
        val said = StringBuilder()
        while (true) {
            val byte = socket.getInputStream().read()
            if (byte < 0) return
            said.append(byte.toChar())
            if (said.endsWith("^XZ")) {
                if (dropsAtLabel) return
                printed += said.toString()
                said.clear()
            } else if (said.endsWith("~HS\r\n")) {
                said.clear()
                val answer = answers.poll() ?: return
                if (answer == GONE) return
                socket.getOutputStream().write(answer.toByteArray())
            }
        }
    }

    override fun close() = server.close()

    companion object {
        private const val GONE = "gone"

        fun state(paper: Int = 0, pause: Int = 0, head: Int = 0, ribbon: Int = 0) =
            "\u0002030,$paper,$pause,1245,000,0,0,0,000,0,0,0\u0003\r\n\u0002000,0,$head,$ribbon,0,2,4,0,00000000,1,000\u0003\r\n\u00021234,0\u0003\r\n"
    }
}

/** Labels on real sockets, and with the real core. */
@RunWith(RobolectricTestRunner::class)
@Config(application = SyncApp::class)
class PrintingTest {
    private val app: Application = RuntimeEnvironment.getApplication()
    private var printer: SocketPrinter? = null

    @After
    fun close() {
        printer?.close()
    }

    private fun on(printer: SocketPrinter) = ZplPrinter(Link.to(app, printer.also { this.printer = it }.address))

    private val ready = SocketPrinter.state()

    @Test
    fun `a printer that is ready before and behind the label has printed it`() {
        val there = on(SocketPrinter(ready, ready))
        assertEquals(Printed.Done, there.printZpl(LABEL))
        assertEquals("^XA^FDone^FS^XZ", printer!!.printed.poll(5, TimeUnit.SECONDS))
    }

    @Test
    fun `a printer that cannot is sent no label, and says why`() {
        val states = listOf("paper out" to SocketPrinter.state(paper = 1), "paused" to SocketPrinter.state(pause = 1), "head open" to SocketPrinter.state(head = 1), "ribbon out" to SocketPrinter.state(ribbon = 1))
        for ((why, state) in states) {
            assertEquals(Printed.Failed(why), on(SocketPrinter(state)).printZpl(LABEL))
            assertEquals(0, printer!!.printed.size)
            printer!!.close()
        }
    }

    @Test
    fun `a line that drops in the middle of the label leaves it open`() {
        assertEquals(Printed.Unknown, on(SocketPrinter(ready, dropsAtLabel = true)).printZpl(LABEL))
    }

    @Test
    fun `a printer that says nothing behind the label, or that it has trouble, may have printed it`() {
        assertEquals(Printed.Unknown, on(SocketPrinter(ready, null)).printZpl(LABEL))
        printer!!.close()
        assertEquals(Printed.Unknown, on(SocketPrinter(ready, SocketPrinter.state(paper = 1))).printZpl(LABEL))
    }

    @Test
    fun `a printer that nobody reaches has printed nothing`() {
        val nobody = ServerSocket(0).use { "tcp://127.0.0.1:${it.localPort}" }
        assertTrue(ZplPrinter(Link.to(app, nobody)).printZpl(LABEL) is Printed.Failed)
    }

    @Test
    fun `over Bluetooth only a paired printer is spoken to`() {
        val adapter = app.getSystemService(BluetoothManager::class.java).adapter
        shadowOf(adapter).setEnabled(true)
        shadowOf(app).grantPermissions(Manifest.permission.BLUETOOTH_CONNECT)
        val there = ZplPrinter(Link.to(app, "bluetooth://AC:3F:A4:00:00:01"))
        assertEquals(Printed.Failed("the printer is not paired"), there.printZpl(LABEL))
    }

    @Test
    fun `a paired printer is asked, sent the label and asked again over Bluetooth`() {
        val paired = Paired()
        val answers = paired.answers(ready, ready)
        assertEquals(Printed.Done, paired.printer().printZpl(LABEL))
        answers.join(5_000)
        assertEquals("~HS\r\n^XA^FDone^FS^XZ~HS\r\n", paired.said())
    }

    @Test
    fun `a paired printer without paper is sent nothing`() {
        val paired = Paired()
        paired.answers(SocketPrinter.state(paper = 1)).join(5_000)
        assertEquals(Printed.Failed("paper out"), paired.printer().printZpl(LABEL))
        assertEquals("~HS\r\n", paired.said())
    }

    @Test
    fun `a Bluetooth link that drops behind the label leaves it open, and a person is asked`() =
        flow { handheld, _ ->
            val paired = Paired()
            val link = paired.printer()
            val news = mutableListOf<LabelNews>()
            val labels = Labels({ it.run() }, { handheld }, { link }, (app as SyncApp).ports.diagnostics) { news += it }
            labels.look()
            ask(handheld)
            paired.answers(ready, null)
            labels.look()
            val open = news.single() as LabelNews.Unknown
            assertTrue("the label went out", "^XZ" in paired.said())
            assertEquals(1, handheld.openLabels().size)
            open.settle(true)
            assertTrue(handheld.openLabels().isEmpty())
        }

    @Test
    fun `a paired printer that says nothing is sent the label all the same, and somebody looks`() {
        val paired = Paired()
        paired.answers(null).join(5_000)
        assertEquals(Printed.Unknown, paired.printer().printZpl(LABEL))
        assertTrue(paired.said().endsWith("^XZ"))
    }

    @Test
    fun `a Bluetooth link that waits too long is closed, which ends its read on a device`() {
        val paired = Paired()
        BluetoothLink(app, ADDRESS, wholeMs = 20).open()
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20)
        while (paired.socket.isConnected) {
            check(System.nanoTime() < end) { "it was never closed" }
            Thread.sleep(1)
        }
    }

    @Test
    fun `without the permission nothing is sent, and the app asks for it once where a printer nearby is configured`() {
        val paired = Paired()
        shadowOf(app).denyPermissions(Manifest.permission.BLUETOOTH_CONNECT)
        shadowOf(paired.device).setShouldThrowSecurityExceptions(true)
        val restrictions = Bundle().apply { putString("printer", "bluetooth://$ADDRESS") }
        shadowOf(app.getSystemService(RestrictionsManager::class.java)).setApplicationRestrictions(restrictions)
        val asking = app as SyncApp
        assertEquals(Manifest.permission.BLUETOOTH_CONNECT, asking.printerPermission())
        assertEquals("once a process", null, asking.printerPermission())
        restrictions.putString("printer", "tcp://printer.example")
        assertTrue(!Link.nearby("tcp://printer.example"))
    }

    /** A printer that the device was paired with, at the end of Robolectric's socket. */
    private inner class Paired {
        val device: BluetoothDevice
        val socket: BluetoothSocket

        init {
            val adapter = app.getSystemService(BluetoothManager::class.java).adapter
            shadowOf(adapter).setEnabled(true)
            shadowOf(app).grantPermissions(Manifest.permission.BLUETOOTH_CONNECT)
            device = adapter.getRemoteDevice(ADDRESS)
            shadowOf(adapter).setBondedDevices(setOf(device))
            socket = device.createRfcommSocketToServiceRecord(UUID.randomUUID())
        }

        fun printer(wholeMs: Long = BluetoothLink.WHOLE_MS) = ZplPrinter(BluetoothLink(app, ADDRESS, wholeMs))

        /** Answers each question with the next of [states]; at null the link drops. */
        fun answers(vararg states: String?): Thread =
            thread(isDaemon = true) {
                for (state in states) {
                    val feed = shadowOf(socket).inputStreamFeeder
                    if (state == null) feed.close() else feed.write(state.toByteArray()).also { feed.flush() }
                }
            }

        /** What it was told so far. */
        fun said(): String = shadowOf(socket).outputStreamSink.run { ByteArray(available()).also(::read).decodeToString() }
    }

    @Test
    fun `a label whose line dropped is asked about, and what a person saw settles it`() =
        labelled { handheld, news ->
            val diagnostics = (app as SyncApp).ports.diagnostics
            val dropping = on(SocketPrinter(ready, dropsAtLabel = true))
            val labels = Labels({ it.run() }, { handheld }, { dropping }, diagnostics) { news += it }
            labels.look()
            assertEquals("what was open before may have come out: it is asked about, not printed", 1, news.size)
            assertEquals(0, printer!!.printed.size)
            val open = news.single() as LabelNews.Unknown
            assertTrue(open.label.startsWith("("))
            labels.look()
            assertEquals("asked once", 1, news.size)
            open.settle(true)
            assertTrue(handheld.openLabels().isEmpty())
            assertEquals(1L, diagnostics[Count.LABELS_UNKNOWN])
        }

    @Test
    fun `a label that is asked for is printed once, and after a dropped line it is open`() =
        flow { handheld, site ->
            val news = mutableListOf<LabelNews>()
            val dropping = on(SocketPrinter(ready, dropsAtLabel = true))
            val labels = Labels({ it.run() }, { handheld }, { dropping }, (app as SyncApp).ports.diagnostics) { news += it }
            labels.look()
            assertEquals(0, news.size)
            ask(handheld)
            labels.look()
            val unknown = news.single() as LabelNews.Unknown
            assertEquals(1, handheld.openLabels().size)
            unknown.settle(false)
            labels.look()
            assertEquals("a person said no, and nothing is printed unasked", 1, news.size)
            assertTrue(site.server.isNotEmpty())
        }

    @Test
    fun `the person in front is asked until they answer, one label after the other`() {
        val activity = Robolectric.buildActivity(Activity::class.java).setup().get()
        val words = Vocabulary("en")
        val saw = mutableListOf<Pair<String, Boolean>>()
        val first = LabelDesk(activity) { words }
        first.tell(LabelNews.Unknown("(00)1") { saw += "(00)1" to it })
        first.tell(LabelNews.Unknown("(00)2") { saw += "(00)2" to it })
        val asked = ShadowAlertDialog.getLatestAlertDialog()
        assertEquals("Label sent: (00)1. Did it come out?", shadowOf(asked).message)
        asked.getButton(AlertDialog.BUTTON_NEGATIVE).performClick()
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals(listOf("(00)1" to false), saw)
        val left = first.close()
        assertEquals("what was not answered is asked by the next", listOf("(00)2"), left.map { it.label })
        LabelDesk(activity) { words }.tell(left.single())
        ShadowAlertDialog.getLatestAlertDialog().getButton(AlertDialog.BUTTON_POSITIVE).performClick()
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals("(00)2" to true, saw.last())
    }

    private fun labelled(test: (Handheld, MutableList<LabelNews>) -> Unit) =
        flow { handheld, _ ->
            ask(handheld)
            test(handheld, mutableListOf())
        }

    /** The flow that numbers a unit, up to where it is scanned. */
    private fun flow(test: (Handheld, Site) -> Unit) {
        val file = scenarioFile("relabel_own")
        val scenario = lotline.Scenario.read(file.path)
        val folder = java.nio.file.Files.createTempDirectory("lotline-labels").toFile()
        Site(file).use { site ->
            scenario.open(folder.path).use { handheld ->
                handheld.enrol(site.server, site.code, scenario.device())
                site.tell("settle ${scenario.nowMs()}")
                handheld.syncNow(10_000u)
                handheld.act(Input.Scan("]C0B-1042".toByteArray(), null, ScanSource.SCAN))
                handheld.act(Input.Enter("pin", "4711"))
                var screen = handheld.act(Input.Choose("more"))
                repeat(6) { if (screen.actions.none { it.id == "relabel" }) screen = handheld.act(Input.Choose("next")) }
                handheld.act(Input.Choose("relabel"))
                test(handheld, site)
            }
        }
        folder.deleteRecursively()
    }

    private fun ask(handheld: Handheld) {
        handheld.act(Input.Scan("]d2010952100000250021AX41S00001\u001d1727071910AX41".toByteArray(), null, ScanSource.SCAN))
        handheld.act(Input.Choose("reason:unreadable"))
    }

    private companion object {
        val LABEL = "^XA^FDone^FS^XZ".toByteArray()
        const val ADDRESS = "AC:3F:A4:00:00:01"
    }
}

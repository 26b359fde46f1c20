package lotline.app.printing

import android.annotation.SuppressLint
import android.bluetooth.BluetoothManager
import android.content.Context
import java.io.Closeable
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Socket
import java.util.Timer
import java.util.TimerTask
import java.util.UUID

/** An open way to a printer. */
interface Line : Closeable {
    /** What the printer says. A read that waits too long gives up with an [IOException]. */
    val hears: InputStream

    /** What it is told. */
    val says: OutputStream
}

/** A way to a printer. */
fun interface Link {
    /**
     * Opens it. Blocks.
     *
     * @throws IOException when nobody is there: nothing was sent.
     */
    fun open(): Line

    companion object {
        /** Until a printer takes a connection, and until it has said how it is. */
        const val PATIENCE_MS = 3_000

        /** The port that label printers listen on for raw bytes. */
        private const val RAW = 9100

        /** The way that [address] names: see [lotline.app.fleet.Configuration.printer]. */
        fun to(context: Context, address: String): Link =
            if (nearby(address)) {
                BluetoothLink(context, address.removePrefix(BLUETOOTH))
            } else {
                val place = address.removePrefix("tcp://")
                // An address of version 6 stands in brackets, and has colons of its own.
                val port = place.substringAfterLast(']').substringAfter(':', "").toIntOrNull()
                val host = if (port == null) place else place.removeSuffix(":$port")
                NetworkLink(host.removeSurrounding("[", "]"), port ?: RAW)
            }

        /** Whether [address] names a printer that is paired rather than on the network. */
        fun nearby(address: String): Boolean = address.startsWith(BLUETOOTH)

        private const val BLUETOOTH = "bluetooth://"
    }
}

/** A printer on the network. */
internal class NetworkLink(private val host: String, private val port: Int) : Link {
    override fun open(): Line {
        var last: IOException? = null
        for (address in InetAddress.getAllByName(host)) {
            val socket = Socket()
            try {
                socket.connect(InetSocketAddress(address, port), Link.PATIENCE_MS)
                socket.soTimeout = Link.PATIENCE_MS
                return Open(socket)
            } catch (error: IOException) {
                socket.close()
                last = error
            }
        }
        throw last ?: IOException("$host has no address")
    }

    private class Open(private val socket: Socket) : Line {
        override val hears: InputStream = socket.getInputStream()
        override val says: OutputStream = socket.getOutputStream()

        override fun close() = socket.close()
    }
}

/** A printer that the device was paired with, by the serial port profile. Nothing is searched for, and nothing is paired from here. */
internal class BluetoothLink(private val context: Context, private val address: String, private val wholeMs: Long = WHOLE_MS) : Link {
    // Android 12 and later ask the person for BLUETOOTH_CONNECT; where it was not given, that is what comes back.
    @SuppressLint("MissingPermission")
    override fun open(): Line {
        val adapter = context.getSystemService(BluetoothManager::class.java)?.adapter ?: throw IOException("no Bluetooth")
        val socket =
            try {
                if (adapter.bondedDevices.none { it.address == address }) throw IOException("the printer is not paired")
                adapter.getRemoteDevice(address).createRfcommSocketToServiceRecord(SERIAL_PORT)
            } catch (error: SecurityException) {
                throw IOException("the app may not use Bluetooth", error)
            }
        try {
            socket.connect()
        } catch (error: IOException) {
            socket.close()
            throw error
        }
        // A Bluetooth socket knows no time-out: closing it ends a read or a write that waits.
        val clock = Timer("lotline-printer", true)
        clock.schedule(
            object : TimerTask() {
                override fun run() = socket.close()
            },
            wholeMs,
        )
        return object : Line {
            override val hears: InputStream = socket.inputStream
            override val says: OutputStream = socket.outputStream

            override fun close() {
                clock.cancel()
                socket.close()
            }
        }
    }

    companion object {
        /** The serial port profile (Bluetooth SIG, "Assigned Numbers", SerialPort 0x1101). */
        private val SERIAL_PORT: UUID = UUID.fromString("00001101-0000-1000-8000-00805F9B34FB")

        /** For a whole label with both questions, in milliseconds. */
        const val WHOLE_MS = 4L * Link.PATIENCE_MS
    }
}

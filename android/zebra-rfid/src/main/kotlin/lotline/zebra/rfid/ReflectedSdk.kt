package lotline.zebra.rfid

import android.content.Context
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Proxy
import lotline.core.Tag

/** Zebra's SDK, found by the names of its classes. The names are those of its documents ("RFID SDK for Android", 2.0.5). */
internal class ReflectedSdk private constructor(private val context: Context, private val loader: ClassLoader) : Sdk {
    private val opened = mutableListOf<Any>()

    override fun readers(): List<Sled> =
        TRANSPORTS.firstNotNullOfOrNull { name ->
            // A transport that this device or this version lacks is no fault: the next may be there.
            runCatching { on(name) }.getOrNull()?.takeIf(List<Sled>::isNotEmpty)
        }.orEmpty()

    private fun on(transport: String): List<Sled> =
        told("Readers") {
            val kind = type("ENUM_TRANSPORT")
            val readers = type("Readers").getConstructor(Context::class.java, kind).newInstance(context, constant(kind, transport))
            opened += readers
            val devices = readers.call("GetAvailableRFIDReaderList") as List<*>?
            devices.orEmpty().mapNotNull { it?.call("getRFIDReader") }.map(::ReflectedSled)
        }

    override fun close() {
        opened.forEach { runCatching { it.call("Dispose") } }
        opened.clear()
    }

    private fun type(name: String): Class<*> = loader.loadClass("$PACKAGE.$name")

    private inner class ReflectedSled(private val reader: Any) : Sled {
        private var listener: Any? = null
        private val actions get() = checkNotNull(reader.part("Actions"))

        override fun connect(events: SledEvents) =
            told("connect") {
                reader.call("connect")
                val heard = checkNotNull(reader.part("Events"))
                val kind = type("RfidEventsListener")
                val ours = Proxy.newProxyInstance(loader, arrayOf(kind)) { proxy, method, arguments -> heard(events, proxy, method.name, arguments?.firstOrNull()) }
                listener = ours
                heard.javaClass.getMethod("addEventsListener", kind).invoke(heard, ours)
                for (wanted in listOf("setHandheldEvent", "setTagReadEvent", "setReaderDisconnectEvent")) {
                    heard.javaClass.getMethod(wanted, Boolean::class.javaPrimitiveType).invoke(heard, true)
                }
            }

        override fun trigger(tags: Boolean) =
            told("setTriggerMode") {
                val kind = type("ENUM_TRIGGER_MODE")
                val config = checkNotNull(reader.part("Config"))
                val method = config.javaClass.getMethod("setTriggerMode", kind, Boolean::class.javaPrimitiveType)
                method.invoke(config, constant(kind, if (tags) "RFID_MODE" else "BARCODE_MODE"), true)
                Unit
            }

        override fun perform() = told("perform") { checkNotNull(actions.part("Inventory")).call("perform").let {} }

        override fun stop() = told("stop") { checkNotNull(actions.part("Inventory")).call("stop").let {} }

        override fun tags(most: Int): List<Tag> =
            told("getReadTags") {
                val read = actions.javaClass.getMethod("getReadTags", Int::class.javaPrimitiveType).invoke(actions, most) as Array<*>?
                read.orEmpty().mapNotNull { it?.let(::tagOf) }
            }

        override fun disconnect() {
            val ours = listener
            listener = null
            runCatching {
                val heard = checkNotNull(reader.part("Events"))
                if (ours != null) heard.javaClass.getMethod("removeEventsListener", type("RfidEventsListener")).invoke(heard, ours)
            }
            runCatching { reader.call("disconnect") }
        }
    }

    // Its distance is relative, 0 to 100, and no length: it is not told on.
    private fun tagOf(data: Any): Tag? {
        val id = data.call("getTagID") as String? ?: return null
        val antenna = (data.call("getAntennaID") as Number).toInt().coerceAtLeast(0)
        return Tag(id, (data.call("getPeakRSSI") as Number).toInt(), antenna.toUInt(), null, 0)
    }

    // A proxy answers what every object is asked, too.
    private fun heard(events: SledEvents, proxy: Any, method: String, what: Any?): Any? {
        when (method) {
            "eventReadNotify" -> events.read()
            "eventStatusNotify" -> status(events, what)
            "equals" -> return proxy === what
            "hashCode" -> return System.identityHashCode(proxy)
            "toString" -> return "lotline"
        }
        return null
    }

    private fun status(events: SledEvents, event: Any?) {
        val data = event?.part("StatusEventData") ?: return
        val kind = data.call("getStatusEventType")
        if (kind == named("STATUS_EVENT_TYPE", "DISCONNECTION_EVENT")) events.gone()
        if (kind != named("STATUS_EVENT_TYPE", "HANDHELD_TRIGGER_EVENT")) return
        val trigger = data.part("HandheldTriggerEventData")?.call("getHandheldEvent")
        val pressed = trigger == named("HANDHELD_TRIGGER_EVENT_TYPE", "HANDHELD_TRIGGER_PRESSED")
        if (pressed || trigger == named("HANDHELD_TRIGGER_EVENT_TYPE", "HANDHELD_TRIGGER_RELEASED")) events.trigger(pressed)
    }

    private fun named(kind: String, name: String): Any? = constant(type(kind), name)

    companion object {
        private const val PACKAGE = "com.zebra.rfid.api3"

        /** A reader inside the device, a sled on its connector, one on the cable, one on Bluetooth: the nearest first. */
        private val TRANSPORTS = listOf("SERVICE_SERIAL", "RE_SERIAL", "SERVICE_USB", "RE_USB", "BLUETOOTH")

        /** The SDK, where the app was built with it. */
        fun find(context: Context): Sdk? {
            val loader = ReflectedSdk::class.java.classLoader ?: return null
            return runCatching { loader.loadClass("$PACKAGE.Readers") }.getOrNull()?.let { ReflectedSdk(context.applicationContext, loader) }
        }

        private fun Any.call(name: String): Any? = javaClass.getMethod(name).invoke(this)

        // Parts of the SDK's objects are public fields.
        private fun Any.part(name: String): Any? = javaClass.getField(name).get(this)

        // Some of its enumerations are Java's own, some are classes with constants: both are public static fields.
        private fun constant(of: Class<*>, name: String): Any? = of.getField(name).get(null)

        private fun <T> told(what: String, call: () -> T): T =
            try {
                call()
            } catch (error: InvocationTargetException) {
                throw SdkException(what, error.targetException)
            } catch (error: ReflectiveOperationException) {
                // Another version of the SDK than the documents tell of.
                throw SdkException(what, error)
            } catch (error: IllegalStateException) {
                throw SdkException(what, error)
            }
    }
}

// Stand-ins of Zebra's classes, written from its documents, for tests alone: names and shapes as `ReflectedSdk` looks for them.
@file:Suppress("unused", "FunctionName", "ClassName", "PropertyName")

package com.zebra.rfid.api3

import android.content.Context

/** Which readers are near, by transport. */
class Readers(@Suppress("UNUSED_PARAMETER") context: Context, private val transport: ENUM_TRANSPORT) {
    fun GetAvailableRFIDReaderList(): ArrayList<ReaderDevice> {
        if (transport in broken) error("the service is of another version")
        return ArrayList(near[transport].orEmpty())
    }

    fun Dispose() {
        disposed += 1
    }

    companion object {
        val near = mutableMapOf<ENUM_TRANSPORT, List<ReaderDevice>>()
        val broken = mutableSetOf<ENUM_TRANSPORT>()
        var disposed = 0
    }
}

enum class ENUM_TRANSPORT { SERVICE_SERIAL, RE_SERIAL, SERVICE_USB, RE_USB, BLUETOOTH }

enum class ENUM_TRIGGER_MODE { RFID_MODE, BARCODE_MODE }

class ReaderDevice(private val reader: RFIDReader) {
    fun getRFIDReader() = reader
}

class RFIDReader {
    @JvmField val Events = Events()

    @JvmField val Actions = Actions()

    @JvmField val Config = Config()
    var connected = false
    var refuses = false

    fun connect() {
        if (refuses) throw OperationFailureException()
        connected = true
    }

    fun disconnect() {
        connected = false
    }
}

class OperationFailureException : Exception("RFID_READER_REGION_NOT_CONFIGURED")

interface RfidEventsListener {
    fun eventReadNotify(event: RfidReadEvents)

    fun eventStatusNotify(event: RfidStatusEvents)
}

class RfidReadEvents

class Events {
    val listeners = mutableListOf<RfidEventsListener>()
    val wanted = mutableSetOf<String>()

    fun addEventsListener(listener: RfidEventsListener) {
        listeners += listener
    }

    fun removeEventsListener(listener: RfidEventsListener) {
        listeners -= listener
    }

    fun setHandheldEvent(on: Boolean) = Unit.also { if (on) wanted += "handheld" }

    fun setTagReadEvent(on: Boolean) = Unit.also { if (on) wanted += "tags" }

    fun setReaderDisconnectEvent(on: Boolean) = Unit.also { if (on) wanted += "gone" }
}

class Config {
    var mode: ENUM_TRIGGER_MODE? = null

    fun setTriggerMode(mode: ENUM_TRIGGER_MODE, save: Boolean) {
        if (save) this.mode = mode
    }
}

class Actions {
    @JvmField val Inventory = Inventory()
    val waiting = ArrayDeque<TagData>()

    fun getReadTags(most: Int): Array<TagData>? = List(minOf(most, waiting.size)) { waiting.removeFirst() }.toTypedArray().takeIf { it.isNotEmpty() }
}

class Inventory {
    var reads = false

    fun perform() {
        reads = true
    }

    fun stop() {
        reads = false
    }
}

class TagData(private val id: String?, private val rssi: Short = -60, private val antenna: Short = 1) {
    fun getTagID() = id

    fun getPeakRSSI() = rssi

    fun getAntennaID() = antenna
}

class RfidStatusEvents(@JvmField val StatusEventData: StatusEventData)

class StatusEventData(private val type: STATUS_EVENT_TYPE, @JvmField val HandheldTriggerEventData: HandheldTriggerEventData? = null) {
    fun getStatusEventType() = type
}

/** In the SDK this one is a class with constants. */
class STATUS_EVENT_TYPE private constructor() {
    companion object {
        @JvmField val HANDHELD_TRIGGER_EVENT = STATUS_EVENT_TYPE()

        @JvmField val DISCONNECTION_EVENT = STATUS_EVENT_TYPE()

        @JvmField val BATTERY_EVENT = STATUS_EVENT_TYPE()
    }
}

enum class HANDHELD_TRIGGER_EVENT_TYPE { HANDHELD_TRIGGER_PRESSED, HANDHELD_TRIGGER_RELEASED }

class HandheldTriggerEventData(private val event: HANDHELD_TRIGGER_EVENT_TYPE) {
    fun getHandheldEvent() = event
}

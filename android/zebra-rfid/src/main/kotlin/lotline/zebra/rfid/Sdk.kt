package lotline.zebra.rfid

import lotline.core.Tag

/**
 * What is used of Zebra's RFID SDK for Android 2.0 (package `com.zebra.rfid.api3`), in interfaces of our own. Calls wait for the reader:
 * never on the main thread. Whatever goes wrong there is a [SdkException].
 */
internal interface Sdk {
    /** The readers that are near: `Readers.GetAvailableRFIDReaderList`, over one transport after the other (`ENUM_TRANSPORT`). */
    fun readers(): List<Sled>

    /** Gives up the search: `Readers.Dispose`. */
    fun close()
}

/** A reader: `RFIDReader`. */
internal interface Sled {
    /**
     * Takes it: `RFIDReader.connect`, then `Events.addEventsListener` with `setHandheldEvent`, `setTagReadEvent` and
     * `setReaderDisconnectEvent`.
     */
    fun connect(events: SledEvents)

    /** Whether its trigger reads tags: `Config.setTriggerMode` with `RFID_MODE` or `BARCODE_MODE`, and the latter in place of none. */
    fun trigger(tags: Boolean)

    /** Reads: `Actions.Inventory.perform`. */
    fun perform()

    /** Reads no more: `Actions.Inventory.stop`. */
    fun stop()

    /** What was read and not yet fetched, [most] at a time: `Actions.getReadTags`. */
    fun tags(most: Int): List<Tag>

    /** Gives it back: `Events.removeEventsListener`, `RFIDReader.disconnect`. */
    fun disconnect()
}

/** What a reader tells: `RfidEventsListener`. On a thread of the SDK's. */
internal interface SledEvents {
    /** Tags wait to be fetched: `eventReadNotify`. */
    fun read()

    /** `eventStatusNotify` with `HANDHELD_TRIGGER_EVENT`. */
    fun trigger(pressed: Boolean)

    /** `eventStatusNotify` with `DISCONNECTION_EVENT`. */
    fun gone()
}

/** The SDK, or what it needs of the device, did not do as it was told. */
internal class SdkException(what: String, cause: Throwable?) : Exception(what, cause)

package android.bluetooth

/**
 * Of Android 16. Robolectric's shadow of a Bluetooth device names it in a signature, so that nothing that touches Bluetooth,
 * be it the sound's route, loads on an older Android without it.
 */
@Suppress("unused", "ClassName")
class `BluetoothDevice$BluetoothAddress`

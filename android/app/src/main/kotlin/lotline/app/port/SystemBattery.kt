package lotline.app.port

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.BatteryManager

/** The battery as the system tells of it: a sticky broadcast, so the present state comes at once. */
class SystemBattery(private val context: Context) : Battery {
    private var receiver: BroadcastReceiver? = null

    override fun start(gauge: (Charge) -> Unit) {
        stop()
        val hears =
            object : BroadcastReceiver() {
                override fun onReceive(context: Context, intent: Intent) {
                    chargeOf(intent)?.let(gauge)
                }
            }
        receiver = hears
        // Only the system may send it, so no flag about who else is heard is wanted.
        context.registerReceiver(hears, IntentFilter(Intent.ACTION_BATTERY_CHANGED))?.let(::chargeOf)?.let(gauge)
    }

    override fun stop() {
        receiver?.let(context::unregisterReceiver)
        receiver = null
    }
}

/** Where the system does not say that the battery is low (before Android 9), this percentage is. */
private const val LOW_PERCENT = 15

private fun chargeOf(intent: Intent): Charge? {
    val level = intent.getIntExtra(BatteryManager.EXTRA_LEVEL, -1)
    val scale = intent.getIntExtra(BatteryManager.EXTRA_SCALE, -1)
    if (level < 0 || scale <= 0) return null
    val percent = (level * 100 / scale).coerceIn(0, 100)
    return Charge(
        percent,
        low = intent.getBooleanExtra(BatteryManager.EXTRA_BATTERY_LOW, percent <= LOW_PERCENT),
        charging = intent.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0,
    )
}

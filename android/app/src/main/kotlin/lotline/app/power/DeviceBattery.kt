package lotline.app.power

import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.content.IntentFilter
import android.os.BatteryManager
import android.os.PowerManager
import java.security.MessageDigest
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.Battery
import lotline.app.port.Charge

/**
 * The battery as the system tells of it, with what Zebra's adds: whether it is worn out, and which one it is. Another one than before,
 * also than before the process was started, is a swap.
 *
 * @param swapped called when the battery was changed under the running app (a hot swap).
 */
class DeviceBattery(
    private val context: Context,
    private val diagnostics: Diagnostics,
    private val swapped: () -> Unit,
) : Battery {
    private val power get() = context.getSystemService(PowerManager::class.java)
    private val kept = context.getSharedPreferences("battery", Context.MODE_PRIVATE)
    private var receiver: BroadcastReceiver? = null
    private var last: Intent? = null
    private var told: Charge? = null

    override fun start(gauge: (Charge) -> Unit) {
        stop()
        val hears =
            object : BroadcastReceiver() {
                override fun onReceive(context: Context, intent: Intent) {
                    if (intent.action == Intent.ACTION_BATTERY_CHANGED) last = intent
                    last?.let { heard(it, gauge) }
                }
            }
        receiver = hears
        // Only the system may send either, so no flag about who else is heard is wanted.
        context.registerReceiver(hears, IntentFilter(PowerManager.ACTION_POWER_SAVE_MODE_CHANGED))
        last = context.registerReceiver(hears, IntentFilter(Intent.ACTION_BATTERY_CHANGED))
        last?.let { heard(it, gauge) }
    }

    override fun stop() {
        receiver?.let(context::unregisterReceiver)
        receiver = null
        last = null
        told = null
    }

    private fun heard(intent: Intent, gauge: (Charge) -> Unit) {
        compare(intent)
        val charge = chargeOf(intent, power.isPowerSaveMode) ?: return
        diagnostics.set(Fact.BATTERY_PERCENT, charge.percent.toString())
        diagnostics.set(Fact.BATTERY_HEALTH, healthOf(intent))
        diagnostics.set(Fact.BATTERY_STATE, stateOf(intent))
        diagnostics.set(Fact.POWER_SAVE, power.isPowerSaveMode.toString())
        // Temperature and voltage change all the time, and the state that is there comes twice.
        if (charge == told) return
        told = charge
        gauge(charge)
    }

    private fun compare(intent: Intent) {
        val serial = intent.getStringExtra(ZEBRA_SERIAL)?.trim()?.ifEmpty { null } ?: return
        // Which one it is says nothing to anybody; that it is another one is all that is wanted.
        val print = MessageDigest.getInstance("SHA-256").digest(serial.toByteArray()).joinToString("") { "%02x".format(it) }
        val before = kept.getString(PRINT, null)
        if (before == print) return
        kept.edit().putString(PRINT, print).apply()
        if (before == null) return
        diagnostics.count(Count.BATTERY_SWAPS)
        swapped()
    }

    private companion object {
        const val PRINT = "print"
    }
}

/** Zebra's additions to the system's broadcast (EMDK for Android, "Battery Intent API"). */
private const val ZEBRA_SERIAL = "serialnumber"
private const val ZEBRA_DECOMMISSION = "battery_decommission"

/** Where the system does not say that the battery is low (before Android 9), this percentage is. */
private const val LOW_PERCENT = 15

private fun chargeOf(intent: Intent, saving: Boolean): Charge? {
    val level = intent.getIntExtra(BatteryManager.EXTRA_LEVEL, -1)
    val scale = intent.getIntExtra(BatteryManager.EXTRA_SCALE, -1)
    if (level < 0 || scale <= 0) return null
    val percent = (level * 100 / scale).coerceIn(0, 100)
    return Charge(
        percent,
        low = saving || intent.getBooleanExtra(BatteryManager.EXTRA_BATTERY_LOW, percent <= LOW_PERCENT),
        charging = intent.getIntExtra(BatteryManager.EXTRA_PLUGGED, 0) != 0,
    )
}

private fun healthOf(intent: Intent): String =
    when (intent.getIntExtra(BatteryManager.EXTRA_HEALTH, 0)) {
        BatteryManager.BATTERY_HEALTH_GOOD -> "good"
        BatteryManager.BATTERY_HEALTH_OVERHEAT -> "hot"
        BatteryManager.BATTERY_HEALTH_COLD -> "cold"
        BatteryManager.BATTERY_HEALTH_DEAD -> "dead"
        BatteryManager.BATTERY_HEALTH_OVER_VOLTAGE -> "over_voltage"
        BatteryManager.BATTERY_HEALTH_UNSPECIFIED_FAILURE -> "failed"
        else -> "unknown"
    }

private fun stateOf(intent: Intent): String =
    when (intent.getIntExtra(ZEBRA_DECOMMISSION, -1)) {
        0 -> "good"
        1 -> "decommissioned"
        else -> "unknown"
    }

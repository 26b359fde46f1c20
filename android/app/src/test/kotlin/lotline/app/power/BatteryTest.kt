package lotline.app.power

import android.app.Application
import android.content.Intent
import android.os.BatteryManager
import android.os.Looper
import android.os.PowerManager
import lotline.app.fleet.Count
import lotline.app.fleet.Diagnostics
import lotline.app.fleet.Fact
import lotline.app.port.Charge
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

/** The battery by the system's broadcasts, with and without what Zebra adds. */
@RunWith(RobolectricTestRunner::class)
@Config(application = Application::class)
class BatteryTest {
    private val context: Application = RuntimeEnvironment.getApplication()
    private val diagnostics = Diagnostics(context)
    private val gauged = mutableListOf<Charge>()
    private var swaps = 0

    private fun battery() = DeviceBattery(context, diagnostics) { swaps += 1 }

    @Suppress("DEPRECATION") // As the system does it.
    private fun tell(level: Int, serial: String? = null, more: Intent.() -> Unit = {}) {
        val intent =
            Intent(Intent.ACTION_BATTERY_CHANGED)
                .putExtra(BatteryManager.EXTRA_LEVEL, level)
                .putExtra(BatteryManager.EXTRA_SCALE, 200)
                .putExtra(BatteryManager.EXTRA_HEALTH, BatteryManager.BATTERY_HEALTH_GOOD)
        serial?.let { intent.putExtra("serialnumber", it) }
        intent.more()
        context.sendStickyBroadcast(intent)
        shadowOf(Looper.getMainLooper()).idle()
    }

    private fun begin() = battery().also { it.start(gauged::add) }

    @Test
    fun `level, cable and health are told, the present ones first`() {
        tell(150)
        val battery = begin()
        assertEquals(Charge(75, low = false, charging = false), gauged.single())
        tell(20) {
            putExtra(BatteryManager.EXTRA_PLUGGED, BatteryManager.BATTERY_PLUGGED_DOCK)
            putExtra(BatteryManager.EXTRA_HEALTH, BatteryManager.BATTERY_HEALTH_COLD)
            putExtra("battery_decommission", 1)
        }
        assertEquals(Charge(10, low = true, charging = true), gauged.last())
        assertEquals(listOf("cold") to listOf("decommissioned"), diagnostics[Fact.BATTERY_HEALTH] to diagnostics[Fact.BATTERY_STATE])
        battery.stop()
        tell(40)
        assertEquals(2, gauged.size)
    }

    @Test
    fun `a device that saves power is low, whatever its level`() {
        tell(150)
        val battery = begin()
        shadowOf(context.getSystemService(PowerManager::class.java)).setIsPowerSaveMode(true)
        context.sendBroadcast(Intent(PowerManager.ACTION_POWER_SAVE_MODE_CHANGED))
        shadowOf(Looper.getMainLooper()).idle()
        assertEquals(Charge(75, low = true, charging = false), gauged.last())
        battery.stop()
    }

    @Test
    fun `another serial number is a swap, once`() {
        tell(100, "A1")
        val battery = begin()
        assertEquals(0, swaps)
        tell(99, "A1")
        assertEquals(0, swaps)
        tell(200, "B2")
        tell(199, "B2")
        assertEquals(1 to 1L, swaps to diagnostics[Count.BATTERY_SWAPS])
        battery.stop()
        assertFalse("which battery it is stands nowhere in the clear", "B2" in diagnostics.export().toString())
    }

    @Test
    fun `a battery that was changed while the device was off is a swap`() {
        tell(100, "A1")
        begin().stop()
        tell(200, "B2")
        begin().stop()
        assertEquals(1L, diagnostics[Count.BATTERY_SWAPS])
    }

    @Test
    fun `a battery that does not say which it is was never changed`() {
        tell(100)
        val battery = begin()
        tell(200)
        tell(200, " ")
        assertEquals(0, swaps)
        battery.stop()
    }
}

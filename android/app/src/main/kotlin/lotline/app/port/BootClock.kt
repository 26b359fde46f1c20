package lotline.app.port

import android.content.Context
import android.os.SystemClock
import android.provider.Settings
import java.util.TimeZone
import java.util.concurrent.TimeUnit
import lotline.core.Clock
import lotline.core.Now

/** The device's clocks. [SystemClock.elapsedRealtime] goes on through deep sleep; the boot is told by its count. */
class BootClock(context: Context) : Clock {
    private val boot = Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, 0).toString()

    override fun now(): Now {
        val wall = System.currentTimeMillis()
        val zone = TimeUnit.MILLISECONDS.toMinutes(TimeZone.getDefault().getOffset(wall).toLong()).toInt()
        return Now(wall, zone, SystemClock.elapsedRealtime().toULong(), boot)
    }
}

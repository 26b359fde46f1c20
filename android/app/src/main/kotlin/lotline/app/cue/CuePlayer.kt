package lotline.app.cue

import android.content.Context
import android.media.AudioAttributes
import android.media.AudioFormat
import android.media.AudioTrack
import android.os.VibrationEffect
import android.os.Vibrator
import lotline.core.Cue
import lotline.core.Settings

/**
 * Plays what the core asks for: how an input came out is heard and felt before the screen is looked at. The scan engine's own
 * beep is off, so that this is the only one.
 */
class CuePlayer(context: Context) : AutoCloseable {
    private val vibrator: Vibrator? = context.getSystemService(Vibrator::class.java)
    private var track: AudioTrack? = null

    /** Plays [cue] as loud as the person wants it. One that comes while another sounds takes its place. */
    fun play(cue: Cue, settings: Settings?) {
        soundOf(cue.sound)?.let { sound(it, settings?.volumePercent?.toInt() ?: 100) }
        buzzOf(cue.vibration)?.let(::buzz)
    }

    /** A call failed: as a stop sounds and feels. */
    fun failed() = play(Cue("stop", "stop"), null)

    private fun sound(tones: List<Beep>, percent: Int) {
        track?.release()
        val samples = samplesOf(tones)
        val format =
            AudioFormat.Builder()
                .setEncoding(AudioFormat.ENCODING_PCM_16BIT)
                .setSampleRate(SAMPLE_RATE)
                .setChannelMask(AudioFormat.CHANNEL_OUT_MONO)
                .build()
        // As loud as the device's own signals, of which the person's percentage is a part.
        val use =
            AudioAttributes.Builder()
                .setUsage(AudioAttributes.USAGE_ASSISTANCE_SONIFICATION)
                .setContentType(AudioAttributes.CONTENT_TYPE_SONIFICATION)
                .build()
        track =
            AudioTrack.Builder()
                .setAudioAttributes(use)
                .setAudioFormat(format)
                .setTransferMode(AudioTrack.MODE_STATIC)
                .setBufferSizeInBytes(samples.size)
                .build()
                .apply {
                    write(samples, 0, samples.size)
                    setVolume(percent.coerceIn(0, 100) / 100f)
                    // A device whose sound has no room for another track stays silent: the buzz and the banner say it, too.
                    if (state == AudioTrack.STATE_INITIALIZED) play()
                }
    }

    private fun buzz(pattern: LongArray) {
        vibrator?.vibrate(VibrationEffect.createWaveform(pattern, -1))
    }

    override fun close() {
        track?.release()
        track = null
    }
}

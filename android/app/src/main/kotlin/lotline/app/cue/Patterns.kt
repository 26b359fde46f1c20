package lotline.app.cue

import java.nio.ByteBuffer
import java.nio.ByteOrder
import kotlin.math.PI
import kotlin.math.min
import kotlin.math.sin

/** A tone of so many hertz for so many milliseconds; 0 hertz is silence. */
data class Beep(val hertz: Int, val ms: Int)

/** Samples in a second. */
const val SAMPLE_RATE = 22_050

/**
 * What a cue sounds like (screens.md): accept one short high beep, warn two, stop a long low tone. The high ones lie where
 * hearing is best and halls are quiet; none where the name is not known.
 */
fun soundOf(cue: String): List<Beep>? =
    when (cue) {
        "accept" -> listOf(Beep(HIGH, 90))
        "warn" -> listOf(Beep(HIGH, 90), Beep(0, 80), Beep(HIGH, 90))
        "stop" -> listOf(Beep(LOW, 700))
        else -> null
    }

/** What it feels like: one short buzz, two, or three long ones. Milliseconds of rest and buzz in turn. */
fun buzzOf(cue: String): LongArray? =
    when (cue) {
        "accept" -> longArrayOf(0, 60)
        "warn" -> longArrayOf(0, 60, 90, 60)
        "stop" -> longArrayOf(0, 200, 120, 200, 120, 200)
        else -> null
    }

/** The tones as bytes of 16-bit samples, the low one first; each begins and ends softly, so that none clicks. */
fun samplesOf(tones: List<Beep>): ByteArray {
    val counts = tones.map { SAMPLE_RATE * it.ms / 1000 }
    val samples = ByteBuffer.allocate(counts.sum() * Short.SIZE_BYTES).order(ByteOrder.LITTLE_ENDIAN)
    for ((tone, count) in tones.zip(counts)) {
        repeat(count) { at ->
            val edge = min(1.0, min(at, count - 1 - at) / (SAMPLE_RATE * SOFT_S))
            samples.putShort((sin(2 * PI * tone.hertz * at / SAMPLE_RATE) * edge * LOUD).toInt().toShort())
        }
    }
    return samples.array()
}

private const val HIGH = 2_400
private const val LOW = 330
private const val SOFT_S = 0.005
private const val LOUD = 0.9 * Short.MAX_VALUE

package lotline.bench

import java.io.File
import lotline.Handheld
import lotline.Setup
import lotline.core.Clock
import lotline.core.Input
import lotline.core.KeyStore
import lotline.core.Now
import lotline.core.ScanSource
import lotline.core.Screen

private object MachineClock : Clock {
    private val boot = File("/proc/sys/kernel/random/boot_id").readText().trim()

    override fun now() = Now(System.currentTimeMillis(), 0, (System.nanoTime() / 1_000_000).toULong(), boot)
}

/** Nothing is sent, so nothing is signed; see `benches/src/act/jna.rs`. */
private class NoSecret(private val public: ByteArray) : KeyStore {
    override fun publicKey() = public

    override fun sign(message: ByteArray): ByteArray = error("nobody asked for a signature in this bench")

    override fun wrap(secret: ByteArray) = secret

    override fun unwrap(wrapped: ByteArray) = wrapped
}

/** Does at the device in the folder `args[0]`, whose public key is `args[1]`, what each line says, and tells nanoseconds and its screen. */
fun main(args: Array<String>) {
    val (folder, key) = args
    Handheld.open(Setup(folder, "bench", "en"), MachineClock, NoSecret(bytes(key))).use { handheld ->
        for (line in generateSequence(::readlnOrNull)) {
            if (line == "tidy") {
                handheld.tidy()
                println("0")
            } else {
                val input = input(line.split('\t'))
                val waited = waited()
                val from = System.nanoTime()
                val screen = handheld.act(input)
                val took = System.nanoTime() - from
                println("${took - (waited() - waited).coerceIn(0, took)}\t${seen(screen)}")
            }
        }
    }
}

private fun input(words: List<String>) =
    when (words[0]) {
        "scan" -> Input.Scan(bytes(words[2]), null, ScanSource.valueOf(words[1]))
        "choose" -> Input.Choose(words[1])
        "enter" -> Input.Enter(words[1], words[2])
        "back" -> Input.Back
        else -> error("no such input: $words")
    }

private fun seen(screen: Screen) =
    screen
        .run { "$id $title $message ${fields.size} ${lines.size} ${actions.size}" }
        .replace('\n', ' ')
        .replace('\t', ' ')

private fun bytes(hex: String) = ByteArray(hex.length / 2) { hex.substring(2 * it, 2 * it + 2).toInt(16).toByte() }

/** How long this thread has waited for a core so far, in nanoseconds: taken off, as the other side does it. */
private fun waited() = File("/proc/thread-self/schedstat").readText().split(' ')[1].toLong()

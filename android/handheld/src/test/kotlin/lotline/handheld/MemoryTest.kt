package lotline.handheld

import com.sun.jna.Library
import com.sun.jna.Native
import com.sun.jna.Pointer
import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import javax.management.ObjectName
import lotline.Handheld
import lotline.Scenario
import lotline.core.Input
import lotline.core.ScanSource
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What crosses the boundary is let go again, on both sides of it. */
class MemoryTest {
    @Test
    fun `ten thousand scans leave nothing behind, neither here nor in the library`(@TempDir folder: Path) {
        val file = scenarioFile("first_shift")
        Site(file).use { site ->
            Scenario.read(file.path).use { scenario ->
                scenario.open(folder.toString()).use { handheld ->
                    handheld.enrol(site.server, site.code, scenario.device())
                    handheld.act(scan("]C0B-1042"))
                    assertEquals("home", handheld.act(Input.Enter("pin", "4711")).id)
                    // Caches fill first: pages, statements, words.
                    scans(handheld, SCANS / 5)
                    val before = held()
                    scans(handheld, SCANS)
                    val after = held()
                    println("10,000 scans: $before, then $after; ${after.since(before)}")
                    assertTrue(after.heap - before.heap < MOST_OBJECTS) { "Kotlin's side grew from $before to $after: ${after.since(before)}" }
                    assertTrue(after.library - before.library < MOST_ALLOCATED, "the library's side grew from $before to $after")
                }
            }
        }
    }

    /** As the app does it: judged, answered with a screen, and tidied behind it. What is no label of this site is a stop, and acknowledged. */
    private fun scans(handheld: Handheld, count: Int) =
        repeat(count) {
            val screen = handheld.act(scan("]C0A-01-01"))
            if (screen.id == "stop") handheld.act(Input.Choose("acknowledge"))
            handheld.tidy()
        }

    private fun scan(text: String) = Input.Scan(text.encodeToByteArray(), null, ScanSource.SCAN)

    /** Bytes in use: of Kotlin's objects, and of the C library's allocator, which the core, SQLite and JNA share. */
    private class Held(val objects: Map<String, Long>, val library: Long) {
        // JNA keeps each piece of memory that it lends in one concurrent map until the collector has found it unused, and such a map's
        // table never becomes smaller: it is as large as the most that ever waited at once, 0.5 to 1 MB where the heap is large and the
        // collector seldom runs. What is in the table is counted.
        val heap = objects.filterKeys { it != TABLE }.values.sum()

        /** The classes whose objects take most more. */
        fun since(before: Held) =
            objects.mapValues { (name, bytes) -> bytes - (before.objects[name] ?: 0) }.entries.sortedByDescending { it.value }.take(12).joinToString { "${it.key} ${it.value}" }

        override fun toString() = "$heap bytes of objects and $library of the library's"
    }

    // What the process has in memory says nothing of it: the virtual machine takes tens of megabytes more while it gets fast.
    // What a call lent to the library is given back by a thread of JNA's, a while after the collector has found it: asked until it is
    // less no more.
    private fun held(): Held {
        fun now() = Held(live(), Allocator.inUse())
        var least = now()
        var same = 0
        while (same < 5) {
            Thread.sleep(50)
            val now = now()
            if (now.heap < least.heap - SLACK || now.library < least.library - SLACK) same = 0 else same += 1
            least = Held(if (now.heap < least.heap) now.objects else least.objects, minOf(least.library, now.library))
        }
        return least
    }

    /** Bytes of the objects of each class that the collector finds in use: it is run for it, and what it found unused is not counted. */
    private fun live(): Map<String, Long> {
        val command = ObjectName("com.sun.management:type=DiagnosticCommand")
        val signature = arrayOf(Array<String>::class.java.name)
        val said = ManagementFactory.getPlatformMBeanServer().invoke(command, "gcClassHistogram", arrayOf(emptyArray<String>()), signature) as String
        // A line is `number: instances bytes class (module)`; the last one is the sum.
        val lines = said.trim().lines().map { it.trim().split(Regex("\\s+")) }
        val objects = lines.filter { it.size >= 4 && it[0].endsWith(":") && it[1].toLongOrNull() != null }
        val bytes = objects.groupingBy { it[3] }.fold(0L) { sum, line -> sum + line[2].toLong() }
        check(bytes.values.sum() == lines.last()[2].toLong()) { "the sum of a histogram is not that of its lines: ${lines.last()}" }
        return bytes
    }

    private companion object {
        const val SCANS = 10_000
        const val SLACK = 64L shl 10

        // Two hundred bytes a scan, and what this test itself remembers of the first count: 0.25 MB. A screen is some 2 KB.
        const val MOST_OBJECTS = 2L shl 20
        const val TABLE = "[Ljava.util.concurrent.ConcurrentHashMap\$Node;"

        // What waits to be written behind the entries comes and goes by 3 MB; a screen that was kept is as large here.
        const val MOST_ALLOCATED = 12L shl 20
    }
}

/** The C library's own account of what it has given out. */
private interface Allocator : Library {
    fun fopen(path: String, mode: String): Pointer

    fun fclose(file: Pointer): Int

    @Suppress("FunctionName")
    fun malloc_info(options: Int, file: Pointer): Int

    companion object {
        private val c: Allocator = Native.load("c", Allocator::class.java)

        /** Bytes in use in all arenas: glibc's `malloc_info(3)`, whose sums stand behind its last heap. */
        fun inUse(): Long {
            val report = Files.createTempFile("malloc", ".xml")
            val file = c.fopen(report.toString(), "w")
            c.malloc_info(0, file)
            c.fclose(file)
            val sums = Files.readString(report).substringAfterLast("</heap>")
            Files.delete(report)
            fun sum(of: String) = checkNotNull(Regex("<$of(?: count=\"\\d+\")? size=\"(\\d+)\"").find(sums)) { "$of in $sums" }.groupValues[1].toLong()
            return sum("system type=\"current\"") + sum("total type=\"mmap\"") - sum("total type=\"fast\"") - sum("total type=\"rest\"")
        }
    }
}

package lotline.app.view

import android.content.Context
import android.content.res.Configuration
import android.graphics.Color
import java.util.Locale
import kotlin.math.roundToInt
import lotline.core.Settings

/** How everything is drawn: as the person wants it, on this device. */
data class Dress(
    /** Size of the text, in percent: 70 to 200. */
    val textPercent: Int,
    /** What is pressed stands at the left thumb. */
    val leftHanded: Boolean,
    /** The colours. */
    val paint: Palette,
    /** The language, for the shapes of its letters. */
    val locale: Locale,
    /** It is written from right to left. */
    val rightToLeft: Boolean,
    /** Pixels in a density-independent one (1/160 inch). */
    val density: Float,
    /** The device has keys of its own for digits and Enter: none need to be drawn. */
    val hasKeys: Boolean,
    /** It is held across: what is pressed stands beside what is read. */
    val lying: Boolean,
) {
    /** Pixels of [dp], which no text grows. */
    fun px(dp: Int): Int = (dp * density).roundToInt()

    /** Size in pixels of text that is [dp] high at 100 percent. */
    fun text(dp: Int): Float = dp * density * textPercent / 100

    companion object {
        /** The least side of what is pressed, in dp: a gloved finger. */
        const val TARGET = 56

        private val PERCENT = 70..200

        /** For a device, and the person who is signed in; what they did not choose is the device's. */
        fun of(context: Context, settings: Settings?, language: String, rightToLeft: Boolean): Dress {
            val device = context.resources.configuration
            val percent = settings?.textPercent?.toInt() ?: (device.fontScale * 100).roundToInt()
            return Dress(
                percent.coerceIn(PERCENT),
                settings?.leftHanded ?: false,
                if (settings?.sunlight == true) Palette.SUNLIGHT else Palette.DARK,
                Locale.forLanguageTag(language),
                rightToLeft,
                context.resources.displayMetrics.density,
                hasKeys = device.keyboard != Configuration.KEYBOARD_NOKEYS &&
                    device.hardKeyboardHidden != Configuration.HARDKEYBOARDHIDDEN_YES,
                lying = device.orientation == Configuration.ORIENTATION_LANDSCAPE,
            )
        }
    }
}

/** Ink on its ground. */
data class Colours(val ground: Int, val ink: Int)

/** A theme. Every ink can be read on its ground: at least 7 to 1 (WCAG 2.2, 1.4.6). */
enum class Palette(
    /** The page, and what matters less on it. */
    val page: Colours,
    val quiet: Int,
    /** Beside the main way on: another way, one to be careful with. */
    val other: Colours,
    val careful: Colours,
    /** What a finger holds down. */
    val pressed: Int,
    /** Lines between things. */
    val rule: Int,
    /** The bar: done, and not yet. */
    val done: Int,
    val open: Int,
    /** The frame of a training. */
    val training: Colours,
) {
    /** Light on black: saves the battery, and the eyes in a dark aisle. */
    DARK(
        page = Colours(Color.BLACK, Color.WHITE),
        quiet = rgb(0xB9C4CF),
        other = Colours(rgb(0x26313D), Color.WHITE),
        careful = Colours(rgb(0x3D2A00), rgb(0xFFD666)),
        pressed = rgb(0x6E7F91),
        rule = rgb(0x4A5866),
        done = rgb(0x4CD07D),
        open = rgb(0x3A4652),
        training = Colours(rgb(0xE9B6FF), Color.BLACK),
    ),

    /** Dark on white: can be read where the sun falls on it. */
    SUNLIGHT(
        page = Colours(Color.WHITE, Color.BLACK),
        quiet = rgb(0x3A444E),
        other = Colours(rgb(0xE3E9EF), Color.BLACK),
        careful = Colours(rgb(0xFFEBC2), rgb(0x4A2D00)),
        pressed = rgb(0x9FB2C6),
        rule = rgb(0x6B7885),
        done = rgb(0x006B2B),
        open = rgb(0xC9D2DB),
        training = Colours(rgb(0x6A0F96), Color.WHITE),
    ),
    ;

    /** Where the last input counted, counted with a word, did not count: the same in any light, so that they are known. */
    val accept = Colours(rgb(0x00501E), Color.WHITE)
    val warn = Colours(rgb(0xFFC107), Color.BLACK)
    val stop = Colours(rgb(0x9E0016), Color.WHITE)

    /** The main way on. */
    val main = Colours(rgb(0x0B4A9E), Color.WHITE)
}

private fun rgb(hex: Int): Int = hex or (0xFF shl 24)

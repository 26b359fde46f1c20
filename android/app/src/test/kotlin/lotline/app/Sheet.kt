package lotline.app

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.view.View
import java.io.File

/** A picture of what a view draws. */
fun pictureOf(view: View): Bitmap =
    Bitmap.createBitmap(view.width, view.height, Bitmap.Config.ARGB_8888).also { view.draw(Canvas(it)) }

/** The same at [part] of its size. */
fun smaller(picture: Bitmap, part: Float): Bitmap =
    Bitmap.createScaledBitmap(picture, (picture.width * part).toInt(), (picture.height * part).toInt(), true)

/** Writes it as PNG. */
fun write(picture: Bitmap, to: File) {
    to.parentFile?.mkdirs()
    to.outputStream().use { picture.compress(Bitmap.CompressFormat.PNG, 100, it) }
}

/** Pictures beside each other in rows, each with what it shows: for people to look through. */
class Sheet(private val title: String, private val across: Int) {
    private val pictures = mutableListOf<Pair<String, Bitmap>>()

    /** Adds one. */
    fun add(caption: String, picture: Bitmap) {
        pictures += caption to picture
    }

    /** All of them. */
    fun draw(): Bitmap {
        val (wide, high) = pictures.maxOf { it.second.width } to pictures.maxOf { it.second.height }
        val rows = (pictures.size + across - 1) / across
        val sheet = Bitmap.createBitmap(GAP + across * (wide + GAP), HEAD + rows * (high + CAPTION + GAP), Bitmap.Config.ARGB_8888)
        val canvas = Canvas(sheet)
        canvas.drawColor(Color.rgb(0x7A, 0x86, 0x92))
        val ink = Paint(Paint.ANTI_ALIAS_FLAG).apply { color = Color.BLACK }
        ink.textSize = 20f
        canvas.drawText(title, GAP.toFloat(), 24f, ink)
        ink.textSize = 13f
        pictures.forEachIndexed { at, (caption, picture) ->
            val x = GAP + at % across * (wide + GAP)
            val y = HEAD + at / across * (high + CAPTION + GAP)
            canvas.drawText(caption, x.toFloat(), y + 12f, ink)
            canvas.drawBitmap(picture, x.toFloat(), (y + CAPTION).toFloat(), null)
        }
        return sheet
    }

    private companion object {
        const val GAP = 10
        const val HEAD = 36
        const val CAPTION = 18
    }
}

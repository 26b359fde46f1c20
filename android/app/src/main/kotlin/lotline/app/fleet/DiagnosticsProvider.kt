package lotline.app.fleet

import android.content.ContentProvider
import android.content.ContentValues
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import lotline.app.HandheldApp

/**
 * Hands the diagnostics out: `adb shell content query --uri content://lotline.app.diagnostics/report`, or what an agent of the fleet's
 * management does with the same permission. One row, one column `report`, JSON. Nothing can be put in.
 */
class DiagnosticsProvider : ContentProvider() {
    override fun onCreate() = true

    override fun query(
        uri: Uri,
        projection: Array<String>?,
        selection: String?,
        selectionArgs: Array<String>?,
        sortOrder: String?,
    ): Cursor? {
        if (uri.path != "/report") return null
        val app = context?.applicationContext as? HandheldApp ?: return null
        return MatrixCursor(arrayOf("report")).apply { addRow(arrayOf(app.ports.diagnostics.export().toString())) }
    }

    override fun getType(uri: Uri) = "application/json"

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, selection: String?, selectionArgs: Array<String>?) = 0

    override fun update(uri: Uri, values: ContentValues?, selection: String?, selectionArgs: Array<String>?) = 0
}

package lotline.app

import android.app.Activity
import android.os.Bundle
import android.widget.LinearLayout
import android.widget.TextView
import lotline.app.port.Charge
import lotline.app.port.EngineState
import lotline.app.port.Reader
import lotline.core.Fault
import lotline.core.Input
import lotline.core.Screen
import lotline.core.Tone
import lotline.handheld.Stage
import lotline.handheld.Worker

/** The one activity: it draws a screen and sends an input. */
class HandheldActivity : Activity(), Stage, Reader {
    private lateinit var worker: Worker
    private lateinit var title: TextView
    private lateinit var prompt: TextView

    private val app get() = application as HandheldApp

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        title = TextView(this)
        prompt = TextView(this)
        setContentView(
            LinearLayout(this).apply {
                orientation = LinearLayout.VERTICAL
                addView(title)
                addView(prompt)
            },
        )
        worker = Worker(app::handheld, { runOnUiThread(it) }, this)
        worker.refresh()
    }

    override fun onResume() {
        super.onResume()
        app.ports.scanner.start(this)
        app.ports.battery.start(::charge)
    }

    override fun onPause() {
        app.ports.battery.stop()
        app.ports.scanner.stop()
        super.onPause()
    }

    override fun onDestroy() {
        worker.close()
        super.onDestroy()
    }

    override fun read(input: Input) = worker.send(input)

    override fun engine(state: EngineState) = Unit

    private fun charge(charge: Charge) = Unit

    override fun show(screen: Screen) {
        title.text = screen.title
        prompt.text = screen.prompt
        app.ports.scanner.suspend(screen.tone == Tone.STOP)
    }

    override fun failed(fault: Fault) {
        prompt.text = fault.code
    }
}

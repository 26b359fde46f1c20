# The handheld on a device of its own: what stands around the screen, and what a screen reader says.

shell-key = key { $text }
shell-current = now
shell-alert = look at this
shell-scan = Scan
shell-type = Type
shell-enter = Enter
shell-erase = Erase
shell-digits = { $n ->
        [one] one digit typed
       *[other] { $n } digits typed
    }
shell-battery = Battery { $n } %
shell-battery-low = Battery low: { $n } %
shell-battery-charging = Charging: { $n } %
shell-engine-absent = No scanner
shell-engine-off = Scanner off
shell-engine-ready = Scanner ready
shell-engine-scanning = Scanning
shell-engine-locked = Scanner locked
shell-fault-retry = This did not work. Do the same again.
shell-fault-rescan = This was not read well. Scan it again.
shell-fault-supervisor = This device may not go on. Call a supervisor.
shell-fault-sign-in = The server does not know this device. Have it enrolled.
shell-fault-space = The device is full, so nothing more can be kept. Have room made.
shell-fault-update = The app is too old for what is on this device. Have the newer one installed.
shell-fault-bug = Something in the app failed; nothing was lost. Do the same again, or call a supervisor.
shell-label-unknown = Label sent: { $text }. Did it come out?
shell-label-came-out = It came out
shell-label-did-not = It did not
shell-label-failed = Label not printed: { $text }. Look at the printer.
shell-camera-why = The camera reads labels. Its pictures are not kept. Please allow it.
shell-camera-denied = The camera is not allowed. Allow it in the device's settings, or type the code.
shell-camera-light = Light
shell-camera-close = Close
shell-photo = Take photo
shell-files = Files
shell-printer-why = The label printer is linked by Bluetooth. Please allow nearby devices.
shell-set-aside = Set the files aside
shell-set-aside-why = This device's keys do not open its files. Set aside, they are kept as they are, with whatever was not sent, and the device is enrolled anew. Do so only when a supervisor says so.

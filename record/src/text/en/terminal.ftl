# The handheld in a terminal: what stands around the screen.

tone-accept = ACCEPT
tone-warn = WARN
tone-stop = STOP
training-frame = TRAINING
hint-scan = scan
hint-text = text
hint-quantity = quantity
hint-pin = PIN
hint-choose = choose
line-done = done
standing-at-gateway = at the gateway { $n }
standing-in-wms = in the WMS { $n }
key-labels = ? labels
key-leave = F10 leave
console-at = console { $url }
labels-title = Labels: arrows or a number, Enter scans, Esc closes
labels-none = There are sample labels only on a site of one's own (--demo).
sync-done = Sent { $sent }, fetched { $rows ->
        [one] one row
       *[other] { $rows } rows
    }.
sync-unreached = The gateway cannot be reached; the work goes on.
sync-failed = Not sent: { $why }
plain-help = Write what you scan, a key in brackets, `back`, `sync`, `?` for sample labels, or `quit`.
plain-no-key = There is no such key here.
label-printed = Label printed: { $label }
label-failed = Label not printed: { $label }. { $why }
label-unknown = Label sent: { $label }. Look whether it came out.
units-verified = Verification: { $active } released, { $refused } not genuine, { $unanswered } without an answer.

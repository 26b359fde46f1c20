# Das Handgerät im Terminal: was um den Bildschirm herum steht.

tone-accept = GEZÄHLT
tone-warn = ACHTUNG
tone-stop = STOPP
training-frame = TRAINING
hint-scan = Scan
hint-text = Text
hint-quantity = Menge
hint-pin = PIN
hint-choose = Wahl
line-done = fertig
standing-at-gateway = am Gateway { $n }
standing-in-wms = im WMS { $n }
key-labels = ? Etiketten
key-leave = F10 Ende
console-at = Konsole { $url }
labels-title = Etiketten: Pfeile oder Nummer, Enter scannt, Esc schließt
labels-none = Musteretiketten gibt es nur an einem eigenen Standort (--demo).
sync-done = { $sent } gesendet, { $rows ->
        [one] eine Zeile
       *[other] { $rows } Zeilen
    } geholt.
sync-unreached = Das Gateway ist nicht erreichbar; die Arbeit geht weiter.
sync-failed = Nicht gesendet: { $why }
plain-help = Zeile für Zeile: was gescannt wird, eine Taste in Klammern, `back`, `sync`, `?` für Musteretiketten oder `quit`.
plain-no-key = Diese Taste gibt es hier nicht.
label-printed = Etikett gedruckt: { $label }
label-failed = Etikett nicht gedruckt: { $label }. { $why }
label-unknown = Etikett gesendet: { $label }. Nachsehen, ob es herauskam.
units-verified = Echtheitsprüfung: { $active } freigegeben, { $refused } nicht echt, { $unanswered } ohne Antwort.

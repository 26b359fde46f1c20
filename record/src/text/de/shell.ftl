# Das Handgerät als eigenes Gerät: was um den Bildschirm herum steht, und was vorgelesen wird.

shell-key = Taste { $text }
shell-current = jetzt
shell-alert = ansehen
shell-scan = Scannen
shell-type = Tippen
shell-enter = Eingabe
shell-erase = Löschen
shell-digits = { $n ->
        [one] eine Ziffer getippt
       *[other] { $n } Ziffern getippt
    }
shell-battery = Akku { $n } %
shell-battery-low = Akku schwach: { $n } %
shell-battery-charging = Lädt: { $n } %
shell-engine-absent = Kein Scanner
shell-engine-off = Scanner aus
shell-engine-ready = Scanner bereit
shell-engine-scanning = Scannt
shell-engine-locked = Scanner gesperrt
shell-fault-retry = Das ging nicht. Noch einmal dasselbe tun.
shell-fault-rescan = Das war nicht gut zu lesen. Noch einmal scannen.
shell-fault-supervisor = Dieses Gerät darf nicht weiterarbeiten. Die Leitung rufen.
shell-fault-sign-in = Der Server kennt dieses Gerät nicht. Es anmelden lassen.
shell-fault-space = Das Gerät ist voll und kann nichts mehr verwahren. Platz schaffen lassen.
shell-fault-update = Die App ist zu alt für das, was auf diesem Gerät steht. Die neuere installieren lassen.
shell-fault-bug = In der App ging etwas schief; nichts ist verloren. Noch einmal dasselbe tun oder die Leitung rufen.
shell-label-unknown = Etikett gesendet: { $text }. Kam es heraus?
shell-label-came-out = Es kam heraus
shell-label-did-not = Es kam nicht
shell-label-failed = Etikett nicht gedruckt: { $text }. Nach dem Drucker sehen.
shell-camera-why = Die Kamera liest Etiketten. Ihre Bilder werden nicht behalten. Bitte erlauben.
shell-camera-denied = Die Kamera ist nicht erlaubt. In den Einstellungen des Geräts erlauben, oder den Code eintippen.
shell-camera-light = Licht
shell-camera-close = Schließen
shell-photo = Foto machen
shell-files = Dateien
shell-printer-why = Der Etikettendrucker ist über Bluetooth verbunden. Bitte Geräte in der Nähe erlauben.
shell-set-aside = Dateien weglegen
shell-set-aside-why = Die Schlüssel dieses Geräts öffnen seine Dateien nicht. Weggelegt bleiben sie, wie sie sind, mit allem, was nicht gesendet wurde, und das Gerät wird neu angemeldet. Nur auf Anweisung der Aufsicht.

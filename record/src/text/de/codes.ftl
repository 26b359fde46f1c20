# Die eigenen Wörter des Verzeichnisses, wie Menschen sie lesen: in Einträgen und Exporten sind es Kürzel.

exception-code = { $what ->
    [expiry_contradiction] anderes Verfalldatum
    [shelf_life] Restlaufzeit zu kurz
    [tolerance] mehr als kommen darf
    [on_document] nicht im Beleg
    [returned] fragliche Retoure
    [verification] nicht verifiziert
    [listed_lot] andere Charge als avisiert
    [listed_serial] andere Seriennummer als avisiert
    [number_format] Nummer sieht falsch aus
    [profile_fields] Vorschrift nicht erfüllt
    [policy_refused] Richtlinie abgelehnt
    [journal_damaged] Verzeichnis eines Geräts beschädigt
    [notice_details] Angaben im Avis fehlen
    [serial_unique] Seriennummer kam schon
    [blocked] gesperrt
    [disputed_serial] strittige Seriennummer
    [child_elsewhere] woanders verzeichnet
    [plate_built_twice] Palettenetikett doppelt vergeben
    [relabelled_twice] doppelt umetikettiert
    [plate_cycle] Paletten im Kreis gestapelt
    [count] Zählung weicht ab
    [excursion] außerhalb der Grenzen
    [intercept] zurückgerufen und schon fort
    [block_unknown] unbekannte Sperre
    [exception_overruled] strenger entschieden
    [exception_settled] schon entschieden
    [exception_unknown] unbekannte Ausnahme
    [inspection_failed] Prüfung nicht bestanden
    [no_authority] ohne Befugnis
    [undo_differs] anders zurückgenommen
    [undo_unknown] Unbekanntes zurückgenommen
    [undone_twice] doppelt zurückgenommen
    [verdict_disagrees] Gerät und Gateway uneins
    [wms_refused] vom WMS abgelehnt
    [task_done_twice] Aufgabe doppelt erledigt
   *[other] { $what }
}

way-out = { $what ->
    [accept] angenommen
    [correct_record] Verzeichnis berichtigt
    [relabel] Etikett ersetzt
    [quarantine] in Quarantäne
    [reject] abgewiesen
    [recounted] nachgezählt
   *[other] { $what }
}

answer-of = { $what ->
    [active] aktiv
    [inactive] nicht aktiv
    [alert] Alarm
   *[other] { $what }
}

outcome-of = { $what ->
    [pass] bestanden
    [partial] teilweise bestanden
    [fail] nicht bestanden
   *[other] { $what }
}

reason-of = { $what ->
    [damaged] beschädigt
    [expired] abgelaufen
    [found] gefunden
    [lost] fehlt
    [not_there] nicht da
    [recalled] zurückgerufen
    [contaminated] verunreinigt
    [label] Etikett unlesbar
   *[other] { $what }
}

label-reason-of = { $what ->
    [unreadable] nicht lesbar
    [damaged] beschädigt
    [wrong] falsche Angaben
    [lost] abgefallen
   *[other] { $what }
}

act-of = { $what ->
    [received] Wareneingang
    [damaged] Schaden
    [returned] Retoure
    [lifted] Aufnahme
    [dropped] Abstellen
    [plate_built] neue Palette
    [picked] Entnahme
    [packed] Packen
    [loaded] Verladen
    [shipped] Versand
    [set_aside] Beiseitelegen
    [adjusted] Korrektur
    [consumed] Verbrauch
    [produced] Herstellung
    [counted] Zählung
    [disposed] Entsorgung
    [plate_broken] aufgelöste Palette
    [carton_closed] geschlossener Karton
    [pack_verified] Packprüfung
    [shorted] Fehlmenge
    [ship_confirmed] Versand
    [overridden] außer der Reihe
    [inspected] Prüfung
    [measured] Messung
    [blocked] Sperre
    [relabelled] neues Etikett
   *[other] { $what }
}

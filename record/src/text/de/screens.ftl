day = { $day }. { $month } { $year }
month-1 = Jan.
month-2 = Febr.
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = Aug.
month-9 = Sept.
month-10 = Okt.
month-11 = Nov.
month-12 = Dez.
plain = { $text }
plate-name = Palette { $plate }
place-unknown = nicht bekannt
virtual-supplier = Lieferant
virtual-customer = Kunde
virtual-produced = hergestellt
virtual-consumed = verbraucht
virtual-disposed = entsorgt
virtual-opening = Anfangsbestand
virtual-unexplained = ungeklärt

sign-in-title = ANMELDEN
sign-in-badge-prompt = Ausweis scannen
sign-in-pin-prompt = PIN eingeben
signed-in = Angemeldet: { $name }
open-work-waits = Offene Arbeit wartet
home-title = ARBEIT
home-prompt = Wählen oder etwas scannen
receive-title = WARENEINGANG
receive-title-of = WARENEINGANG  { $document }  { $owner }
choose-notice-prompt = Lieferavis wählen
receive-prompt = Nächsten Karton scannen
received-plate = { $plate } eingegangen
receipt-done = { $document } ist vollständig
receipt-short = { $document } mit Fehlmenge geschlossen
pick-title = ENTNAHME
pick-title-of = ENTNAHME  { $document }  Zeile { $line }/{ $lines }
choose-order-prompt = Auftrag wählen
pick-bin-prompt = Zu { $place } gehen, Platz scannen
pick-item-prompt = Ware scannen
pick-none-prompt = Nichts mehr zu entnehmen
pick-stage-prompt = Bei { $place } absetzen
at-bin = Bei { $place }
line-short = Zeile mit Fehlmenge beendet
bin-empty-noted = Notiert: Der Platz ist leer
order-staged = { $document } steht bei { $place }
put-away-title = EINLAGERN
put-away-lift-prompt = Scannen, was aufgenommen wird
put-away-drop-prompt = Platz scannen
on-the-cart = auf dem Wagen
still-on-cart = Auf dem Wagen liegt noch etwas. Erst absetzen.
lifted = Auf dem Wagen: { $what }
dropped = Eingelagert auf { $place }
look-up-title = NACHSEHEN
look-up-prompt = Etwas scannen
look-up-again-prompt = Das Nächste scannen
exceptions-title = AUSNAHMEN
exceptions-prompt = Ausnahme wählen
exceptions-none-prompt = Nichts ist offen
exception-title = AUSNAHME  { $age } Min.  Ziel { $target } Std.
exception-prompt = Entscheiden, was geschieht
exception-age = { $age } Min.
sign-badge-prompt = Zum Unterschreiben Ausweis scannen
sign-pin-prompt = Zum Unterschreiben PIN eingeben
signed = Unterschrieben von { $name }: { $meaning }
meaning-accept = das Gesehene stimmt
meaning-correct-record = der Eintrag war falsch und ist berichtigt
meaning-relabel = das Etikett ist falsch und wird ersetzt
meaning-quarantine = gesperrt bis zur Entscheidung
meaning-reject = abgewiesen
call-a-supervisor = Die Aufsicht rufen
put-aside-done = Beiseitegelegt bei { $place }. Die Aufsicht entscheidet: { $exception }.
undone = Zurückgenommen
range-first-prompt = Erste Seriennummer scannen
range-last-prompt = Letzte Seriennummer scannen
range-count-prompt = { $count ->
    [one] Eine Einheit zählen
   *[other] { $count } Einheiten zählen
}
range-counted = { $count ->
    [one] Eine Einheit gezählt
   *[other] { $count } Einheiten gezählt
}
tags-counted = { $new } Tags gezählt{ $again ->
    [0] {""}
   *[other] , { $again } schon gesehen
}
warn-tags-strange = { $new } Tags gezählt, { $strange } gehören zu etwas anderem und zählen nicht.
warn-tags-unwanted = { $count } Tags gesehen; hier wartet nichts auf Tags. Sie werden aufbewahrt und zählen nicht.
equal-label = { $said } · { $times }. gleiches Etikett
nothing-to-undo = Nichts zurückzunehmen
document-line = { $document }  { $partner }  { $owner }
line-of = { $done } von { $total } { $unit }  { $lot }
progress = { $done } von { $total } { $unit }
goods = { $name }, { $quantity }
goods-lot = { $name }, Charge { $lot }, { $quantity }
goods-lot-expiry = { $name }, Charge { $lot }, verfällt { $expiry }, { $quantity }
goods-lot-expiry-serial = { $name }, Charge { $lot }, verfällt { $expiry }, Seriennr. { $serial }
goods-serial = { $name }, Seriennr. { $serial }
stock-here = { $place }
stock-detail = { $amount }  { $lot }
block-of = { $kind }: { $reason }
contents-scanned = gescannt
contents-inferred = laut Avis
contents-unknown = nicht bekannt

action-receive = Wareneingang
action-pick = Entnahme
action-put-away = Einlagern
action-look-up = Nachsehen
action-exceptions = { $count ->
        [0] Ausnahmen
        [one] Ausnahmen (1)
       *[other] Ausnahmen ({ $count })
    }
action-sign-out = Abmelden
action-take-over = Offene Arbeit übernehmen
action-back = Zurück
action-undo = Rückgängig
action-done = Fertig
action-short = Fehlmenge
action-range = Seriennummern-Reihe
action-count-range = Zählen
action-bin-empty = Platz leer
action-put-aside = Beiseitelegen
action-scan-again = Neu scannen
action-understood = Verstanden
action-open-exception = { $n } öffnen
action-accept = Es stimmt
action-correct-record = Eintrag falsch, berichtigen
action-relabel = Etikett falsch, neu etikettieren
action-quarantine = Sperren
action-reject = Abweisen

field-person = Wer
field-cart = Wagen
field-first = Erste
field-last = Letzte
field-from = Von
field-for = Für
field-dock = Tor
field-go-to = Zu
field-at = Bei
field-item = Artikel
field-owner = Eigentümer
field-lot = Charge
field-serial = Seriennr.
field-expires = Verfällt
field-place = Platz
field-plate = Palette
field-contents = Inhalt
field-blocked = Gesperrt
field-what = Was
field-goods = Ware
field-on-label = Auf dem Etikett
field-in-record = Im Verzeichnis
field-seen-by = Gesehen von
field-who-may = Wer entscheidet
field-open-work = Hinweis

when-today = Heute { $clock }
when-day = { $day } { $clock }
history-received = { $when} eingegangen bei { $to }: { $amount }
history-lifted = { $when} aufgenommen von { $from }: { $amount }
history-dropped = { $when} abgesetzt auf { $to }: { $amount }
history-picked = { $when} entnommen von { $from }: { $amount }
history-set-aside = { $when} beiseitegelegt bei { $to }: { $amount }
history-seen = { $when} nachgesehen
history-raised = { $when} Ausnahme gemeldet ({ $what })
history-resolved = { $when} Ausnahme entschieden ({ $what })
history-undone = { $when} zurückgenommen ({ $what }): { $amount }
history-refused = { $when} gestoppt
history-detail = { $who }  { $document }

status-alone = Kein Server · { $queued } hier verwahrt
status-all-sent = Verbunden · alles gesendet
status-sending = Verbunden · { $queued } warten
status-offline = { $hours ->
        [0] Offline seit { $minutes } Min. · { $queued } warten
       *[other] Offline seit { $hours } Std. { $minutes } · { $queued } warten
    }
status-sign-in = Der Server kennt dieses Gerät nicht · { $queued } warten
status-revoked = Dieses Gerät ist gesperrt · { $queued } verwahrt
status-update = App zu alt für den Server · { $queued } warten
status-busy = Der Server bittet zu warten · { $queued } warten
status-alarm = Die Antwort des Servers war falsch · { $queued } verwahrt

calibrated = Kalibriert: Dieses Gerät weiß jetzt, wie sein Scanner Etiketten sendet.
calibrated-without-separator = Der Scanner verschluckt Trennzeichen. Seine Einstellungen berichtigen lassen, dann dieses Etikett noch einmal scannen.
half-label = { $item }: es fehlt noch: { $missing }. Den anderen Code scannen.
part-lot = Charge
part-serial = Seriennummer
part-expiry = Verfallsdatum
list-two = { $a } und { $b }
list-three = { $a }, { $b } und { $c }

more-title = WEITERE ARBEIT
more-prompt = Wählen oder etwas scannen
action-more = Weitere Arbeit
check-digits-prompt = Ziffern an { $place } eingeben
move-title = UMLAGERN
move-from-prompt = Platz oder Palette scannen
move-lift-prompt = Scannen, was aufgenommen wird
move-drop-prompt = Weiter aufnehmen oder Ziel scannen
moved = Abgestellt an { $place }
action-move = Umlagern
action-another-place = Woanders aufnehmen

action-adjust = Bestand korrigieren
action-other-reason = Anderer Grund
adjust-title = KORRIGIEREN
adjust-place-prompt = Platz scannen
adjust-reason-prompt = Grund wählen
adjust-scan-prompt = Scannen, worum es geht
adjust-quantity-prompt = Wie viele?
adjusted = Korrigiert: { $what }
signature-needed = Mehr, als eine Person korrigieren darf. Die Aufsicht unterschreibt.
sign-second-badge-prompt = Aufsicht: Ausweis scannen
sign-second-pin-prompt = Aufsicht: PIN eingeben
meaning-adjust = die Korrektur ist richtig
field-reason = Grund
reason-found = Gefunden
reason-lost = Fehlt
reason-damaged = Beschädigt
reason-expired = Abgelaufen
history-adjusted = { $when} korrigiert ({ $what }): { $amount }

action-count = Zählen
action-count-empty = Hier liegt nichts
count-title = ZÄHLEN
count-place-prompt = Platz scannen
count-scan-prompt = Scannen, was hier liegt
count-empty-prompt = Ist der Platz leer?
count-line = gezählt
count-is-open = Die Zählung ist offen. Abschließen oder zurücknehmen.
count-stands = Gezählt: { $place }
count-again = { $place } wird von einer anderen Person noch einmal gezählt.
count-differs = Die Zählung von { $place } weicht ab. Eine andere Person zählt noch einmal.
history-counted = { $when} gezählt an { $to }: { $amount }

# Ein Stopp hat drei Sätze: .what ist falsch, .why wissen wir es, .do was jetzt zu tun ist.

stop-unexplained = Stopp
    .what = So geht es nicht weiter.
    .why = Eine Regel dieses Standorts verbietet es.
    .do = Beiseitelegen und die Aufsicht rufen.
stop-prompt = Erst lesen
stop-unknown-item = Unbekannter Artikel
    .what = Kein Artikel hier hat den Code { $key }.
    .why = Er steht in keinem Katalog auf diesem Gerät.
    .do = Beiseitelegen und ein anderes Etikett daran scannen.
stop-several-owners = Wem gehört es?
    .what = { $count } Eigentümer haben den Code { $key }.
    .why = Das Etikett allein sagt nicht, wem es gehört.
    .do = Zuerst den Beleg öffnen, zu dem es gehört.
stop-lot-missing = Keine Charge
    .what = Auf diesem Etikett steht keine Charge.
    .why = Dieser Artikel wird nach Chargen geführt.
    .do = Das Etikett mit der Charge scannen.
stop-serial-missing = Keine Seriennummer
    .what = Auf diesem Etikett steht keine Seriennummer.
    .why = Jedes Stück dieses Artikels hat seine eigene.
    .do = Das Etikett mit der Seriennummer scannen.
stop-expiry-missing = Kein Verfalldatum
    .what = Auf diesem Etikett steht kein Verfalldatum, und für die Charge kennen wir keins.
    .why = Dieser Artikel verfällt.
    .do = Das Etikett mit dem Verfalldatum scannen.
stop-not-on-document = Nicht auf { $document }
    .what = { $document } verlangt { $item } nicht.
    .why = Keine seiner Zeilen hat diesen Artikel.
    .do = Beiseitelegen.
stop-over-receipt = Zu viel
    .what = { $adding } wäre mehr, als die Zeile verlangt.
    .why = { $done } von { $expected } sind schon da.
    .do = Beiseitelegen.
stop-expired-at-receipt = Verfallen
    .what = Charge { $lot } ist am { $expiry } verfallen.
    .why = So steht es auf dem Etikett.
    .do = Beiseitelegen.
stop-short-shelf-life = Zu kurz haltbar
    .what = Charge { $lot } verfällt am { $expiry }, { $left ->
        [one] in einem Tag
       *[other] in { $left } Tagen
    }.
    .why = Verlangt sind mindestens { $need } Tage.
    .do = Beiseitelegen oder eine andere Charge nehmen.
stop-expiry-contradiction = Anderes Verfalldatum
    .what = Dieses Etikett sagt, Charge { $lot } verfällt am { $label }.
    .why = Wir kennen sie mit { $known }{ $units ->
        [0] .
       *[other] , von { $units } Stück hier.
    }
    .do = Beiseitelegen.
stop-serial-known = Seriennummer schon hier
    .what = Seriennummer { $serial } ist schon im Lager.
    .why = Verzeichnet ist sie bei { $at }.
    .do = Beiseitelegen: eine der beiden ist nicht echt oder wurde schon gescannt.
stop-serial-shipped = Seriennummer ist versandt
    .what = Seriennummer { $serial } hat dieses Lager verlassen.
    .why = Sie ist als versandt verzeichnet.
    .do = Als Rückgabe behandeln.
stop-recalled = Zurückgerufen
    .what = { $subject } ist zurückgerufen ({ $reason }).
    .why = Rückruf { $block } erfasst es.
    .do = In den Sperrbereich bringen. Es darf nicht hinaus.
stop-blocked = Gesperrt
    .what = { $subject } darf nicht entnommen werden: { $kind } ({ $reason }).
    .why = Sperre { $block } erfasst es.
    .do = Liegen lassen und anderes nehmen.
stop-expired = Verfallen
    .what = Charge { $lot } ist am { $expiry } verfallen.
    .why = Verfallene Ware darf nicht hinaus.
    .do = Hier lassen und eine andere Charge nehmen.
stop-rotation = Andere Charge zuerst
    .what = Charge { $first } auf { $place } muss vor Charge { $lot } hinaus.
    .why = Sie verfällt früher: { $firstday }.
    .do = Charge { $first } von { $place } nehmen.
stop-wrong-place = Falscher Platz
    .what = Das ist { $scanned }.
    .why = Die Arbeit ist bei { $asked }.
    .do = Zu { $asked } gehen.
stop-wrong-item = Falscher Artikel
    .what = Das ist { $scanned }.
    .why = Die Zeile verlangt { $asked }.
    .do = Zurücklegen und { $asked } scannen.
stop-over-pick = Mehr als verlangt
    .what = { $adding } weitere wären zu viel.
    .why = { $done } von { $asked } sind entnommen.
    .do = Zurücklegen oder die Packung öffnen.
stop-no-authority = Nicht Ihre Entscheidung
    .what = Die Rolle { $role } kann das nicht entscheiden.
    .why = Der Standort gibt es einer anderen Rolle.
    .do = Die Aufsicht rufen.
stop-own-scan = Eigener Scan
    .what = Diesen Scan haben Sie selbst gemacht.
    .why = Niemand entscheidet über die eigene Ausnahme.
    .do = Eine andere Aufsicht bitten.
stop-out-of-scope = Nicht Ihr Eigentümer
    .what = Diese Ware gehört einem Eigentümer, für den Sie nicht arbeiten.
    .why = So steht es im Verzeichnis.
    .do = Eine Aufsicht dieses Eigentümers bitten.

stop-unknown-document = Unbekannter Beleg
    .what = { $document } ist hier nicht offen.
    .why = Dieses Gerät kennt keinen offenen Beleg dieser Nummer.
    .do = Einen aus der Liste wählen.
stop-no-dock = Kein Tor
    .what = { $document } hat kein Tor.
    .why = Das Avis sagt nicht, wo es ankommt.
    .do = Das Büro nach dem Tor fragen.
stop-no-staging = Kein Bereitstellplatz
    .what = { $document } hat keinen Bereitstellplatz.
    .why = Der Auftrag sagt nicht, wo er bereitgestellt wird.
    .do = Das Büro nach dem Platz fragen.
stop-not-a-label = Kein Warenetikett
    .what = { $text } ist kein Warenetikett.
    .why = Es hat keinen Artikelcode.
    .do = Das Etikett am Karton scannen.
stop-range-no-serial = Keine Seriennummer
    .what = Dieses Etikett hat keine Seriennummer.
    .why = Eine Reihe wird durch ihre erste und letzte Seriennummer bestimmt.
    .do = Das Etikett einer Einheit scannen.
stop-range-other-goods = Andere Ware
    .what = Das ist nicht dasselbe wie das erste Etikett der Reihe.
    .why = Artikel, Charge und Verfall müssen von der ersten bis zur letzten gleich sein.
    .do = Die letzte Einheit der Reihe scannen oder zurückgehen.
stop-no-range = Keine Reihe von Seriennummern
    .what = { $first } bis { $last } ist keine Reihe.
    .why = { $why ->
        [backwards] Die letzte Seriennummer kommt vor der ersten.
        [too_long] Das wären mehr als 10.000 Einheiten.
       *[not_in_a_row] Die Seriennummern unterscheiden sich in mehr als den Ziffern am Ende.
    }
    .do = Die letzte Einheit der Reihe scannen oder zurückgehen.
stop-range-confirm = Erst die Reihe zählen
    .what = Die Reihe von Seriennummern ist noch nicht gezählt.
    .why = Ihre erste und ihre letzte Einheit sind bekannt.
    .do = Zählen oder zurückgehen.
stop-unreadable-label = Etikett unlesbar
    .what = Dieses Etikett ist beschädigt oder falsch gedruckt.
    .why = { $why } ({ $code }).
    .do = Ein anderes Etikett daran scannen oder beiseitelegen.
stop-unknown-place = Unbekannter Platz
    .what = { $place } ist hier kein Platz.
    .why = Er ist nicht unter den Plätzen dieses Standorts.
    .do = Das Etikett des Platzes scannen.
stop-nothing-lifted = Nichts aufgenommen
    .what = Für { $place } ist nichts auf dem Wagen.
    .why = Eine Last wird aufgenommen, bevor sie abgesetzt wird.
    .do = Zuerst scannen, was eingelagert wird.
stop-not-a-bin = Kein Lagerplatz
    .what = { $place } trägt Ware, lagert sie aber nicht.
    .why = Einlagern endet auf einem Lagerplatz.
    .do = Einen Lagerplatz scannen.
stop-already-lifted = Schon auf dem Wagen
    .what = { $what } ist schon auf dem Wagen.
    .why = Es wurde vorher aufgenommen.
    .do = Den Lagerplatz scannen.
stop-scan-bin-first = Erst den Platz scannen
    .what = Der Platz ist noch nicht bestätigt.
    .why = Verzeichnet wird, woher es genommen wurde.
    .do = Das Etikett des Platzes scannen.
stop-scan-staging = Alle Zeilen fertig
    .what = Mehr ist nicht verlangt.
    .why = Jede Zeile dieses Auftrags ist entnommen.
    .do = { $place } scannen.
stop-not-found = Nichts gefunden
    .what = { $text } ist hier unbekannt.
    .why = Es ist kein Etikett, Platz oder Palette dieses Standorts.
    .do = Noch einmal scannen.
stop-other-badge = Anderer Ausweis
    .what = Das ist nicht Ihr Ausweis.
    .why = Eine Unterschrift braucht den Ausweis der angemeldeten Person.
    .do = Den eigenen Ausweis scannen.
stop-scan-not-here = Kein Scan nötig
    .what = Dieser Schritt nimmt keinen Scan.
    .why = Zuerst ist etwas zu wählen.
    .do = Eine der Möglichkeiten wählen.
stop-acknowledge-first = Erst bestätigen
    .what = Dieser Scan zählte nicht.
    .why = Ein Stopp wartet noch.
    .do = Den Stopp bestätigen, dann neu scannen.
stop-unknown-badge = Unbekannter Ausweis
    .what = Dieser Ausweis ist hier nicht bekannt.
    .why = Er steht nicht im Verzeichnis dieses Standorts.
    .do = Den eigenen Ausweis scannen oder die Aufsicht fragen.
stop-inactive = Ausweis nicht in Gebrauch
    .what = Dieser Ausweis ist nicht mehr in Gebrauch.
    .why = So steht es im Verzeichnis.
    .do = Die Aufsicht fragen.
stop-wrong-pin = Falsche PIN
    .what = Diese PIN stimmt nicht.
    .why = Sie passt nicht zum Ausweis.
    .do = Ausweis scannen und neu versuchen.
stop-locked-out = Gesperrt
    .what = Zu viele falsche PINs.
    .why = Der Ausweis ist auf diesem Gerät gesperrt.
    .do = { $minutes ->
        [one] Eine Minute warten
       *[other] { $minutes } Minuten warten
    } oder die Aufsicht fragen.

warn-serial-elsewhere = Seriennummer { $serial } war bei { $at } verzeichnet. Sie zählt als von { $from } genommen.
warn-expired = Charge { $lot } ist am { $expiry } verfallen. Bewegen ist erlaubt, Versand nicht.
warn-expires-soon = Charge { $lot } verfällt am { $expiry }, { $left ->
        [0] heute
        [one] in einem Tag
       *[other] in { $left } Tagen
    }. Gezählt.
warn-rotation-allocated = Charge { $first } ginge zuerst. Das Büro wählte Charge { $lot }, deshalb zählt es.
warn-other-place = Vorgeschlagen war { $asked }. Verzeichnet ist { $scanned }.
warn-not-in-stock = Verzeichnet sind { $held } von { $subject } bei { $from }. Ihr Scan zählte.
warn-origin-unknown = Woher { $subject } kam, wissen wir noch nicht. Gezählt.
warn-blocked = { $subject } ist gesperrt ({ $kind }: { $reason }). Bewegen ist erlaubt, Versand nicht.

# Was das Gateway beim Anwenden eines Eintrags findet.
found-block-unknown = Eine Sperre wurde aufgehoben, die das Gateway nicht kennt. Nichts wurde geändert.
found-exception-settled = Über diese Ausnahme hat schon jemand anderes entschieden. Die strengere Entscheidung gilt.
found-exception-unknown = Über eine Ausnahme wurde entschieden, die das Gateway nicht kennt. Nichts wurde geändert.
found-no-authority = Wer hier unterschrieb, darf das nicht entscheiden. Verzeichnet, aber ohne Wirkung.
found-undo-differs = Zurückgenommen wurde etwas, das anders verzeichnet ist. Nichts wurde geändert.
found-undo-unknown = Zurückgenommen wurde etwas, das das Gateway nicht kennt. Nichts wurde geändert.
found-undone-twice = Das wurde schon zurückgenommen. Das zweite Mal hat keine Wirkung.
found-verdict-disagrees = Die Regeln sagen zu den Fakten dieses Eintrags anderes als das Handgerät. Der Eintrag zählt.
found-wms-refused = Das eigene System des Lagers hat das abgewiesen: { $reason }

stop-second-code-alone = Erst den Artikelcode
    .what = Dieser Code zählte nicht.
    .why = Er nennt Charge, Seriennummer oder Datum, aber nicht seinen Artikel, und direkt davor kam kein Artikelcode.
    .do = Den Artikelcode scannen, dann diesen.
stop-two-halves = Zwei Artikel sind offen
    .what = Keiner dieser Codes zählte.
    .why = Der Artikelcode davor wartet noch auf seinen anderen Code, und dies ist ein anderer Artikel.
    .do = Beide Codes einer Einheit nacheinander scannen, dann die nächste Einheit.
stop-no-number-left = Keine Nummer mehr
    .what = Dieses Gerät hat keine Nummer mehr für { $series }.
    .why = Jede Nummer gilt einmal, und alle ihm zugeteilten sind verbraucht.
    .do = Dorthin gehen, wo es Netz gibt; neue kommen von selbst.
stop-ambiguous-label = Noch einmal scannen
    .what = Dieses Etikett zählte nicht.
    .why = Ein Trennzeichen zwischen seinen Teilen ging verloren, und es lässt sich auf { $count } Arten lesen.
    .do = Noch einmal oder einen anderen Code daran scannen. Hilft das nicht, einmal das Kalibrieretikett scannen.
stop-calibration = Kalibrierung misslungen
    .what = Dieses Gerät hat nichts gelernt.
    .why = { $why ->
        [letters] Der Scanner macht aus großen Buchstaben kleine oder aus kleinen große.
        [separators] Der Scanner sendet nicht für jedes Trennzeichen dasselbe.
       *[reads] Der Scanner sandte das Etikett mehrmals, und nicht jedes Mal gleich.
    }
    .do = Die Einstellungen des Scanners berichtigen lassen, dann das Kalibrieretikett noch einmal scannen.

stop-check-digits = Andere Ziffern
    .what = { $entered } steht nicht an { $place }.
    .why = Die Ziffern am Platz zeigen, dass es der richtige ist.
    .do = Ziffern an { $place } noch einmal lesen.
stop-digits-first = Zuerst die Ziffern
    .what = Dieser Scan zählte nicht.
    .why = { $place } ist noch nicht bestätigt.
    .do = Die Ziffern eingeben, die an { $place } stehen.
stop-serial-gone = Nicht mehr hier
    .what = Seriennummer { $serial } sollte nicht hier sein.
    .why = Laut Aufzeichnung ist sie { $status ->
        [consumed] verbraucht
       *[disposed] vernichtet
    }.
    .do = Beiseitelegen und die Aufsicht rufen.
stop-blocked-goods = Nur in einen Käfig
    .what = { $subject } ist gesperrt: { $kind } ({ $reason }).
    .why = Sperre { $block } deckt es ab.
    .do = In einem Käfig abstellen.
stop-blocked-place = Platz gesperrt
    .what = { $subject } ist gesperrt: { $kind } ({ $reason }).
    .why = Sperre { $block } deckt den Platz ab.
    .do = Woanders abstellen.
stop-place-first = Zuerst der Platz
    .what = Dieser Scan zählte nicht.
    .why = Die Aufzeichnung muss wissen, wo es entnommen wird.
    .do = Das Etikett des Platzes scannen, an dem es liegt.
stop-only-carries = Trägt nur
    .what = { $place } trägt Ware, lagert sie aber nicht.
    .why = Es ist ein Wagen, eine Gabel oder eine Kiste.
    .do = Den Platz selbst scannen.
warn-contents-unknown = Niemand weiß, was auf { $subject } ist; Rückrufe ließen sich nicht prüfen. Gezählt.

stop-reason-first = Erst der Grund
    .what = Dieser Scan zählte nicht.
    .why = Es muss bekannt sein, warum Bestand kommt oder geht.
    .do = Grund wählen.
stop-quantity-first = Wie viele?
    .what = Dieser Scan zählte nicht.
    .why = Die Menge des letzten Scans ist noch offen.
    .do = Menge eingeben oder zurücknehmen.
stop-not-a-quantity = Keine Menge
    .what = { $text } kann keine Menge sein.
    .why = Gebraucht wird eine Zahl über null.
    .do = Menge noch einmal eingeben.
stop-adjust-limit = Zweite Person nötig
    .what = Das sind mehr als { $limit } auf einmal.
    .why = Darüber verlangt der Standort zwei Personen.
    .do = Aufsicht rufen.
stop-same-person = Eine andere Person unterschreibt
    .what = Das ist Ihre eigene Arbeit.
    .why = Es braucht zwei Personen, jede mit Ausweis.
    .do = Eine andere Aufsicht um die Unterschrift bitten.

stop-count-differs = Noch einmal zählen
    .what = Die Zählung weicht von der Aufzeichnung ab.
    .why = Es ist mehr, als der Standort duldet.
    .do = Eine andere Person zählt noch einmal.
stop-own-count = Eigene Zählung
    .what = Hier haben Sie schon gezählt.
    .why = Eine andere Person muss noch einmal zählen.
    .do = Jemand anderen zählen lassen.
stop-count-open = Zählung ist offen
    .what = Dieser Scan zählte nicht.
    .why = Die Zählung dieses Platzes ist nicht fertig.
    .do = Ware scannen oder Fertig wählen.
stop-count-loose = Nur lose Ware
    .what = Eine Palette wird nicht mit loser Ware gezählt.
    .why = Sie steht, wo sie abgestellt wurde.
    .do = Scannen, was daneben liegt.
stop-counted-twice = Schon gezählt
    .what = Seriennummer { $serial } wurde eben gezählt.
    .why = Eine Seriennummer ist eine Einheit.
    .do = Die nächste scannen.

stop-own-block = Eigene Sperre
    .what = Sperre { $block } haben Sie selbst gesetzt.
    .why = Niemand gibt frei, was er selbst gesperrt hat.
    .do = Eine andere Person mit dieser Befugnis bitten.
stop-other-range = Nicht das andere Ende
    .what = Dieses Etikett hat keine Seriennummer desselben Artikels.
    .why = Ein Bereich geht von einer Seriennummer eines Artikels zu einer anderen.
    .do = Das Stück am anderen Ende scannen oder zurückgehen.
stop-not-a-lot = Keine Chargennummer
    .what = { $text } kann keine Chargennummer sein.
    .why = Eine Chargennummer hat ein bis fünfzig druckbare Zeichen.
    .do = So eingeben, wie sie gedruckt ist.

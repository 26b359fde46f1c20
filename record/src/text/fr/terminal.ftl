# L'appareil dans un terminal : ce qui entoure l'écran.

tone-accept = COMPTÉ
tone-warn = ATTENTION
tone-stop = ARRÊT
training-frame = FORMATION
hint-scan = scan
hint-text = texte
hint-quantity = quantité
hint-pin = PIN
hint-choose = choix
line-done = terminé
standing-at-gateway = à la passerelle { $n }
standing-in-wms = dans le WMS { $n }
key-labels = ? étiquettes
key-leave = F10 quitter
console-at = console { $url }
labels-title = Étiquettes : flèches ou numéro, Entrée scanne, Échap ferme
labels-none = Il n'y a d'étiquettes d'essai que sur un site à soi (--demo).
sync-done = Envoyés : { $sent }. { $rows ->
        [one] { $rows } ligne reçue
        [many] { $rows } de lignes reçues
       *[other] { $rows } lignes reçues
    }.
sync-unreached = La passerelle est injoignable ; le travail continue.
sync-failed = Non envoyé : { $why }
plain-help = Tapez ce que vous scannez, une touche entre crochets, `back`, `sync`, `?` pour des étiquettes d'essai, ou `quit`.
plain-no-key = Cette touche n'existe pas ici.
label-printed = Étiquette imprimée : { $label }
label-failed = Étiquette non imprimée : { $label }. { $why }
label-unknown = Étiquette envoyée : { $label }. Regardez si elle est sortie.
units-verified = Vérification : { $active } libérées, { $refused } non authentiques, { $unanswered } sans réponse.

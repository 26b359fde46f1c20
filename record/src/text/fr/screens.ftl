day = { $day } { $month } { $year }
month-1 = janv.
month-2 = févr.
month-3 = mars
month-4 = avr.
month-5 = mai
month-6 = juin
month-7 = juil.
month-8 = août
month-9 = sept.
month-10 = oct.
month-11 = nov.
month-12 = déc.
plain = { $text }
plate-name = Palette { $plate }
place-unknown = inconnu
virtual-supplier = fournisseur
virtual-customer = client
virtual-produced = produit
virtual-consumed = consommé
virtual-disposed = détruit
virtual-opening = stock initial
virtual-unexplained = inexpliqué

sign-in-title = CONNEXION
sign-in-badge-prompt = Scannez votre badge
sign-in-pin-prompt = Tapez votre code PIN
signed-in = Connecté : { $name }
open-work-waits = Du travail en cours attend
home-title = TRAVAIL
home-prompt = Choisissez ou scannez quelque chose
receive-title = RÉCEPTION
receive-title-of = RÉCEPTION  { $document }  { $owner }
choose-notice-prompt = Choisissez l'avis d'expédition
receive-prompt = Scannez le carton suivant
received-plate = { $plate } reçue
receipt-done = { $document } est complet
receipt-short = { $document } clos avec manquant
pick-title = PRÉLEVER
pick-title-of = PRÉLEVER  { $document }  ligne { $line }/{ $lines }
choose-order-prompt = Choisissez la commande
pick-bin-prompt = Allez à { $place }, scannez l'emplacement
pick-item-prompt = Scannez la marchandise
pick-none-prompt = Plus rien à prélever
pick-stage-prompt = Déposez tout à { $place }
at-bin = À { $place }
line-short = Ligne close avec manquant
bin-empty-noted = Noté : l'emplacement est vide
order-staged = { $document } est à { $place }
put-away-title = RANGER
put-away-lift-prompt = Scannez ce que vous prenez
put-away-drop-prompt = Scannez l'emplacement
on-the-cart = sur le chariot
still-on-cart = Il reste quelque chose sur le chariot. Déposez-le d'abord.
lifted = Sur le chariot : { $what }
dropped = Rangé à { $place }
look-up-title = CONSULTER
look-up-prompt = Scannez n'importe quoi
look-up-again-prompt = Scannez la suite
exceptions-title = ANOMALIES
exceptions-prompt = Choisissez une anomalie
exceptions-none-prompt = Rien n'est en attente
exception-title = ANOMALIE  { $age } min  délai { $target } h
exception-prompt = Décidez de la suite
exception-age = depuis { $age } min
sign-badge-prompt = Scannez votre badge pour signer
sign-pin-prompt = Tapez votre PIN pour signer
signed = Signé par { $name } : { $meaning }
meaning-accept = ce qui a été vu est juste
meaning-correct-record = le registre était faux, il est corrigé
meaning-relabel = l'étiquette est fausse, elle est remplacée
meaning-quarantine = en quarantaine jusqu'à décision
meaning-reject = refusé
call-a-supervisor = Appelez un responsable
put-aside-done = Mis de côté à { $place }. Un responsable décide : { $exception }.
undone = Annulé
range-first-prompt = Scannez le premier numéro de série
range-last-prompt = Scannez le dernier numéro de série
range-count-prompt = { $count ->
    [one] Comptez { $count } unité
    [many] Comptez { $count } d'unités
   *[other] Comptez { $count } unités
}
range-counted = { $count ->
    [one] { $count } unité comptée
    [many] { $count } d'unités comptées
   *[other] { $count } unités comptées
}
tags-counted = Tags comptés : { $new }{ $again ->
    [0] {""}
   *[other] , déjà vus : { $again }
}
warn-tags-strange = Tags comptés : { $new }. D'autre chose, donc non comptés : { $strange }.
warn-tags-unwanted = Tags vus : { $count }. Rien n'attend de tags ici. Ils sont gardés et ne comptent pas.
equal-label = { $said } · { $times }e étiquette identique
nothing-to-undo = Rien à annuler
document-line = { $document }  { $partner }  { $owner }
line-of = { $done } sur { $total } { $unit }  { $lot }
progress = { $done } sur { $total } { $unit }
goods = { $name }, { $quantity }
goods-lot = { $name }, lot { $lot }, { $quantity }
goods-lot-expiry = { $name }, lot { $lot }, périme le { $expiry }, { $quantity }
goods-lot-expiry-serial = { $name }, lot { $lot }, périme le { $expiry }, n° de série { $serial }
goods-serial = { $name }, n° de série { $serial }
stock-here = { $place }
stock-detail = { $amount }  { $lot }
block-of = { $kind } : { $reason }
contents-scanned = scanné
contents-inferred = selon l'avis
contents-unknown = inconnu

action-receive = Réception
action-pick = Prélever
action-put-away = Ranger
action-look-up = Consulter
action-exceptions = { $count ->
        [0] Anomalies
        [one] Anomalies (1)
        [many] Anomalies ({ $count })
       *[other] Anomalies ({ $count })
    }
action-sign-out = Se déconnecter
action-take-over = Reprendre le travail en cours
action-back = Retour
action-undo = Annuler
action-done = Terminé
action-short = Manquant
action-range = Numéros de série à la suite
action-count-range = Les compter
action-bin-empty = Emplacement vide
action-put-aside = Mettre de côté
action-scan-again = Scanner à nouveau
action-understood = Compris
action-open-exception = Ouvrir { $n }
action-accept = C'est juste
action-correct-record = Registre faux, le corriger
action-relabel = Étiquette fausse, réétiqueter
action-quarantine = Quarantaine
action-reject = Refuser

field-person = Personne
field-cart = Chariot
field-first = Premier
field-last = Dernier
field-from = De
field-for = Pour
field-dock = Quai
field-go-to = Allez à
field-at = À
field-item = Article
field-owner = Propriétaire
field-lot = Lot
field-serial = N° de série
field-expires = Périme
field-place = Emplacement
field-plate = Palette
field-contents = Contenu
field-blocked = Bloqué
field-what = Quoi
field-goods = Marchandise
field-on-label = Sur l'étiquette
field-in-record = Dans notre registre
field-seen-by = Vu par
field-who-may = Qui peut décider
field-open-work = À noter

when-today = Aujourd'hui { $clock }
when-day = { $day } { $clock }
history-received = { $when} reçu à { $to } : { $amount }
history-lifted = { $when} pris à { $from } : { $amount }
history-dropped = { $when} déposé à { $to } : { $amount }
history-picked = { $when} prélevé à { $from } : { $amount }
history-set-aside = { $when} mis de côté à { $to } : { $amount }
history-seen = { $when} consulté
history-raised = { $when} anomalie signalée ({ $what })
history-resolved = { $when} anomalie réglée ({ $what })
history-undone = { $when} annulé ({ $what }) : { $amount }
history-refused = { $when} arrêté
history-detail = { $who }  { $document }

status-alone = Pas de serveur · { $queued } gardés ici
status-all-sent = En ligne · tout est envoyé
status-sending = En ligne · { $queued } en attente
status-offline = { $hours ->
        [0] Hors ligne { $minutes } min · { $queued } en attente
       *[other] Hors ligne { $hours } h { $minutes } · { $queued } en attente
    }
status-sign-in = Le serveur ne connaît pas cet appareil · { $queued } en attente
status-revoked = Cet appareil a été coupé · { $queued } gardés
status-update = Appli trop ancienne pour le serveur · { $queued } en attente
status-busy = Le serveur demande d'attendre · { $queued } en attente
status-alarm = La réponse du serveur était fausse · { $queued } gardés

calibrated = Calibré : cet appareil sait maintenant comment son lecteur envoie les étiquettes.
calibrated-without-separator = Le lecteur avale les séparateurs. Faites corriger ses réglages, puis scannez encore cette étiquette.
half-label = { $item } : il manque encore : { $missing }. Scannez l'autre code.
part-lot = numéro de lot
part-serial = numéro de série
part-expiry = date de péremption
list-two = { $a } et { $b }
list-three = { $a }, { $b } et { $c }

more-title = AUTRES TRAVAUX
more-prompt = Choisissez ou scannez quelque chose
action-more = Autres travaux
check-digits-prompt = Tapez les chiffres de { $place }
move-title = DÉPLACER
move-from-prompt = Scannez l'emplacement ou la palette
move-lift-prompt = Scannez ce que vous prenez
move-drop-prompt = Scannez la suite, ou la destination
moved = Déposé à { $place }
action-move = Déplacer
action-another-place = Prendre ailleurs

action-adjust = Ajuster le stock
action-other-reason = Autre motif
adjust-title = AJUSTER
adjust-place-prompt = Scannez l'emplacement
adjust-reason-prompt = Choisissez le motif
adjust-scan-prompt = Scannez ce qui est à ajuster
adjust-quantity-prompt = Combien ?
adjusted = Ajusté : { $what }
signature-needed = C'est plus qu'une personne ne peut ajuster. Un responsable signe.
sign-second-badge-prompt = Responsable : scannez votre badge
sign-second-pin-prompt = Responsable : tapez votre PIN
meaning-adjust = l'ajustement est juste
field-reason = Motif
reason-found = Trouvé
reason-lost = Perdu
reason-damaged = Abîmé
reason-expired = Périmé
history-adjusted = { $when} ajusté ({ $what }) : { $amount }

action-count = Compter
action-count-empty = Il n'y a rien ici
count-title = COMPTER
count-place-prompt = Scannez l'emplacement
count-scan-prompt = Scannez ce qui est ici
count-empty-prompt = L'emplacement est-il vide ?
count-line = compté
count-is-open = Le comptage est ouvert. Terminez-le ou annulez.
count-stands = Compté : { $place }
count-again = Une autre personne recompte { $place }.
count-differs = Le comptage de { $place } diffère. Une autre personne recompte.
history-counted = { $when} compté à { $to } : { $amount }

action-hold = Bloquer ou libérer
hold-title = BLOQUER
hold-scan-prompt = Scannez ce qui est concerné
hold-choose-prompt = Choisissez : bloquer ou libérer
hold-range-prompt = Scannez l'autre bout
hold-number-prompt = Entrez le lot du fournisseur
hold-kind-prompt = Blocage ou quarantaine ?
hold-reason-prompt = Choisissez ou entrez le motif
hold-release-prompt = Pourquoi le libérer ?
action-hold-serial = Bloquer cette unité
action-hold-range = Bloquer une plage de séries
action-hold-lot = Bloquer le lot
action-hold-supplier-lot = Bloquer le lot du fournisseur
action-hold-item = Bloquer tout l'article
action-hold-place = Bloquer l'emplacement
action-hold-plate = Bloquer la palette
action-kind-hold = Blocage
action-kind-quarantine = Mise en quarantaine
action-release = Libérer { $block }
block-reason-damaged = abîmé
block-reason-contaminated = contaminé
block-reason-paperwork = papiers manquants
block-reason-complaint = réclamation
block-reason-inspected = inspecté et bon
block-reason-paperwork-came = les papiers sont là
block-reason-by-mistake = bloqué par erreur
block-covers = { $block } : { $covers }
block-gone = Le blocage { $block } n'est plus ouvert.
covers-item = tout l'article { $item }
covers-lot = le lot { $lot }
covers-supplier-lot = le lot { $lot } du fournisseur
covers-serial = n° de série { $serial }
covers-numbers = séries { $first } à { $last } par nombre
covers-letters = séries { $first } à { $last } par lettre
covers-place = tout à { $place }
held = Bloqué : { $what }, blocage { $block }
quarantined = En quarantaine : { $what }, blocage { $block }
meaning-release = libéré
field-covers = Couvre
field-block = Blocage
history-blocked = { $when} bloqué
history-released = { $when} blocage levé

action-shift-end = Terminer le poste
shift-title = FIN DE POSTE
shift-prompt = Voyez ce qui reste ouvert
shift-clear-prompt = Rien ne reste ouvert
shift-lines-open = { $open } lignes ouvertes sur { $lines }
field-unsent = Non envoyé
field-on-cart = Sur le chariot
field-half-done = À moitié fait
field-own-exceptions = Vos exceptions
action-ship = Charger et expédier
action-close-trailer = Fermer la remorque
action-ship-now = Expédier
action-ship-short = Expédier avec manquant
action-sign-exception = Un responsable signe
ship-title = EXPÉDIER
ship-title-of = EXPÉDIER  { $document }
ship-trailer-prompt = Scannez la remorque
ship-load-prompt = Scannez ce que vous chargez
ship-seal-prompt = Scannez ou tapez le scellé
ship-ready-prompt = Expédiez, ou scannez un autre scellé
ship-confirm-prompt = Expédier sans cela ?
ship-short = Il en manque { $missing }. Chargez-les, ou expédiez avec manquant.
field-trailer = Remorque
field-seal = Scellé
field-recall-list = Liste de rappels
list-age = { $hours ->
        [0] il y a { $minutes } min
       *[other] il y a { $hours } h { $minutes } min
    }
list-none = aucune
loaded = Chargé : { $what }. Liste de rappels : { $list }
sealed = Scellé { $seal }
nothing-loaded = Rien n'est encore sur la remorque.
loading-goes-on = { $document } reste ouverte sur { $trailer }. Tout le monde peut continuer.
order-shipped = { $document } est partie pour { $partner }. Liste de rappels : { $list }
meaning-recall-list = chargé et expédié avec une ancienne liste de rappels
history-loaded = { $when} chargé sur { $to } : { $amount }
history-shipped = { $when} expédié à { $partner } : { $amount }

# Un arrêt a trois phrases : .what ce qui ne va pas, .why comment on le sait, .do quoi faire maintenant.

stop-unexplained = Arrêt
    .what = On ne peut pas continuer ainsi.
    .why = Une règle de ce site l'interdit.
    .do = Mettez-le de côté et appelez un responsable.
stop-prompt = Lisez d'abord ceci
stop-unknown-item = Article inconnu
    .what = Aucun article ici ne porte le code { $key }.
    .why = Il n'est dans aucun catalogue de cet appareil.
    .do = Mettez-le de côté et scannez une autre de ses étiquettes.
stop-several-owners = À qui est-ce ?
    .what = { $count } propriétaires ont le code { $key }.
    .why = L'étiquette seule ne dit pas à qui c'est.
    .do = Ouvrez d'abord le document concerné.
stop-lot-missing = Pas de numéro de lot
    .what = Cette étiquette n'a pas de numéro de lot.
    .why = Cet article est suivi par lot.
    .do = Scannez l'étiquette qui porte le lot.
stop-serial-missing = Pas de numéro de série
    .what = Cette étiquette n'a pas de numéro de série.
    .why = Chaque unité de cet article a le sien.
    .do = Scannez l'étiquette qui porte le numéro de série.
stop-expiry-missing = Pas de date de péremption
    .what = Cette étiquette n'a pas de date de péremption, et nous n'en connaissons pas pour son lot.
    .why = Cet article périme.
    .do = Scannez l'étiquette qui porte la date.
stop-not-on-document = Pas sur { $document }
    .what = { $document } ne demande pas { $item }.
    .why = Aucune de ses lignes n'a cet article.
    .do = Mettez-le de côté.
stop-over-receipt = Trop
    .what = { $adding } ferait plus que la ligne ne demande.
    .why = { $done } sur { $expected } sont déjà là.
    .do = Mettez-le de côté.
stop-unexpected-lot = Lot non annoncé
    .what = { $document } n'indique pas le lot { $lot }.
    .why = Pour cet article, il indique { $listed }.
    .do = Mettez-le de côté : un responsable décide.
warn-unexpected-lot = { $document } n'indique pas le lot { $lot } mais { $listed }. Il compte.
stop-unexpected-serial = Numéro de série non annoncé
    .what = { $document } n'indique pas le numéro de série { $serial }.
    .why = Il indique un par un les numéros de série de cet article.
    .do = Mettez-le de côté : un responsable décide.
stop-serial-of-another = Numéro d'un autre avis
    .what = { $document } n'indique pas le numéro de série { $serial }.
    .why = { $other } l'indique.
    .do = Recevez-le là, ou mettez-le de côté.
warn-unexpected-serial = { $document } n'indique pas le numéro de série { $serial }. Il compte.
warn-serial-told-twice = { $other } indique aussi le numéro de série { $serial }. Il compte pour { $document }.
warn-serials-missing = { $document } clos avec manquant. Numéros de série non arrivés : { $count } ({ $serials }).
warn-line-short = Ligne { $line } : { $done } sur { $expected } sont arrivés.
warn-notice-bare = { $document } n'indique pas tous les lots. Lignes sans lot : { $count }. Le responsable est averti.
warn-lot-size = Le lot { $lot } compte maintenant { $size }, plus que les { $limit } habituels. C'est compté.
stop-pallet-unknown = Palette non annoncée
    .what = Personne n'a dit ce qu'il y a sur { $plate }.
    .why = Seul un avis d'expédition dit ce que porte une palette.
    .do = Scannez les cartons posés dessus.
stop-expired-at-receipt = Périmé
    .what = Le lot { $lot } est périmé depuis le { $expiry }.
    .why = L'étiquette le dit.
    .do = Mettez-le de côté.
stop-short-shelf-life = Date trop courte
    .what = Le lot { $lot } périme le { $expiry }, { $left ->
        [one] dans { $left } jour
        [many] dans { $left } de jours
       *[other] dans { $left } jours
    }.
    .why = Il faut au moins { $need } jours.
    .do = Mettez-le de côté ou prenez un autre lot.
stop-expiry-contradiction = Autre péremption
    .what = Cette étiquette dit que le lot { $lot } périme le { $label }.
    .why = Nous le connaissons avec { $known }{ $units ->
        [0] .
        [one] , sur { $units } unité ici.
        [many] , sur { $units } d'unités ici.
       *[other] , sur { $units } unités ici.
    }
    .do = Mettez-le de côté.
stop-serial-known = Ce numéro de série est déjà là
    .what = Le numéro de série { $serial } est déjà dans l'entrepôt.
    .why = Le registre le situe à { $at }.
    .do = Mettez-le de côté : l'un des deux n'est pas authentique, ou a déjà été scanné.
stop-serial-shipped = Ce numéro de série est parti
    .what = Le numéro de série { $serial } a quitté cet entrepôt.
    .why = Le registre le donne comme expédié.
    .do = Traitez-le comme un retour.
stop-recalled = Rappelé
    .what = { $subject } est rappelé ({ $reason }).
    .why = Le rappel { $block } le couvre.
    .do = Portez-le à la cage. Il ne doit pas sortir.
stop-not-of-recall = Pas rappelé
    .what = Le rappel { $recall } ne couvre pas { $subject }.
    .why = Seul ce qui est rappelé est collecté.
    .do = Laissez-le où il est.
stop-not-narrower = Pas plus étroit
    .what = C'est hors de la partie { $block }, ou aussi large.
    .why = Restreindre laisse moins qu'avant.
    .do = Choisissez quelque chose que la partie couvre.
stop-implausible = Valeur impossible
    .what = { $value } ne peut pas être juste.
    .why = Aucun emplacement d'un entrepôt ne mesure cela.
    .do = Relisez la valeur.
stop-not-a-reading = Pas un nombre
    .what = { $text } n'est pas une mesure.
    .why = Une mesure est un nombre comme 4,6.
    .do = Saisissez-la à nouveau.
stop-excursion = Hors limites
    .what = { $subject } est à { $value } °C.
    .why = { $class } va de { $low } à { $high } °C.
    .do = C'est bloqué. Appelez la qualité.
stop-humidity = Trop humide ou trop sec
    .what = { $subject } a { $value } % d'humidité.
    .why = { $class } va de { $low } à { $high } %.
    .do = C'est bloqué. Appelez la qualité.
warn-others-on-it = D'autres marchandises sont aussi sur { $plate }. Retirez-les quand elle est dans la cage.
found-intercept = { $subject } est rappelé ({ $recall }) et parti avec { $document } chez { $partner }. Appelez-les.
stop-blocked = Bloqué
    .what = { $subject } ne doit pas être prélevé : { block-kind } ({ $reason }).
    .why = Le blocage { $block } le couvre.
    .do = Laissez-le et prenez-en un autre.
stop-expired = Périmé
    .what = Le lot { $lot } est périmé depuis le { $expiry }.
    .why = Rien de périmé ne doit sortir.
    .do = Laissez-le ici et prenez un autre lot.
stop-rotation = Un autre lot part d'abord
    .what = Le lot { $first } à { $place } doit partir avant le lot { $lot }.
    .why = { $method ->
            [fifo] Il est entré plus tôt : { $firstday }.
            [lifo] Il est entré plus tard : { $firstday }.
           *[fefo] Il périme plus tôt : { $firstday }.
        }
    .do = Prenez le lot { $first } à { $place }.
stop-wrong-place = Ce n'est pas l'emplacement
    .what = Ceci est { $scanned }.
    .why = Le travail est à { $asked }.
    .do = Allez à { $asked }.
stop-wrong-item = Ce n'est pas l'article
    .what = Ceci est { $scanned }.
    .why = La ligne demande { $asked }.
    .do = Reposez-le et scannez { $asked }.
stop-over-pick = Plus que demandé
    .what = { $adding } de plus, ce serait trop.
    .why = { $done } sur { $asked } sont prélevés.
    .do = Reposez-le ou ouvrez le paquet.
stop-lot-asked = Le client a demandé un lot
    .what = C'est le lot { $lot }, pas le lot { $asked }.
    .why = La commande nomme le lot { $asked }.
    .do = Reposez-le et prenez le lot { $asked }.
stop-lot-swap = Un autre lot que celui choisi
    .what = Le lot { $lot } doit partir après le lot { $asked }.
    .why = Le bureau a choisi le lot { $asked } pour cette ligne.
    .do = Prenez le lot { $asked }, ou un lot qui ne part pas plus tard.
stop-not-signed = Pas signé
    .what = Ce lot ne peut pas encore être pris.
    .why = Le site demande la signature d'une deuxième personne.
    .do = Appelez un superviseur.
stop-wrong-tote = Mauvais bac
    .what = C'est { $scanned }.
    .why = Ce que vous tenez est pour { $document }.
    .do = Mettez-le dans { $asked }.
stop-tote-first = D'abord le bac
    .what = Ce scan n'a pas compté.
    .why = Ce que vous tenez n'est pas encore dans son bac.
    .do = Mettez-le dans { $tote } et scannez le bac.
stop-weight = Le poids ne peut pas être juste
    .what = { $subject } ne pèse pas { $weight } kg.
    .why = Ce devrait être { $nominal } kg, à { $percent } % près.
    .do = Pesez et comptez encore une fois.
stop-order-twice = La commande est dans la tournée
    .what = { $document } a déjà été scannée.
    .why = Une commande a un bac par tournée.
    .do = Scannez la commande suivante, ou commencez.
stop-not-a-tote = Pas un bac
    .what = { $place } n'est pas un bac.
    .why = Chaque commande d'une tournée va dans son propre bac.
    .do = Scannez le bac de cette commande.
stop-tote-taken = Bac occupé
    .what = Il y a quelque chose dans { $tote }, ou c'est celui d'une autre commande.
    .why = Les articles de deux commandes ne doivent pas se mélanger.
    .do = Prenez un bac vide.
stop-face-full = Plus de place
    .what = Il y aurait { $total } à { $place }.
    .why = { $place } prend { $most }.
    .do = Reposez-le, ou prenez-en moins.
stop-no-face = Rien à remplir ici
    .what = { $place } n'a besoin de rien.
    .why = Ce n'est pas un emplacement de prélèvement, ou il y en a assez.
    .do = Choisissez un emplacement de la liste.
stop-face-first = D'abord l'emplacement
    .what = Ce scan n'a pas compté.
    .why = L'emplacement à remplir n'est pas encore choisi.
    .do = Choisissez un emplacement, ou scannez-le.
stop-not-at-dock = Pas à un quai
    .what = { $item } n'est à aucun quai.
    .why = Seul ce qui vient d'arriver va droit à une commande.
    .do = Rangez-le, ou prélevez-le à son emplacement.
stop-nobody-waits = Aucune commande ne l'attend
    .what = Aucune commande ouverte ne demande { $item }.
    .why = Ce que personne n'attend va à un emplacement.
    .do = Rangez-le.
stop-goods-first = D'abord les articles
    .what = Ce scan n'a pas compté.
    .why = Ce qui est arrivé n'est pas encore scanné.
    .do = Scannez les articles du quai.
stop-dispose-pallet = Pas une palette entière
    .what = Une palette n'est pas détruite d'un seul scan.
    .why = Chaque lot et numéro de série dessus doit être nommé.
    .do = Défaites-la, puis scannez ce qu'elle portait.
stop-not-expired = Pas périmé
    .what = Ceci expire le { $expiry }.
    .why = Le motif dit que c'est périmé.
    .do = Choisissez un autre motif, ou reposez-le.
stop-blocked-use = Bloqué
    .what = { $subject } ne doit pas être utilisé : { block-kind } ({ $reason }).
    .why = Le blocage { $block } le couvre.
    .do = Laissez-le et prenez-en un autre.
stop-not-repack = Un autre article
    .what = Ce n'est pas ce qui est entré.
    .why = Reconditionner ne fait pas d'autres articles.
    .do = Scannez ce qui a été reconditionné, ou faites un kit.
stop-run-lot = Le lot reste
    .what = On lit lot { $lot }. C'est le lot { $input } qui est entré.
    .why = Les mêmes articles gardent leur lot, quel que soit l'emballage.
    .do = Étiquetez avec le lot qui est entré.
stop-lot-stays = Le lot reste
    .what = Les mêmes articles ne reçoivent pas de nouveau numéro de lot.
    .why = Un lot naît là où l'on fabrique, pas là où l'on emballe.
    .do = Saisissez le lot qui est entré.
stop-output-expiry = Expire trop tard
    .what = On lit que cela expire le { $expiry }.
    .why = Quelque chose dedans expire le { $first }.
    .do = Étiquetez avec la date la plus proche.
stop-no-inputs = Rien n'est entré
    .what = Ce scan n'a pas compté.
    .why = Rien ne sort là où rien n'est entré.
    .do = Scannez d'abord ce qui est utilisé.
stop-more-out = Plus à la sortie qu'à l'entrée
    .what = Il en sortirait { $total }.
    .why = Il en est entré { $consumed }.
    .do = Comptez encore une fois.
stop-kind-first = Que fait-on ?
    .what = Ce scan n'a pas compté.
    .why = Ce qu'on fait des articles n'est pas encore choisi.
    .do = Choisissez, puis scannez.
stop-lot-first = D'abord le lot
    .what = Ce scan n'a pas compté.
    .why = Le lot du dernier est encore ouvert.
    .do = Saisissez le lot, prenez-en un nouveau, ou annulez.
stop-no-authority = Une autre personne décide
    .what = { $role ->
            [associate] Un opérateur
            [supervisor] Un responsable
            [quality] Le service qualité
            [auditor] Un auditeur
            [administrator] Un administrateur
           *[other] Ce rôle
        } ne peut pas décider cela.
    .why = Le site le confie à un autre rôle.
    .do = Appelez quelqu'un qui peut en décider.
stop-own-scan = Votre propre scan
    .what = Vous avez fait ce scan vous-même.
    .why = Personne ne règle sa propre anomalie.
    .do = Demandez à un autre responsable.
stop-out-of-scope = Autre propriétaire
    .what = Cette marchandise est à un propriétaire pour lequel vous ne travaillez pas.
    .why = L'annuaire le dit.
    .do = Demandez à un responsable de ce propriétaire.

stop-unknown-document = Document inconnu
    .what = { $document } n'est pas ouvert ici.
    .why = Cet appareil ne connaît aucun document ouvert de ce numéro.
    .do = Choisissez-en un dans la liste.
stop-not-a-document = Pas un document
    .what = { $label } est une étiquette de marchandise.
    .why = Il faut d'abord savoir à quel avis ou à quelle commande elle appartient.
    .do = Choisissez-en un dans la liste ou scannez son numéro, puis la marchandise.
stop-no-dock = Pas de quai
    .what = { $document } n'a pas de quai.
    .why = L'avis ne dit pas où il arrive.
    .do = Demandez le quai au bureau.
stop-not-a-dock = Pas un quai
    .what = { $place } n'est pas un quai.
    .why = La marchandise entre par un quai ou une zone de préparation.
    .do = Scannez l'étiquette du quai.
stop-dock-first = Le quai d'abord
    .what = On ne sait pas où arrive cette marchandise.
    .why = Son quai n'est pas encore scanné.
    .do = Scannez l'étiquette du quai.
stop-supplier-first = Le fournisseur d'abord
    .what = On ne sait pas qui a envoyé cette marchandise.
    .why = Elle est arrivée sans papiers.
    .do = Indiquez le fournisseur.
stop-photo-first = La photo d'abord
    .what = Le dommage n'est pas encore montré.
    .why = Une photo doit accompagner cette marchandise.
    .do = Prenez la photo, ou revenez en arrière.
stop-no-staging = Pas de zone d'expédition
    .what = { $document } n'a pas de zone d'expédition.
    .why = La commande ne dit pas où elle est préparée.
    .do = Demandez l'emplacement au bureau.
stop-not-a-label = Pas une étiquette de marchandise
    .what = { $text } n'est pas une étiquette de marchandise.
    .why = Elle n'a pas de code article.
    .do = Scannez l'étiquette du carton.
stop-range-no-serial = Pas de numéro de série
    .what = Cette étiquette n'a pas de numéro de série.
    .why = Une suite se donne par les numéros de sa première et de sa dernière unité.
    .do = Scannez l'étiquette d'une unité.
stop-range-other-goods = Autre marchandise
    .what = Ce n'est pas la même chose que la première étiquette de la suite.
    .why = Article, lot et péremption doivent être les mêmes du premier au dernier.
    .do = Scannez la dernière unité de la suite, ou revenez en arrière.
stop-no-range = Numéros pas à la suite
    .what = De { $first } à { $last }, ce n'est pas une suite.
    .why = { $why ->
        [backwards] Le dernier numéro de série vient avant le premier.
        [too_long] Cela ferait plus de 10 000 unités.
       *[not_in_a_row] Les numéros de série diffèrent par plus que les chiffres de la fin.
    }
    .do = Scannez la dernière unité de la suite, ou revenez en arrière.
stop-range-confirm = Comptez d'abord la suite
    .what = La suite de numéros de série n'est pas encore comptée.
    .why = Sa première et sa dernière unité sont connues.
    .do = Comptez-la, ou revenez en arrière.
stop-unreadable-label = Étiquette illisible
    .what = Cette étiquette est abîmée ou mal imprimée.
    .why = { $part } ne suit pas la norme, à partir du caractère { $at }.
    .do = Scannez une autre de ses étiquettes, ou mettez-le de côté.
label-part-item = Le numéro d'article
label-part-lot = Le numéro de lot
label-part-serial = Le numéro de série
label-part-date = Une date
label-part-pallet = Le numéro de palette
label-part-field = Le contenu du champ ({ $ai })
label-part-code = Ce code
stop-unknown-place = Emplacement inconnu
    .what = { $place } n'est pas un emplacement d'ici.
    .why = Il n'est pas parmi les emplacements de ce site.
    .do = Scannez l'étiquette de l'emplacement.
stop-nothing-lifted = Rien n'est pris
    .what = Il n'y a rien sur le chariot pour { $place }.
    .why = Une charge se prend avant de se déposer.
    .do = Scannez d'abord ce que vous rangez.
stop-not-a-bin = Pas un emplacement
    .what = { $place } porte la marchandise, il ne la stocke pas.
    .why = Le rangement finit dans un emplacement.
    .do = Scannez un emplacement.
stop-already-lifted = Déjà sur le chariot
    .what = { $what } est déjà sur le chariot.
    .why = Cela a été pris avant.
    .do = Scannez l'emplacement.
stop-scan-bin-first = L'emplacement d'abord
    .what = L'emplacement n'est pas encore confirmé.
    .why = Le registre doit savoir d'où cela vient.
    .do = Scannez l'étiquette de l'emplacement.
stop-scan-staging = Toutes les lignes sont faites
    .what = Rien d'autre n'est demandé.
    .why = Chaque ligne de cette commande est prélevée.
    .do = Scannez { $place }.
stop-not-found = Rien trouvé
    .what = { $text } est inconnu ici.
    .why = Ce n'est ni une étiquette, ni un emplacement, ni une palette de ce site.
    .do = Scannez-le encore une fois.
stop-other-badge = Autre badge
    .what = Ce badge est celui de quelqu'un d'autre.
    .why = Une signature demande le badge de la personne connectée.
    .do = Scannez votre propre badge.
stop-scan-not-here = Pas de scan ici
    .what = Cette étape ne prend pas de scan.
    .why = Il faut d'abord choisir.
    .do = Choisissez une des actions.
stop-acknowledge-first = Confirmez d'abord
    .what = Ce scan n'a pas compté.
    .why = Un arrêt attend encore.
    .do = Confirmez l'arrêt, puis scannez à nouveau.
stop-unknown-badge = Badge inconnu
    .what = Ce badge n'est pas connu ici.
    .why = Il n'est pas dans l'annuaire de ce site.
    .do = Scannez votre badge, ou demandez à un responsable.
stop-inactive = Badge hors service
    .what = Ce badge n'est plus en service.
    .why = L'annuaire le dit.
    .do = Demandez à un responsable.
stop-wrong-pin = Ce PIN ne va pas
    .what = Ce code PIN n'est pas le bon.
    .why = Il ne correspond pas au badge.
    .do = Scannez votre badge et réessayez.
stop-locked-out = Verrouillé
    .what = Trop de codes PIN qui ne vont pas.
    .why = Le badge est verrouillé jusqu'à { $clock }, ici et sur tout appareil synchronisé depuis.
    .do = Attendez { $minutes ->
        [one] { $minutes } minute
        [many] { $minutes } de minutes
       *[other] { $minutes } minutes
    } ou demandez à un responsable.

warn-serial-elsewhere = Le numéro de série { $serial } était enregistré à { $at }. Il compte comme pris à { $from }.
warn-expired = Le lot { $lot } est périmé depuis le { $expiry }. On peut le déplacer, pas l'expédier.
warn-expires-soon = Le lot { $lot } périme le { $expiry }, { $left ->
        [0] aujourd'hui
        [one] dans { $left } jour
        [many] dans { $left } de jours
       *[other] dans { $left } jours
    }. Compté.
warn-rotation-allocated = Le lot { $first } partirait d'abord. Le bureau a choisi le lot { $lot }, donc cela compte.
warn-lot-swapped = Le bureau a choisi le lot { $asked }. Le lot { $lot } ne part pas plus tard, il a donc compté.
warn-overridden = Le lot { $lot } est pris hors de son tour, avec un motif. Il a compté.
warn-output-expiry = On lit { $expiry }, mais quelque chose dedans expire le { $first }. Cela a compté.
warn-other-place = { $asked } était proposé. { $scanned } est enregistré.
warn-not-in-stock = Le registre a { $held } de { $subject } à { $from }. Votre scan a compté.
warn-origin-unknown = Nous ne savons pas encore d'où vient { $subject }. Compté.
warn-blocked = { $subject } est bloqué ({ block-kind } : { $reason }). On peut le déplacer, pas l'expédier.

# Ce que la passerelle trouve en appliquant une écriture.
found-block-unknown = Un blocage levé n'est pas connu de la passerelle. Rien n'a changé.
found-exception-overruled = Cette anomalie avait été réglée moins strictement. La décision la plus stricte vaut désormais.
found-exception-settled = Quelqu'un d'autre avait déjà réglé cette anomalie. La décision la plus stricte vaut.
found-exception-unknown = Une anomalie réglée n'est pas connue de la passerelle. Rien n'a changé.
found-no-authority = La personne qui a signé ne peut pas décider cela. La décision est enregistrée, sans effet.
found-undo-differs = Ce qui a été annulé était enregistré autrement. Rien n'a changé.
found-undo-unknown = Ce qui a été annulé n'est pas connu de la passerelle. Rien n'a changé.
found-undone-twice = Cela avait déjà été annulé. La seconde fois est sans effet.
found-plate-built-twice = Une étiquette a été donnée à deux palettes. Ce qui a été scanné sur les deux y figure jusqu'à vérification.
found-plate-cycle = Deux palettes ont été mises l'une sur l'autre. La seconde fois a été enregistrée et reste sans effet.
found-relabelled-twice = Une unité a reçu deux numéros. Le premier compte ; l'étiquette du second doit être retirée.
found-verdict-disagrees = Sur les faits de cette écriture, les règles disent autre chose que l'appareil. L'écriture compte.
found-wms-refused = Le système de l'entrepôt a refusé cela : { $reason }

stop-second-code-alone = D'abord le code article
    .what = Ce code n'a pas compté.
    .why = Il donne un lot, une série ou une date, mais pas son article, et aucun code article n'a été lu juste avant.
    .do = Scannez le code article, puis celui-ci.
stop-two-halves = Deux articles sont ouverts
    .what = Aucun de ces codes n'a compté.
    .why = Le code article d'avant attend encore son autre code, et celui-ci est un autre article.
    .do = Scannez les deux codes d'une unité l'un après l'autre, puis l'unité suivante.
stop-no-number-left = Plus de numéros
    .what = Cet appareil n'a plus de numéro pour { $series }.
    .why = Chaque numéro sert une fois, et tous ceux qu'il avait ont servi.
    .do = Allez là où il y a du réseau ; d'autres arrivent d'eux-mêmes.
stop-ambiguous-label = Scannez à nouveau
    .what = Cette étiquette n'a pas compté.
    .why = Un séparateur entre ses parties s'est perdu, et elle peut se lire de { $count } façons.
    .do = Scannez-la encore, ou un autre de ses codes. Si cela n'aide pas, scannez une fois l'étiquette de calibrage.
stop-calibration = Calibrage manqué
    .what = Cet appareil n'a rien appris.
    .why = { $why ->
        [letters] Le lecteur change les majuscules en minuscules, ou l'inverse.
        [separators] Le lecteur n'envoie pas la même chose pour chaque séparateur.
       *[reads] Le lecteur a envoyé l'étiquette plusieurs fois, et pas toujours pareil.
    }
    .do = Faites corriger les réglages du lecteur, puis scannez encore l'étiquette de calibrage.

stop-check-digits = Autres chiffres
    .what = { $entered } n'est pas ce qui est écrit à { $place }.
    .why = Les chiffres de l'emplacement montrent que c'est le bon.
    .do = Relisez les chiffres à { $place }.
stop-digits-first = Les chiffres d'abord
    .what = Ce scan n'a pas compté.
    .why = { $place } n'est pas encore confirmé.
    .do = Tapez les chiffres écrits à { $place }.
stop-serial-gone = N'est plus ici
    .what = Le numéro de série { $serial } ne devrait pas être ici.
    .why = Le registre le donne comme { $status ->
        [consumed] consommé
       *[disposed] détruit
    }.
    .do = Mettez-le de côté et appelez un responsable.
stop-blocked-goods = En cage seulement
    .what = { $subject } est bloqué : { block-kind } ({ $reason }).
    .why = Le blocage { $block } le couvre.
    .do = Déposez-le dans une cage.
stop-blocked-stays = Reste où il est
    .what = { $subject } doit rester à { $at } : { block-kind } ({ $reason }).
    .why = Le blocage { $block } l'y retient.
    .do = Remettez-le à { $at }.
stop-never-shipped = Jamais expédié par nous
    .what = L'enregistrement n'a aucune expédition de { $subject }.
    .why = On ne reprend que ce qui est parti d'ici.
    .do = Mettez-le de côté : un responsable décide.
stop-shipped-elsewhere = Expédié à un autre
    .what = { $subject } n'a pas été expédié à { $customer }.
    .why = Selon l'enregistrement, c'était à { $to }.
    .do = Mettez-le de côté : un responsable décide.
stop-recalled-to-stock = Rappelé : pas en stock
    .what = { $subject } est rappelé.
    .why = Ce qui est rappelé ne retourne pas en stock.
    .do = Choisissez quarantaine ou à détruire.
stop-expired-to-stock = Périmé : pas en stock
    .what = { $subject } est périmé.
    .why = Ce qui est périmé ne retourne pas en stock.
    .do = Choisissez quarantaine ou à détruire.
stop-sender-first = Le client d'abord
    .what = On ne sait pas qui renvoie ceci.
    .why = Un retour est comparé à son expédition.
    .do = Scannez la commande ou tapez le client.
stop-decide-first = Décidez d'abord
    .what = Le sort de la marchandise en main est ouvert.
    .why = Chaque retour se décide à part.
    .do = Choisissez l'un des trois, ou revenez.
warn-shipped-unknown = { $subject } a été expédié ; cet appareil ne sait pas à qui.
exception-verification = Le numéro { $serial } n'est pas vérifié : { $answer ->
        [active] actif
        [inactive] non actif
        [alert] alerte
       *[other] { $answer }
    }. Il ne doit pas être vendu.
stop-not-waiting-there = N'attend pas là
    .what = Rien de cette marchandise n'attend la qualité à { $text }.
    .why = Elle attend à plusieurs emplacements ; on décide d'un seul à la fois.
    .do = Scannez l'emplacement de ce que vous tenez.
stop-nothing-to-inspect = Rien à inspecter
    .what = Aucun blocage qualité ne couvre ceci.
    .why = On n'inspecte que ce qui attend la qualité.
    .do = Scannez ce qui attend, ou consultez-le.
stop-not-of-sample = Pas un nombre de l'échantillon
    .what = { $text } ne peut pas être mauvais.
    .why = L'échantillon est de { $size }.
    .do = Indiquez combien sont mauvais, de 0 à { $size }.
stop-sample-bad = L'échantillon est mauvais
    .what = { $bad } sur { $size } étaient mauvais.
    .why = Au plus { $allowed } pour que tout passe.
    .do = Acceptez une partie, ou refusez.
stop-not-a-part = Pas une partie
    .what = On ne peut pas en séparer autant.
    .why = En tout { $amount } attendent ; une écriture nomme au plus 100 séries.
    .do = Séparez-en moins, ou refusez tout.
stop-not-inspected = Pas inspecté ici
    .what = Cette unité n'est pas parmi celles qui attendent.
    .why = Son article, lot ou emplacement est autre.
    .do = Scannez une unité de ce qui est inspecté.
stop-blocked-place = Emplacement bloqué
    .what = { $subject } est bloqué : { block-kind } ({ $reason }).
    .why = Le blocage { $block } couvre l'emplacement.
    .do = Déposez-le ailleurs.
stop-place-first = L'emplacement d'abord
    .what = Ce scan n'a pas compté.
    .why = Le registre doit savoir d'où cela est pris.
    .do = Scannez l'étiquette de l'emplacement où il se trouve.
stop-only-carries = Sert à porter
    .what = { $place } porte la marchandise, il ne la stocke pas.
    .why = C'est un chariot, une fourche ou un bac.
    .do = Scannez l'emplacement lui-même.
warn-contents-unknown = Personne ne sait ce qu'il y a sur { $subject } ; aucun rappel n'a pu être vérifié. Compté.
stop-plate-first = La palette d'abord
    .what = Ce scan n'a pas compté.
    .why = Il faut savoir sur quelle palette cela va.
    .do = Scannez l'étiquette de la palette, ou prenez un nouveau numéro.
stop-not-a-plate = Pas une palette
    .what = { $text } n'est pas l'étiquette d'une palette.
    .why = Ce n'est pas un SSCC, et aucun numéro de ce site ne commence ainsi.
    .do = Scannez l'étiquette de la palette.
stop-plate-used = Étiquette déjà utilisée
    .what = { $plate } n'est plus ici.
    .why = Elle est enregistrée comme partie, et une étiquette de palette ne sert qu'une fois.
    .do = Prenez un nouveau numéro ou une autre étiquette imprimée.
stop-plate-elsewhere = Se trouve ailleurs
    .what = { $plate } se trouve à { $at } avec de la marchandise.
    .why = C'est ce qui est enregistré.
    .do = Déplacez-la d'abord ici, ou scannez une autre étiquette.
warn-plate-elsewhere = { $plate } était enregistrée à { $at }. Elle compte comme étant ici.
warn-child-elsewhere = { $subject } était enregistré sur { $plate } à { $at }. Il compte comme retiré de là ; un responsable vérifie cette palette.
stop-on-plate-already = Déjà dessus
    .what = Ceci est déjà sur { $plate }.
    .why = Cela a été scanné avant.
    .do = Scannez le suivant.
stop-not-on-plate = Pas dessus
    .what = { $what } n'est pas sur { $plate }.
    .why = Ce n'est pas enregistré là.
    .do = Scannez ce qui est sur cette palette.
stop-mixing = Mélange interdit
    .what = Ceci ne peut pas aller sur { $plate }.
    .why = { $kind ->
        [owner] Cela appartient à un autre propriétaire que ce qui s'y trouve.
        [item] Plusieurs articles ne vont pas ensemble ici.
        [lot] Plusieurs lots ne vont pas ensemble ici.
       *[expiry] Plusieurs dates de péremption ne vont pas ensemble ici.
    }
    .do = Mettez-le sur une autre palette.
stop-plate-around = Pas sur elle-même
    .what = { $plate } ne peut pas aller sur { $onto }.
    .why = C'est la même, ou l'une est déjà sur l'autre.
    .do = Scannez une autre palette.
stop-plate-depth = Trop de niveaux
    .what = { $plate } ne peut pas aller sur { $onto }.
    .why = Pas plus de { $most } niveaux.
    .do = Mettez-la sur une autre palette.
stop-plate-held = Palette bloquée
    .what = { $plate } est bloquée : { block-kind } ({ $reason }).
    .why = Le blocage { $block } couvre la palette ; ce qui y entre ou en sort lui échapperait.
    .do = Laissez-la telle quelle, ou faites lever le blocage.

stop-reason-first = Le motif d'abord
    .what = Ce scan n'a pas compté.
    .why = Le registre doit savoir pourquoi le stock entre ou sort.
    .do = Choisissez un motif.
stop-quantity-first = Combien ?
    .what = Ce scan n'a pas compté.
    .why = La quantité du dernier manque encore.
    .do = Tapez combien, ou annulez.
stop-not-a-quantity = Pas une quantité
    .what = { $text } ne peut pas être une quantité.
    .why = Il faut un nombre plus grand que zéro.
    .do = Tapez encore une fois combien.
stop-not-a-weight = Ce n'est pas un poids
    .what = { $text } ne peut pas être un poids.
    .why = Il faut un nombre supérieur à zéro, tel que l'affiche la balance.
    .do = Saisissez le poids encore une fois.
stop-adjust-limit = Il faut une deuxième personne
    .what = C'est plus que { $limit } d'un coup.
    .why = Au-delà, le site demande deux personnes.
    .do = Appelez un responsable.
stop-same-person = Une autre personne signe
    .what = C'est votre propre travail.
    .why = Il faut deux personnes, chacune avec son badge.
    .do = Demandez à un autre responsable de signer.

stop-count-differs = À recompter
    .what = Le comptage diffère du registre.
    .why = L'écart dépasse ce que le site tolère.
    .do = Une autre personne recompte.
stop-opening-over = L'ouverture est finie
    .what = Le stock initial de ce site est clos.
    .why = La règle en vigueur le dit ; ce qui apparaît maintenant a une autre cause.
    .do = Comptez cet emplacement comme d'habitude.
stop-own-count = Votre propre comptage
    .what = Vous avez déjà compté ici.
    .why = Une autre personne doit recompter.
    .do = Demandez à quelqu'un d'autre de compter.
stop-not-carried = Pas sur cet appareil
    .what = Des marchandises de { $owner }, cet appareil n'a ni les unités ni l’historique.
    .why = Les règles en vigueur lui donnent une partie du site.
    .do = Prenez un appareil qui porte { $owner } ou demandez à la passerelle.
stop-count-open = Le comptage est ouvert
    .what = Ce scan n'a pas compté.
    .why = Le comptage de cet emplacement n'est pas terminé.
    .do = Scannez la marchandise, ou choisissez Terminé.
stop-count-loose = Marchandise en vrac seulement
    .what = Une palette ne se compte pas avec ce qui est en vrac.
    .why = Elle est là où elle a été déposée.
    .do = Scannez ce qui est à côté.
stop-counted-twice = Déjà compté
    .what = Le numéro de série { $serial } vient d'être compté.
    .why = Un numéro de série, c'est une unité.
    .do = Scannez la suivante.

stop-own-block = Votre propre blocage
    .what = Vous avez posé le blocage { $block } vous-même.
    .why = Personne ne libère ce qu'il a retenu.
    .do = Demandez à une autre personne qui peut le libérer.
stop-other-range = Pas l'autre bout
    .what = Cette étiquette n'a pas de numéro de série du même article.
    .why = Une plage va d'un numéro de série d'un article à un autre.
    .do = Scannez l'unité à l'autre bout, ou revenez.
stop-not-a-lot = Pas un numéro de lot
    .what = { $text } ne peut pas être un numéro de lot.
    .why = Un numéro de lot a de un à cinquante caractères imprimables.
    .do = Entrez-le comme il est imprimé.

stop-order-not-picked = Pas encore prélevée
    .what = { $document } n'est pas encore prélevée.
    .why = Ses lignes sont encore ouvertes ici.
    .do = Prélevez-la d'abord, ou choisissez une autre commande.
stop-order-shipped = Déjà expédiée
    .what = { $document } est partie.
    .why = Sa remorque a été confirmée comme expédiée.
    .do = Choisissez une autre commande.
stop-trailer-first = La remorque d'abord
    .what = Ce scan n'a pas compté.
    .why = Le registre doit savoir sur quoi on charge.
    .do = Scannez l'étiquette de la remorque.
stop-not-a-trailer = Pas une remorque
    .what = { $place } n'est pas une remorque.
    .why = Une commande part sur une remorque.
    .do = Scannez l'étiquette de la remorque.
stop-trailer-taken = Remorque d'une autre commande
    .what = { $trailer } est chargée pour { $document }.
    .why = Une remorque prend une commande à la fois.
    .do = Expédiez d'abord { $document }, ou prenez une autre remorque.
stop-list-old = Liste de rappels trop ancienne
    .what = La liste de rappels date de { $hours } h { $minutes } min.
    .why = Au-delà de { $limit } h, rien n'est chargé ni expédié.
    .do = Allez là où il y a du réseau, ou faites signer un responsable.
warn-list-old = La liste de rappels date de { $hours } h { $minutes } min, plus que { $limit } h. Un responsable a signé, donc cela compte.
stop-no-list = Pas de liste de rappels
    .what = Cet appareil n'a jamais eu de liste de rappels complète.
    .why = Sans elle, rien n'est chargé ni expédié.
    .do = Allez là où il y a du réseau, ou faites signer un responsable.
warn-no-list = Cet appareil n'a pas de liste de rappels. Un responsable a signé, donc cela compte.
stop-blocked-load = Bloqué
    .what = { $subject } ne doit pas partir : { block-kind } ({ $reason }).
    .why = Le blocage { $block } le couvre.
    .do = Portez-le à la cage. Il ne doit pas sortir.
stop-contents-unknown = Contenu inconnu
    .what = Personne ne sait ce qu'il y a sur { $subject }.
    .why = Aucun rappel ne peut être vérifié.
    .do = Laissez-le ici et scannez ce qu'il porte.
stop-over-load = Plus que commandé
    .what = { $total } de { $item } partiraient.
    .why = La commande en demande { $asked }.
    .do = Laissez le reste ici.
stop-loaded-already = Déjà chargé
    .what = { $what } est déjà sur cette remorque.
    .why = Il a été chargé avant.
    .do = Scannez le suivant.
stop-no-seal = Pas de scellé
    .what = La remorque n'a pas encore de scellé.
    .why = Le site n'expédie que des remorques scellées.
    .do = Scannez le scellé ou tapez son numéro.
stop-seal-first = Le chargement est fermé
    .what = Ce scan n'a pas compté.
    .why = La remorque est prête à partir.
    .do = Scannez le scellé, ou revenez pour charger encore.
stop-not-a-seal = Pas un scellé
    .what = { $text } ne peut pas être un numéro de scellé.
    .why = Il a de 1 à 30 lettres et chiffres.
    .do = Scannez le scellé encore une fois.
stop-ship-short = Il manque quelque chose
    .what = Il en manque { $missing }.
    .why = La commande demande plus que ce qui est sur la remorque.
    .do = Chargez le reste, ou confirmez.
warn-shipped-short = Il en manquait { $missing }. C'est confirmé, donc la remorque est partie.
stop-not-picked-for = Pas prélevé pour cela
    .what = { $subject } n'a pas été prélevé pour { $document }.
    .why = Prélevé pour cela : { $picked }.
    .do = Remettez-le et scannez ce qui a été prélevé.
stop-carton-taken = Carton d'une autre commande
    .what = Dans { $plate } il y a quelque chose qui n'est pas de cette commande.
    .why = Un carton prend une seule commande.
    .do = Prenez un autre carton.
stop-pack-short = Il manque quelque chose
    .what = Il en manque { $missing }.
    .why = La commande demande plus que ce qui est emballé.
    .do = Emballez le reste, ou confirmez.
stop-not-our-label = Pas notre étiquette
    .what = { $label } n'est pas une étiquette de ce site.
    .why = Seul celui qui l'a émise la réimprime.
    .do = Formez une palette avec un numéro à nous, ou laissez l'étiquette.
stop-new-lot = Lot inconnu
    .what = { $subject } n'est pas enregistré.
    .why = Une nouvelle étiquette ne crée jamais de lot.
    .do = Réceptionnez-le d'abord, ou choisissez ce qui est enregistré ici.
stop-unit-held = Unité bloquée
    .what = { $subject } est bloqué : { block-kind } ({ $reason }).
    .why = Le blocage { $block } couvre son numéro de série ; sous un autre nom il lui échapperait.
    .do = Laissez l'étiquette, et mettez-le en cage.
warn-packed-short = Il en manquait { $missing }. Confirmé ; la commande est emballée.
warn-others-packed = Emballée. { $devices } a emballé aussi ; ce qu'il n'a pas encore dit viendra.
stop-carton-first = Le carton d'abord
    .what = Ce scan n'a pas compté.
    .why = Il faut savoir dans quel carton cela va.
    .do = Scannez l'étiquette du carton, ou prenez un nouveau numéro.
stop-weight-first = Le poids d'abord
    .what = Ce scan n'a pas compté.
    .why = Le carton est fermé et pas encore pesé.
    .do = Saisissez le poids, ou revenez.
warn-others-loaded = La remorque est partie. { $devices } a chargé aussi ; ce qui n'est pas encore transmis viendra plus tard.
stop-number-format = Numéro inhabituel
    .what = { $of ->
        [serial] La série { $number } n’est pas écrite comme les séries de cet article.
       *[other] Le lot { $number } n’est pas écrit comme les lots de cet article.
    }
    .why = { $wrong ->
        [length] La règle { $name } demande une longueur de { $asked } ; celui-ci en a { $found }.
        [character] La règle { $name } admet { $asked } ; ici se trouve { $found }.
        [prefix] La règle { $name } demande l’un de ces débuts : { $asked }.
       *[date] La règle { $name } demande une date écrite { $asked } à partir du caractère { $found }.
    }
    .do = Comparez avec l’étiquette. Si elle dit bien cela, mettez la marchandise de côté.
stop-profile-field = Exigé par la réglementation
    .what = { $field ->
        [lot] La marchandise n’a pas de numéro de lot.
        [serial] L’unité n’a pas de numéro de série.
        [expiry] La marchandise n’a pas de date de péremption.
        [origin] Le lot n’a pas de pays d’origine.
        [source] Personne n’a dit qui a envoyé la marchandise.
       *[other] La marchandise n’a ni lot ni série.
    }
    .why = { $profile } l’exige ({ $source }).
    .do = Cherchez une autre étiquette sur l’emballage. S’il n’y en a pas, mettez la marchandise de côté.
stop-policy-refused = Politique refusée
    .what = La politique { $version } n’entre pas en vigueur ; la politique { $kept } reste.
    .why = { $wrong ->
        [unreadable] Ce terminal ne peut pas la lire : { $detail }.
       *[other] Elle se contredit à { $at } : { $detail }.
    }
    .do = Continuez à travailler et prévenez qui publie les politiques.
stop-journal-damaged = Mémoire endommagée
    .what = { $lost ->
        [0] Une partie de la mémoire de ce terminal était endommagée ; aucune lecture manquante n’est connue.
        [one] Une partie de la mémoire de ce terminal était endommagée ; une lecture non envoyée est illisible.
        [many] Une partie de la mémoire de ce terminal était endommagée ; { $lost } de lectures non envoyées sont illisibles.
       *[other] Une partie de la mémoire de ce terminal était endommagée ; { $lost } lectures non envoyées sont illisibles.
    }
    .why = { $saved ->
        [0] Aucune lecture lisible n’attendait ; le fichier endommagé est conservé sous { $file }.
        [one] Une lecture en attente a été sauvée ; le fichier endommagé est conservé sous { $file }.
        [many] { $saved } de lectures en attente ont été sauvées ; le fichier endommagé est conservé sous { $file }.
       *[other] { $saved } lectures en attente ont été sauvées ; le fichier endommagé est conservé sous { $file }.
    }
    .do = Continuez à travailler, recomptez vos dernières lectures et prévenez un responsable.
stop-not-days = Pas un nombre de jours
    .what = { $text } n'est pas un nombre de jours.
    .why = Il faut des jours entiers de 0 à { $most }.
    .do = Tapez le nombre de jours.
made-from = { $made } a été fait de { $of }, opération { $run }
made-from-and = { $link }, { $rest }
stop-recalled-made = Rappelé
    .what = { $subject } est rappelé ({ $reason }).
    .why = Le rappel { $block } couvre ce qui en a été fait : { $chain }.
    .do = Portez-le à la cage. Il ne doit pas sortir.

# Work queue
stop-task-done = Faite ailleurs
    .what = La tâche { $task } est déjà faite.
    .why = { $holder } l’a terminée.
    .do = Laissez-la. Ce que vous avez fait compte ; ce qui est en trop sera remis en place.
stop-task-withdrawn = Retirée
    .what = La tâche { $task } n’est plus demandée.
    .why = Le système de l’entrepôt l’a retirée.
    .do = Remettez ce que vous tenez et prenez la suivante.
stop-task-taken = Déjà prise
    .what = La tâche { $task } n’est pas libre.
    .why = { $holder } l’a.
    .do = Prenez-en une autre.
stop-task-not-here = Pas pour cet appareil
    .what = La tâche { $task } ne peut pas se faire ici.
    .why = Elle demande un autre engin, une autre zone, ou les biens d’un propriétaire pour qui vous ne travaillez pas.
    .do = Prenez-en une autre.
stop-unknown-task = Tâche inconnue
    .what = Il n’y a pas de tâche { $task }.
    .why = Cet appareil n’en sait rien.
    .do = Prenez-en une qui est affichée, ou scannez de nouveau son numéro.
stop-hand-unknown = Personne de connu
    .what = La tâche ne peut pas attendre { $to }.
    .why = Personne ici n’a ce badge, aucun appareil ce nom.
    .do = Scannez un badge, ou mettez la tâche en attente.
stop-hand-scope = Pas pour cette personne
    .what = { $to } ne peut pas faire cette tâche.
    .why = Cette personne ne travaille pas pour le propriétaire des biens.
    .do = Transmettez-la à quelqu’un d’autre.
stop-skip-reason = La raison d’abord
    .what = { $text } n’a pas compté.
    .why = La raison de passer la tâche n’est pas encore dite.
    .do = Choisissez une raison, ou revenez à la tâche.
warn-task-silent = { $holder } avait la tâche { $task } et ne donne plus signe. Regardez d’abord ce qui est fait. Ce que cet appareil dira plus tard comptera aussi.
warn-task-elsewhere = La tâche { $task } n’est plus à vous. Ceci a compté. Posez ce que vous tenez.
warn-reserved = { $kept } de { $subject } à { $place } sont gardés pour une autre tâche. Compté ; cette tâche ira ailleurs.
found-task-done-twice = La tâche { $task } a été faite par { $first } et par { $device } : { $amount } de trop ont été déplacés. Les deux comptent. La tâche { $back } remet en place.
stop-clock-back = Horloge non fiable
    .what = L’horloge de ce terminal est revenue à { $clock }.
    .why = Il était déjà { $earliest } quand l’heure a été connue pour la dernière fois.
    .do = Allez là où il y a du réseau, ou réglez l’horloge. Ce qui n’a pas de date de péremption continue.
stop-clock-ahead = Horloge non fiable
    .what = L’horloge de ce terminal a sauté à { $clock }.
    .why = Depuis le redémarrage, il peut être au plus { $latest }.
    .do = Allez là où il y a du réseau, ou réglez l’horloge. Ce qui n’a pas de date de péremption continue.
stop-serial-disputed = Numéro de série contesté
    .what = Deux emplacements revendiquent le numéro de série { $serial }.
    .why = Le registre le donne à { $at }, et { $claimed } le revendique aussi.
    .do = Laissez-le ici et prenez-en un autre. Un responsable règle cela dans les anomalies.
found-inspection-failed = Deux terminaux ont contrôlé la même marchandise sans le savoir, et l’un l’a refusée. Elle reste bloquée.

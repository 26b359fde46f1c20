# L'appareil seul : ce qui entoure l'écran, et ce qui est lu à voix haute.

shell-key = touche { $text }
shell-current = maintenant
shell-alert = à regarder
shell-scan = Scanner
shell-type = Taper
shell-enter = Entrée
shell-erase = Effacer
shell-digits = { $n ->
        [one] un chiffre tapé
        [many] { $n } de chiffres tapés
       *[other] { $n } chiffres tapés
    }
shell-battery = Batterie { $n } %
shell-battery-low = Batterie faible : { $n } %
shell-battery-charging = En charge : { $n } %
shell-engine-absent = Pas de lecteur
shell-engine-off = Lecteur éteint
shell-engine-ready = Lecteur prêt
shell-engine-scanning = Lecture
shell-engine-locked = Lecteur bloqué
shell-fault-retry = Cela n'a pas marché. Refaites la même chose.
shell-fault-rescan = Cela n'a pas été bien lu. Scannez à nouveau.
shell-fault-supervisor = Cet appareil ne peut pas continuer. Appelez un responsable.
shell-fault-sign-in = Le serveur ne connaît pas cet appareil. Faites-le inscrire.
shell-fault-space = L'appareil est plein et ne peut plus rien garder. Faites faire de la place.
shell-fault-update = L'appli est trop ancienne pour ce que contient cet appareil. Faites installer la nouvelle.
shell-fault-bug = Quelque chose a échoué dans l'appli ; rien n'est perdu. Refaites la même chose ou appelez un responsable.
shell-label-unknown = Étiquette envoyée : { $text }. Est-elle sortie ?
shell-label-came-out = Elle est sortie
shell-label-did-not = Elle n'est pas sortie
shell-label-failed = Étiquette non imprimée : { $text }. Regardez l'imprimante.
shell-camera-why = La caméra lit les étiquettes. Ses images ne sont pas gardées. Autorisez-la, s'il vous plaît.
shell-camera-denied = La caméra n'est pas autorisée. Autorisez-la dans les réglages de l'appareil, ou tapez le code.
shell-camera-light = Lumière
shell-camera-close = Fermer
shell-photo = Prendre la photo
shell-files = Fichiers
shell-printer-why = L'imprimante d'étiquettes est reliée par Bluetooth. Autorisez les appareils à proximité, s'il vous plaît.
shell-set-aside = Mettre les fichiers de côté
shell-set-aside-why = Les clés de cet appareil n'ouvrent pas ses fichiers. Mis de côté, ils restent tels quels, avec ce qui n'a pas été envoyé, et l'appareil est inscrit à nouveau. Seulement si un responsable le dit.

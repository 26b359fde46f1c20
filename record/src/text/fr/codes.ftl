# Les mots propres au registre, tels que les gens les lisent : dans les écritures et les exports, ce sont des codes.

exception-code = { $what ->
    [expiry_contradiction] autre péremption
    [shelf_life] durée restante trop courte
    [tolerance] plus que permis
    [on_document] absent du document
    [returned] retour douteux
    [verification] non vérifié
    [listed_lot] autre lot qu'annoncé
    [listed_serial] autre numéro de série qu'annoncé
    [number_format] numéro inhabituel
    [profile_fields] exigé par la réglementation
    [policy_refused] politique refusée
    [journal_damaged] registre d'un appareil abîmé
    [notice_details] avis incomplet
    [serial_unique] numéro de série déjà venu
    [blocked] bloqué
    [disputed_serial] numéro de série contesté
    [child_elsewhere] enregistré ailleurs
    [plate_built_twice] étiquette de palette donnée deux fois
    [relabelled_twice] réétiqueté deux fois
    [plate_cycle] palettes empilées en boucle
    [count] comptage différent
    [excursion] hors des limites
    [intercept] rappelé et déjà parti
    [block_unknown] blocage inconnu
    [exception_overruled] décidé plus strictement
    [exception_settled] déjà réglée
    [exception_unknown] anomalie inconnue
    [inspection_failed] refusé à l'inspection
    [no_authority] sans habilitation
    [undo_differs] annulé autrement
    [undo_unknown] annulé mais inconnu
    [undone_twice] annulé deux fois
    [verdict_disagrees] appareil et passerelle en désaccord
    [wms_refused] refusé par le WMS
    [task_done_twice] tâche faite deux fois
   *[other] { $what }
}

way-out = { $what ->
    [accept] accepté
    [correct_record] registre corrigé
    [relabel] étiquette remplacée
    [quarantine] en quarantaine
    [reject] refusé
    [recounted] recompté
   *[other] { $what }
}

answer-of = { $what ->
    [active] actif
    [inactive] non actif
    [alert] alerte
   *[other] { $what }
}

outcome-of = { $what ->
    [pass] bon
    [partial] bon en partie
    [fail] refusé
   *[other] { $what }
}

reason-of = { $what ->
    [damaged] abîmé
    [expired] périmé
    [found] trouvé
    [lost] perdu
    [not_there] pas là
    [recalled] rappelé
    [contaminated] contaminé
    [label] étiquette illisible
   *[other] { $what }
}

label-reason-of = { $what ->
    [unreadable] illisible
    [damaged] abîmée
    [wrong] mentions fausses
    [lost] tombée
   *[other] { $what }
}

act-of = { $what ->
    [received] réception
    [damaged] avarie
    [returned] retour
    [lifted] prise
    [dropped] dépose
    [plate_built] nouvelle palette
    [picked] prélèvement
    [packed] emballage
    [loaded] chargement
    [shipped] expédition
    [set_aside] mise de côté
    [adjusted] ajustement
    [consumed] consommation
    [produced] fabrication
    [counted] comptage
    [disposed] destruction
    [plate_broken] palette défaite
    [carton_closed] carton fermé
    [pack_verified] contrôle d'emballage
    [shorted] manquant
    [ship_confirmed] expédition
    [overridden] hors tour
    [inspected] inspection
    [measured] mesure
    [blocked] blocage
    [relabelled] nouvelle étiquette
   *[other] { $what }
}

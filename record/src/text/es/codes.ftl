# Las palabras propias del registro, como las lee la gente: en las anotaciones y exportaciones son códigos.

exception-code = { $what ->
    [expiry_contradiction] otra caducidad
    [shelf_life] vida útil insuficiente
    [tolerance] más de lo permitido
    [on_document] no está en el documento
    [returned] devolución dudosa
    [verification] sin verificar
    [listed_lot] otro lote que el anunciado
    [listed_serial] otro número de serie que el anunciado
    [number_format] número inusual
    [profile_fields] falta por normativa
    [policy_refused] política rechazada
    [journal_damaged] registro de un equipo dañado
    [notice_details] aviso sin detalles
    [serial_unique] número de serie repetido
    [blocked] bloqueado
    [disputed_serial] número de serie en disputa
    [child_elsewhere] constaba en otro sitio
    [plate_built_twice] etiqueta de palé dada dos veces
    [relabelled_twice] reetiquetado dos veces
    [plate_cycle] palés apilados en círculo
    [count] el recuento difiere
    [excursion] fuera de los límites
    [intercept] retirado y ya enviado
    [block_unknown] bloqueo desconocido
    [exception_overruled] decidido con más rigor
    [exception_settled] ya resuelta
    [exception_unknown] incidencia desconocida
    [inspection_failed] no pasó la inspección
    [no_authority] sin autorización
    [undo_differs] deshecho de otra manera
    [undo_unknown] deshecho sin constar
    [undone_twice] deshecho dos veces
    [verdict_disagrees] equipo y pasarela discrepan
    [wms_refused] rechazado por el WMS
    [task_done_twice] tarea hecha dos veces
   *[other] { $what }
}

way-out = { $what ->
    [accept] aceptado
    [correct_record] registro corregido
    [relabel] etiqueta sustituida
    [quarantine] en cuarentena
    [reject] rechazado
    [recounted] recontado
   *[other] { $what }
}

answer-of = { $what ->
    [active] activo
    [inactive] no activo
    [alert] alerta
   *[other] { $what }
}

outcome-of = { $what ->
    [pass] pasó
    [partial] pasó en parte
    [fail] no pasó
   *[other] { $what }
}

reason-of = { $what ->
    [damaged] dañado
    [expired] caducado
    [found] encontrado
    [lost] perdido
    [not_there] no está
    [recalled] retirado
    [contaminated] contaminado
    [label] etiqueta ilegible
   *[other] { $what }
}

label-reason-of = { $what ->
    [unreadable] ilegible
    [damaged] dañada
    [wrong] con errores
    [lost] caída
   *[other] { $what }
}

act-of = { $what ->
    [received] recepción
    [damaged] daño
    [returned] devolución
    [lifted] recogida
    [dropped] colocación
    [plate_built] palé nuevo
    [picked] extracción
    [packed] embalaje
    [loaded] carga
    [shipped] expedición
    [set_aside] apartado
    [adjusted] ajuste
    [consumed] consumo
    [produced] fabricación
    [counted] recuento
    [disposed] destrucción
    [plate_broken] palé deshecho
    [carton_closed] caja cerrada
    [pack_verified] control de embalaje
    [shorted] faltante
    [ship_confirmed] expedición
    [overridden] fuera de turno
    [inspected] inspección
    [measured] medición
    [blocked] bloqueo
    [relabelled] etiqueta nueva
   *[other] { $what }
}

day = { $day } { $month } { $year }
month-1 = ene
month-2 = feb
month-3 = mar
month-4 = abr
month-5 = may
month-6 = jun
month-7 = jul
month-8 = ago
month-9 = sept
month-10 = oct
month-11 = nov
month-12 = dic
plain = { $text }
plate-name = Palé { $plate }
place-unknown = se desconoce
virtual-supplier = proveedor
virtual-customer = cliente
virtual-produced = producido
virtual-consumed = consumido
virtual-disposed = destruido
virtual-opening = saldo inicial
virtual-unexplained = sin explicar

sign-in-title = ENTRAR
sign-in-badge-prompt = Escanee su credencial
sign-in-pin-prompt = Escriba su PIN
signed-in = Ha entrado: { $name }
open-work-waits = Hay trabajo pendiente
home-title = TRABAJO
home-prompt = Elija, o escanee cualquier cosa
receive-title = RECEPCIÓN
receive-title-of = RECEPCIÓN  { $document }  { $owner }
choose-notice-prompt = Elija el aviso de envío
receive-prompt = Escanee la siguiente caja
received-plate = { $plate } recibido
receipt-done = { $document } está completo
receipt-short = { $document } cerrado con faltante
pick-title = PICKING
pick-title-of = PICKING  { $document }  línea { $line }/{ $lines }
choose-order-prompt = Elija el pedido
pick-bin-prompt = Vaya a { $place }, escanee la ubicación
pick-item-prompt = Escanee la mercancía
pick-none-prompt = No queda de dónde tomar
pick-stage-prompt = Deje todo en { $place }
at-bin = En { $place }
line-short = Línea cerrada con faltante
bin-empty-noted = Anotado: la ubicación está vacía
order-staged = { $document } está en { $place }
put-away-title = UBICAR
put-away-lift-prompt = Escanee lo que recoge
put-away-drop-prompt = Escanee la ubicación
on-the-cart = en el carro
still-on-cart = Todavía hay algo en el carro. Déjelo primero.
lifted = En el carro: { $what }
dropped = Ubicado en { $place }
look-up-title = CONSULTAR
look-up-prompt = Escanee cualquier cosa
look-up-again-prompt = Escanee lo siguiente
exceptions-title = INCIDENCIAS
exceptions-prompt = Elija una incidencia
exceptions-none-prompt = No hay nada pendiente
exception-title = INCIDENCIA  { $age } min  plazo { $target } h
exception-prompt = Decida qué se hace
exception-age = hace { $age } min
sign-badge-prompt = Escanee su credencial para firmar
sign-pin-prompt = Escriba su PIN para firmar
signed = Firmado por { $name }: { $meaning }
meaning-accept = lo que se vio es correcto
meaning-correct-record = el registro estaba mal y queda corregido
meaning-relabel = la etiqueta está mal y se cambia
meaning-quarantine = en cuarentena hasta que se decida
meaning-reject = rechazado
call-a-supervisor = Llame a un supervisor
put-aside-done = Apartado en { $place }. Decide un supervisor: { $exception }.
undone = Deshecho
range-first-prompt = Escanee el primer número de serie
range-last-prompt = Escanee el último número de serie
range-count-prompt = { $count ->
    [one] Cuente una unidad
   *[other] Cuente { $count } unidades
}
range-counted = { $count ->
    [one] Una unidad contada
   *[other] { $count } unidades contadas
}
tags-counted = Etiquetas RFID contadas: { $new }{ $again ->
    [0] {""}
   *[other] , ya vistas: { $again }
}
warn-tags-strange = Etiquetas RFID contadas: { $new }. Son de otra cosa y no cuentan: { $strange }.
warn-tags-unwanted = Etiquetas RFID vistas: { $count }. Aquí no se espera ninguna. Se guardan y no cuentan.
equal-label = { $said } · { $times }.ª etiqueta igual
nothing-to-undo = No hay nada que deshacer
document-line = { $document }  { $partner }  { $owner }
line-of = { $done } de { $total } { $unit }  { $lot }
progress = { $done } de { $total } { $unit }
goods = { $name }, { $quantity }
goods-lot = { $name }, lote { $lot }, { $quantity }
goods-lot-expiry = { $name }, lote { $lot }, caduca { $expiry }, { $quantity }
goods-lot-expiry-serial = { $name }, lote { $lot }, caduca { $expiry }, n.º de serie { $serial }
goods-serial = { $name }, n.º de serie { $serial }
stock-here = { $place }
stock-detail = { $amount }  { $lot }
block-of = { $kind }: { $reason }
contents-scanned = escaneado
contents-inferred = según el aviso
contents-unknown = se desconoce

action-receive = Recibir
action-pick = Picking
action-put-away = Ubicar
action-look-up = Consultar
action-exceptions = { $count ->
        [0] Incidencias
        [one] Incidencias (1)
       *[other] Incidencias ({ $count })
    }
action-sign-out = Salir
action-take-over = Seguir el trabajo pendiente
action-back = Atrás
action-undo = Deshacer
action-done = Listo
action-short = Faltante
action-range = Números de serie seguidos
action-count-range = Contarlas
action-bin-empty = Ubicación vacía
action-put-aside = Apartar
action-scan-again = Escanear otra vez
action-understood = Entendido
action-open-exception = Abrir { $n }
action-accept = Es correcto
action-correct-record = Registro mal, corregirlo
action-relabel = Etiqueta mal, reetiquetar
action-quarantine = Cuarentena
action-reject = Rechazar

field-person = Persona
field-cart = Carro
field-first = Primero
field-last = Último
field-from = De
field-for = Para
field-dock = Muelle
field-go-to = Vaya a
field-at = En
field-item = Artículo
field-owner = Propietario
field-lot = Lote
field-serial = N.º de serie
field-expires = Caduca
field-place = Ubicación
field-plate = Palé
field-contents = Contenido
field-blocked = Bloqueado
field-what = Qué
field-goods = Mercancía
field-on-label = En la etiqueta
field-in-record = En nuestro registro
field-seen-by = Visto por
field-who-may = Quién puede decidir
field-open-work = Nota

when-today = Hoy { $clock }
when-day = { $day } { $clock }
history-received = { $when} recibido en { $to }: { $amount }
history-lifted = { $when} recogido de { $from }: { $amount }
history-dropped = { $when} dejado en { $to }: { $amount }
history-picked = { $when} tomado de { $from }: { $amount }
history-set-aside = { $when} apartado en { $to }: { $amount }
history-seen = { $when} consultado
history-raised = { $when} incidencia abierta ({ $what })
history-resolved = { $when} incidencia resuelta ({ $what })
history-undone = { $when} deshecho ({ $what }): { $amount }
history-refused = { $when} detenido
history-detail = { $who }  { $document }

status-alone = Sin servidor · { $queued } guardados aquí
status-all-sent = En línea · todo enviado
status-sending = En línea · { $queued } en espera
status-offline = { $hours ->
        [0] Sin conexión { $minutes } min · { $queued } en espera
       *[other] Sin conexión { $hours } h { $minutes } · { $queued } en espera
    }
status-sign-in = El servidor no conoce este terminal · { $queued } en espera
status-revoked = Este terminal fue dado de baja · { $queued } guardados
status-update = Aplicación antigua para el servidor · { $queued } en espera
status-busy = El servidor pide esperar · { $queued } en espera
status-alarm = El servidor respondió mal · { $queued } guardados

calibrated = Calibrado: este terminal ya sabe cómo envía las etiquetas su lector.
calibrated-without-separator = El lector se come los separadores. Pida que corrijan sus ajustes y escanee otra vez esta etiqueta.
half-label = { $item }: todavía falta: { $missing }. Escanee el otro código.
part-lot = lote
part-serial = número de serie
part-expiry = fecha de caducidad
list-two = { $a } y { $b }
list-three = { $a }, { $b } y { $c }

more-title = MÁS TRABAJO
more-prompt = Elija, o escanee cualquier cosa
action-more = Más trabajo
check-digits-prompt = Escriba los dígitos de { $place }
move-title = MOVER
move-from-prompt = Escanee la ubicación o el palé
move-lift-prompt = Escanee lo que recoge
move-drop-prompt = Escanee más, o el destino
moved = Dejado en { $place }
action-move = Mover
action-another-place = Recoger en otro sitio

action-adjust = Ajustar existencias
action-other-reason = Otro motivo
adjust-title = AJUSTAR
adjust-place-prompt = Escanee la ubicación
adjust-reason-prompt = Elija el motivo
adjust-scan-prompt = Escanee lo que se ajusta
adjust-quantity-prompt = ¿Cuántos?
adjusted = Ajustado: { $what }
signature-needed = Es más de lo que una persona puede ajustar. Firma un supervisor.
sign-second-badge-prompt = Supervisor: escanee su credencial
sign-second-pin-prompt = Supervisor: escriba su PIN
meaning-adjust = el ajuste es correcto
field-reason = Motivo
reason-found = Encontrado
reason-lost = Perdido
reason-damaged = Dañado
reason-expired = Caducado
history-adjusted = { $when} ajustado ({ $what }): { $amount }

action-count = Contar
action-count-empty = Aquí no hay nada
count-title = CONTAR
count-place-prompt = Escanee la ubicación
count-scan-prompt = Escanee lo que hay aquí
count-empty-prompt = ¿Está vacía la ubicación?
count-line = contado
count-is-open = El conteo está abierto. Termínelo, o deshágalo.
count-stands = Contado: { $place }
count-again = Otra persona vuelve a contar { $place }.
count-differs = El conteo de { $place } no coincide. Otra persona vuelve a contar.
history-counted = { $when} contado en { $to }: { $amount }

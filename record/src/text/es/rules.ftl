# Una parada tiene tres frases: .what qué pasa, .why por qué lo sabemos, .do qué hacer ahora.

stop-unexplained = Alto
    .what = Así no se puede seguir.
    .why = Una regla de este centro lo prohíbe.
    .do = Apártelo y llame a un supervisor.
stop-prompt = Lea esto primero
stop-unknown-item = Artículo desconocido
    .what = Ningún artículo de aquí tiene el código { $key }.
    .why = No está en ningún catálogo de este terminal.
    .do = Apártelo y escanee otra etiqueta suya.
stop-several-owners = ¿De quién es?
    .what = { $count } propietarios tienen el código { $key }.
    .why = La etiqueta sola no dice de quién es.
    .do = Abra primero el documento al que pertenece.
stop-lot-missing = Sin número de lote
    .what = Esta etiqueta no lleva número de lote.
    .why = Este artículo se controla por lote.
    .do = Escanee la etiqueta con el lote.
stop-serial-missing = Sin número de serie
    .what = Esta etiqueta no lleva número de serie.
    .why = Cada unidad de este artículo tiene el suyo.
    .do = Escanee la etiqueta con el número de serie.
stop-expiry-missing = Sin fecha de caducidad
    .what = Esta etiqueta no lleva fecha de caducidad, y de su lote no conocemos ninguna.
    .why = Este artículo caduca.
    .do = Escanee la etiqueta con la caducidad.
stop-not-on-document = No está en { $document }
    .what = { $document } no pide { $item }.
    .why = Ninguna de sus líneas tiene este artículo.
    .do = Apártelo.
stop-over-receipt = Demasiado
    .what = { $adding } sería más de lo que pide la línea.
    .why = Ya hay { $done } de { $expected }.
    .do = Apártelo.
stop-unexpected-lot = Lote no anunciado
    .what = { $document } no indica el lote { $lot }.
    .why = Para este artículo indica { $listed }.
    .do = Apártelo: decide un supervisor.
warn-unexpected-lot = { $document } no indica el lote { $lot }, sino { $listed }. Se contó.
stop-unexpected-serial = Número de serie no anunciado
    .what = { $document } no indica el número de serie { $serial }.
    .why = Indica uno a uno los números de serie de este artículo.
    .do = Apártelo: decide un supervisor.
stop-serial-of-another = Serie de otro aviso
    .what = { $document } no indica el número de serie { $serial }.
    .why = Lo indica { $other }.
    .do = Recíbalo allí o apártelo.
warn-unexpected-serial = { $document } no indica el número de serie { $serial }. Se contó.
warn-serial-told-twice = También { $other } indica el número de serie { $serial }. Se contó en { $document }.
warn-serials-missing = { $document } cerrado con faltante. Números de serie que no llegaron: { $count } ({ $serials }).
warn-line-short = Línea { $line }: llegaron { $done } de { $expected }.
warn-notice-bare = { $document } no indica todos los lotes. Líneas sin lote: { $count }. Se avisó al supervisor.
warn-lot-size = El lote { $lot } suma ahora { $size }, más de los { $limit } habituales. Se contó.
stop-pallet-unknown = Palé no anunciado
    .what = Nadie dijo qué hay en { $plate }.
    .why = Solo un aviso de envío dice qué lleva un palé.
    .do = Escanee las cajas que lleva.
stop-expired-at-receipt = Caducado
    .what = El lote { $lot } caducó el { $expiry }.
    .why = Lo dice la etiqueta.
    .do = Apártelo.
stop-short-shelf-life = Caduca demasiado pronto
    .what = El lote { $lot } caduca el { $expiry }, { $left ->
        [one] dentro de un día
       *[other] dentro de { $left } días
    }.
    .why = Se piden al menos { $need } días.
    .do = Apártelo o tome otro lote.
stop-expiry-contradiction = Otra caducidad
    .what = Esta etiqueta dice que el lote { $lot } caduca el { $label }.
    .why = Lo conocemos con { $known }{ $units ->
        [0] .
        [one] , por una unidad de aquí.
       *[other] , por { $units } unidades de aquí.
    }
    .do = Apártelo.
stop-serial-known = Ese número de serie ya está
    .what = El número de serie { $serial } ya está en el almacén.
    .why = El registro lo tiene en { $at }.
    .do = Apártelo: uno de los dos no es auténtico o ya se escaneó.
stop-serial-shipped = Ese número de serie ya salió
    .what = El número de serie { $serial } ya salió de este almacén.
    .why = El registro lo tiene como expedido.
    .do = Trátelo como una devolución.
stop-recalled = Retirado
    .what = { $subject } está retirado ({ $reason }).
    .why = Lo abarca la retirada { $block }.
    .do = Llévelo a la jaula. No debe salir.
stop-not-of-recall = No retirado
    .what = La retirada { $recall } no abarca { $subject }.
    .why = Solo se recoge lo que está retirado.
    .do = Déjelo donde está.
stop-not-narrower = No es menor
    .what = Queda fuera de la parte { $block }, o es igual de amplio.
    .why = Reducir deja menos que antes.
    .do = Elija algo que la parte abarque.
stop-implausible = No es un valor real
    .what = { $value } no puede ser correcto.
    .why = Ninguna ubicación de un almacén mide eso.
    .do = Léalo otra vez.
stop-not-a-reading = No es un número
    .what = { $text } no es una lectura.
    .why = Una lectura es un número como 4,6.
    .do = Escríbala otra vez.
stop-excursion = Fuera de límites
    .what = { $subject } tiene { $value } °C.
    .why = { $class } es de { $low } a { $high } °C.
    .do = Está bloqueado. Llame a calidad.
stop-humidity = Demasiado húmedo o seco
    .what = { $subject } tiene { $value } % de humedad.
    .why = { $class } es de { $low } a { $high } %.
    .do = Está bloqueado. Llame a calidad.
warn-others-on-it = En { $plate } hay también otra mercancía. Quítela cuando esté en la jaula.
found-intercept = { $subject } está retirado ({ $recall }) y salió con { $document } para { $partner }. Llámeles.
stop-blocked = Bloqueado
    .what = { $subject } no se puede tomar: { block-kind } ({ $reason }).
    .why = Lo abarca el bloqueo { $block }.
    .do = Déjelo y tome otro.
stop-expired = Caducado
    .what = El lote { $lot } caducó el { $expiry }.
    .why = Lo caducado no debe salir.
    .do = Déjelo aquí y tome otro lote.
stop-rotation = Otro lote sale antes
    .what = El lote { $first } de { $place } debe salir antes que el lote { $lot }.
    .why = { $method ->
            [fifo] Entró antes: { $firstday }.
            [lifo] Entró después: { $firstday }.
           *[fefo] Caduca antes: { $firstday }.
        }
    .do = Tome el lote { $first } de { $place }.
stop-wrong-place = Es otra ubicación
    .what = Esto es { $scanned }.
    .why = El trabajo está en { $asked }.
    .do = Vaya a { $asked }.
stop-wrong-item = Es otro artículo
    .what = Esto es { $scanned }.
    .why = La línea pide { $asked }.
    .do = Devuélvalo y escanee { $asked }.
stop-over-pick = Más de lo pedido
    .what = { $adding } más sería demasiado.
    .why = Ya se tomaron { $done } de { $asked }.
    .do = Devuélvalo o abra el paquete.
stop-lot-asked = El cliente pidió un lote
    .what = Este es el lote { $lot }, no el lote { $asked }.
    .why = El pedido nombra el lote { $asked }.
    .do = Devuélvalo y tome el lote { $asked }.
stop-lot-swap = Otro lote que el elegido
    .what = El lote { $lot } debe salir después del lote { $asked }.
    .why = La oficina eligió el lote { $asked } para esta línea.
    .do = Tome el lote { $asked } u otro que no salga después.
stop-not-signed = Sin firma
    .what = Este lote aún no se puede tomar.
    .why = El centro pide la firma de una segunda persona.
    .do = Llame a un supervisor.
stop-wrong-tote = Caja equivocada
    .what = Esta es { $scanned }.
    .why = Lo que tiene en la mano es para { $document }.
    .do = Póngalo en { $asked }.
stop-tote-first = Primero la caja
    .what = Este escaneo no contó.
    .why = Lo que tiene en la mano aún no está en su caja.
    .do = Póngalo en { $tote } y escanee la caja.
stop-weight = El peso no puede ser
    .what = { $subject } no pesa { $weight } kg.
    .why = Deberían ser { $nominal } kg, más o menos { $percent } %.
    .do = Pese y cuente otra vez.
stop-order-twice = El pedido ya está en el recorrido
    .what = { $document } ya se escaneó.
    .why = Un pedido tiene una caja por recorrido.
    .do = Escanee el siguiente pedido o empiece.
stop-not-a-tote = No es una caja
    .what = { $place } no es una caja de pedido.
    .why = Cada pedido de un recorrido va en su propia caja.
    .do = Escanee la caja de este pedido.
stop-tote-taken = Caja en uso
    .what = Hay algo en { $tote }, o es de otro pedido.
    .why = La mercancía de dos pedidos no debe mezclarse.
    .do = Tome una caja vacía.
stop-face-full = No cabe más
    .what = Habría { $total } en { $place }.
    .why = En { $place } caben { $most }.
    .do = Devuélvalo o tome menos.
stop-no-face = Aquí no falta nada
    .what = { $place } no necesita nada.
    .why = No es un frente de preparación, o tiene bastante.
    .do = Elija un frente de la lista.
stop-face-first = Primero el frente
    .what = Este escaneo no contó.
    .why = Aún no se eligió qué frente se repone.
    .do = Elija un frente o escanéelo.
stop-not-at-dock = No está en un muelle
    .what = { $item } no está en ningún muelle.
    .why = Solo lo que acaba de llegar va directo a un pedido.
    .do = Ubíquelo o prepárelo desde su ubicación.
stop-nobody-waits = Ningún pedido lo espera
    .what = Ningún pedido abierto pide { $item }.
    .why = Lo que nadie espera va a una ubicación.
    .do = Ubíquelo.
stop-goods-first = Primero la mercancía
    .what = Este escaneo no contó.
    .why = Lo que llegó aún no se escaneó.
    .do = Escanee la mercancía del muelle.
stop-dispose-pallet = No un palé entero
    .what = Un palé no se destruye con un solo escaneo.
    .why = Hay que nombrar cada lote y número de serie que lleva.
    .do = Deshágalo y escanee lo que llevaba.
stop-not-expired = No está caducado
    .what = Esto caduca el { $expiry }.
    .why = El motivo dice que está caducado.
    .do = Elija otro motivo o devuélvalo.
stop-blocked-use = Bloqueado
    .what = { $subject } no se puede usar: { block-kind } ({ $reason }).
    .why = Lo cubre el bloqueo { $block }.
    .do = Déjelo y tome otro.
stop-not-repack = Otro artículo
    .what = Esto no es lo que entró.
    .why = Reembalar no hace otra mercancía.
    .do = Escanee lo reembalado o haga un kit.
stop-run-lot = El lote se queda
    .what = Aquí dice lote { $lot }. Entró el lote { $input }.
    .why = La misma mercancía conserva su lote, se embale como se embale.
    .do = Etiquételo con el lote que entró.
stop-lot-stays = El lote se queda
    .what = La misma mercancía no recibe otro número de lote.
    .why = El lote se asigna donde se hace la mercancía, no donde se embala.
    .do = Indique el lote que entró.
stop-output-expiry = Caduca demasiado tarde
    .what = Aquí dice que caduca el { $expiry }.
    .why = Algo de lo que lleva caduca el { $first }.
    .do = Etiquételo con el día más próximo.
stop-no-inputs = No entró nada
    .what = Este escaneo no contó.
    .why = Donde no entra nada, no sale nada.
    .do = Escanee primero lo que se consume.
stop-more-out = Sale más de lo que entró
    .what = Saldrían { $total }.
    .why = Entraron { $consumed }.
    .do = Cuente otra vez.
stop-kind-first = ¿Qué se hace?
    .what = Este escaneo no contó.
    .why = Aún no se eligió qué se hace con la mercancía.
    .do = Elíjalo y escanee.
stop-lot-first = Primero el lote
    .what = Este escaneo no contó.
    .why = El lote del último sigue abierto.
    .do = Indique el lote, tome uno nuevo o deshaga.
stop-no-authority = Lo decide otra persona
    .what = { $role ->
            [associate] Un operario
            [supervisor] Un supervisor
            [quality] Calidad
            [auditor] Un auditor
            [administrator] Un administrador
           *[other] Este rol
        } no puede decidir esto.
    .why = El centro lo asigna a otro rol.
    .do = Llame a quien pueda decidirlo.
stop-own-scan = Su propio escaneo
    .what = Este escaneo lo hizo usted.
    .why = Nadie resuelve su propia incidencia.
    .do = Pídaselo a otro supervisor.
stop-out-of-scope = Es de otro propietario
    .what = Esta mercancía es de un propietario para el que usted no trabaja.
    .why = Lo dice el directorio.
    .do = Pregunte a un supervisor de ese propietario.

stop-unknown-document = Documento desconocido
    .what = { $document } no está abierto aquí.
    .why = Este terminal no conoce ningún documento abierto con ese número.
    .do = Elija uno de la lista.
stop-not-a-document = No es un documento
    .what = { $label } es una etiqueta de mercancía.
    .why = Primero hay que saber a qué aviso o pedido pertenece.
    .do = Elija uno de la lista o escanee su número, y después la mercancía.
stop-no-dock = Sin muelle
    .what = { $document } no tiene muelle.
    .why = El aviso no dice dónde llega.
    .do = Pregunte el muelle en la oficina.
stop-not-a-dock = No es un muelle
    .what = { $place } no es un muelle.
    .why = La mercancía entra por un muelle o una zona de preparación.
    .do = Escanee la etiqueta del muelle.
stop-dock-first = Primero el muelle
    .what = No se sabe dónde llega esta mercancía.
    .why = Aún no se ha escaneado su muelle.
    .do = Escanee la etiqueta del muelle.
stop-supplier-first = Primero el proveedor
    .what = No se sabe quién envió esta mercancía.
    .why = Llegó sin papeles.
    .do = Indique el proveedor.
stop-photo-first = Primero la foto
    .what = El daño aún no está documentado.
    .why = Esta mercancía necesita una foto del daño.
    .do = Haga la foto o vuelva atrás.
stop-no-staging = Sin zona de salida
    .what = { $document } no tiene zona de salida.
    .why = El pedido no dice dónde se prepara.
    .do = Pregunte el sitio en la oficina.
stop-not-a-label = No es etiqueta de mercancía
    .what = { $text } no es una etiqueta de mercancía.
    .why = No lleva código de artículo.
    .do = Escanee la etiqueta de la caja.
stop-range-no-serial = Sin número de serie
    .what = Esta etiqueta no lleva número de serie.
    .why = Una serie seguida se conoce por los números de su primera y su última unidad.
    .do = Escanee la etiqueta de una unidad.
stop-range-other-goods = Otra mercancía
    .what = No es lo mismo que la primera etiqueta de la fila.
    .why = Artículo, lote y caducidad deben ser iguales de la primera a la última.
    .do = Escanee la última unidad de la fila, o vuelva atrás.
stop-no-range = Los números no son seguidos
    .what = De { $first } a { $last } no hay una fila seguida.
    .why = { $why ->
        [backwards] El último número de serie va antes que el primero.
        [too_long] Serían más de 10 000 unidades.
       *[not_in_a_row] Los números de serie difieren en algo más que las cifras finales.
    }
    .do = Escanee la última unidad de la fila, o vuelva atrás.
stop-range-confirm = Primero cuente la fila
    .what = La fila de números de serie aún no está contada.
    .why = Se conocen su primera y su última unidad.
    .do = Cuéntela, o vuelva atrás.
stop-unreadable-label = La etiqueta no se lee
    .what = Esta etiqueta está dañada o mal impresa.
    .why = { $part } no sigue el estándar, desde el carácter { $at }.
    .do = Escanee otra etiqueta suya, o apártelo.
label-part-item = El número de artículo
label-part-lot = El número de lote
label-part-serial = El número de serie
label-part-date = Una fecha
label-part-pallet = El número de palé
label-part-field = El contenido del campo ({ $ai })
label-part-code = El código
stop-unknown-place = Ubicación desconocida
    .what = { $place } no es una ubicación de aquí.
    .why = No está entre las ubicaciones de este centro.
    .do = Escanee la etiqueta de la ubicación.
stop-nothing-lifted = Nada recogido
    .what = En el carro no hay nada para { $place }.
    .why = Una carga se recoge antes de dejarla.
    .do = Escanee primero lo que ubica.
stop-not-a-bin = No es una ubicación
    .what = { $place } lleva mercancía, no la almacena.
    .why = Ubicar termina en una ubicación.
    .do = Escanee una ubicación.
stop-already-lifted = Ya está en el carro
    .what = { $what } ya está en el carro.
    .why = Se recogió antes.
    .do = Escanee la ubicación.
stop-scan-bin-first = Primero la ubicación
    .what = La ubicación aún no está confirmada.
    .why = El registro debe saber de dónde se tomó.
    .do = Escanee la etiqueta de la ubicación.
stop-scan-staging = Todas las líneas listas
    .what = No se pide nada más.
    .why = Todas las líneas de este pedido están tomadas.
    .do = Escanee { $place }.
stop-not-found = No se encontró nada
    .what = { $text } no se conoce aquí.
    .why = No es etiqueta, ubicación ni palé de este centro.
    .do = Escanéelo otra vez.
stop-other-badge = Otra credencial
    .what = Esta credencial es de otra persona.
    .why = La firma pide la credencial de quien ha entrado.
    .do = Escanee su propia credencial.
stop-scan-not-here = Aquí no se escanea
    .what = Este paso no admite escaneos.
    .why = Antes hay que elegir algo.
    .do = Elija una de las acciones.
stop-acknowledge-first = Primero confirme
    .what = Este escaneo no contó.
    .why = Todavía hay una parada pendiente.
    .do = Confirme la parada y escanee otra vez.
stop-unknown-badge = Credencial desconocida
    .what = Esta credencial no se conoce aquí.
    .why = No está en el directorio de este centro.
    .do = Escanee su credencial, o pregunte a un supervisor.
stop-inactive = Credencial fuera de uso
    .what = Esta credencial ya no se usa.
    .why = Lo dice el directorio.
    .do = Pregunte a un supervisor.
stop-wrong-pin = El PIN no coincide
    .what = Ese PIN no es el correcto.
    .why = No corresponde a la credencial.
    .do = Escanee su credencial y pruebe otra vez.
stop-locked-out = Bloqueado
    .what = Demasiados PIN que no coinciden.
    .why = La credencial está bloqueada hasta las { $clock }, aquí y en todo terminal que haya sincronizado desde entonces.
    .do = Espere { $minutes ->
        [one] un minuto
       *[other] { $minutes } minutos
    } o pregunte a un supervisor.

warn-serial-elsewhere = El número de serie { $serial } constaba en { $at }. Cuenta como tomado de { $from }.
warn-expired = El lote { $lot } caducó el { $expiry }. Se puede mover, no expedir.
warn-expires-soon = El lote { $lot } caduca el { $expiry }, { $left ->
        [0] hoy
        [one] dentro de un día
       *[other] dentro de { $left } días
    }. Contado.
warn-rotation-allocated = El lote { $first } iría antes. La oficina eligió el lote { $lot }, así que cuenta.
warn-lot-swapped = La oficina eligió el lote { $asked }. El lote { $lot } no sale después, por eso contó.
warn-overridden = El lote { $lot } se toma fuera de turno, con motivo. Contó.
warn-output-expiry = Dice { $expiry }, pero algo de lo que lleva caduca el { $first }. Contó.
warn-other-place = Se proponía { $asked }. Queda registrado { $scanned }.
warn-not-in-stock = El registro tiene { $held } de { $subject } en { $from }. Su escaneo contó.
warn-origin-unknown = Aún no sabemos de dónde vino { $subject }. Contado.
warn-blocked = { $subject } está bloqueado ({ block-kind }: { $reason }). Se puede mover, no expedir.

# Lo que encuentra la pasarela al aplicar una anotación.
found-block-unknown = Se levantó un bloqueo que la pasarela no conoce. No cambió nada.
found-exception-overruled = Otra persona había resuelto esta incidencia con menos rigor. Ahora vale la decisión más estricta.
found-exception-settled = Otra persona ya había resuelto esta incidencia. Vale la decisión más estricta.
found-exception-unknown = Se resolvió una incidencia que la pasarela no conoce. No cambió nada.
found-no-authority = Quien firmó esto no puede decidirlo. La decisión quedó anotada y no tiene efecto.
found-undo-differs = Se deshizo algo que constaba de otra manera. No cambió nada.
found-undo-unknown = Se deshizo algo que la pasarela no conoce. No cambió nada.
found-undone-twice = Esto ya se había deshecho. La segunda vez no tiene efecto.
found-plate-built-twice = Una etiqueta se dio a dos palés. Lo escaneado en ambos figura en ella hasta que alguien lo mire.
found-plate-cycle = Dos palés se pusieron uno sobre otro a la vez. Lo segundo quedó registrado y no tiene efecto.
found-relabelled-twice = Una unidad recibió dos números. Cuenta el primero; hay que quitar la etiqueta del segundo.
found-verdict-disagrees = Con los hechos de esta anotación, las reglas dicen otra cosa que el terminal. La anotación cuenta.
found-wms-refused = El sistema propio del almacén lo rechazó: { $reason }

stop-second-code-alone = Primero el código del artículo
    .what = Este código no contó.
    .why = Da un lote, serie o fecha, pero no su artículo, y justo antes no se leyó ningún código de artículo.
    .do = Escanee el código del artículo y luego este.
stop-two-halves = Hay dos artículos abiertos
    .what = Ninguno de estos códigos contó.
    .why = El código de artículo anterior aún espera su otro código, y este es otro artículo.
    .do = Escanee los dos códigos de una unidad, uno tras otro, y luego la siguiente unidad.
stop-no-number-left = No quedan números
    .what = A este terminal no le quedan números de { $series }.
    .why = Cada número se usa una vez, y ya se usaron todos los que tenía reservados.
    .do = Vaya donde haya red; llegan más por sí solos.
stop-ambiguous-label = Escanee otra vez
    .what = Esta etiqueta no contó.
    .why = Se perdió un separador entre sus partes, y puede leerse de { $count } maneras.
    .do = Escanéela otra vez, o lea otro código suyo. Si no basta, escanee una vez la etiqueta de calibración.
stop-calibration = No se pudo calibrar
    .what = Este terminal no aprendió nada.
    .why = { $why ->
        [letters] El lector cambia mayúsculas por minúsculas, o al revés.
        [separators] El lector no envía lo mismo por cada separador.
       *[reads] El lector envió la etiqueta varias veces, y no siempre igual.
    }
    .do = Pida que corrijan los ajustes del lector y escanee otra vez la etiqueta de calibración.

stop-check-digits = Otros dígitos
    .what = { $entered } no es lo que pone en { $place }.
    .why = Los dígitos de la ubicación muestran que es la buena.
    .do = Lea otra vez los dígitos de { $place }.
stop-digits-first = Primero los dígitos
    .what = Este escaneo no contó.
    .why = { $place } aún no está confirmada.
    .do = Escriba los dígitos que pone en { $place }.
stop-serial-gone = Ya no está aquí
    .what = El número de serie { $serial } no debería estar aquí.
    .why = El registro lo tiene como { $status ->
        [consumed] consumido
       *[disposed] destruido
    }.
    .do = Apártelo y llame a un supervisor.
stop-blocked-goods = Solo a una jaula
    .what = { $subject } está bloqueado: { block-kind } ({ $reason }).
    .why = Lo abarca el bloqueo { $block }.
    .do = Déjelo en una jaula.
stop-blocked-stays = Se queda donde está
    .what = { $subject } debe quedarse en { $at }: { block-kind } ({ $reason }).
    .why = Lo retiene allí el bloqueo { $block }.
    .do = Devuélvalo a { $at }.
stop-never-shipped = Nunca lo enviamos
    .what = El registro no tiene ningún envío de { $subject }.
    .why = Solo se acepta lo que salió de aquí.
    .do = Apártelo: decide un supervisor.
stop-shipped-elsewhere = Se envió a otro
    .what = { $subject } no se envió a { $customer }.
    .why = Según el registro se envió a { $to }.
    .do = Apártelo: decide un supervisor.
stop-recalled-to-stock = Retirado: no al stock
    .what = { $subject } está retirado.
    .why = Lo retirado no vuelve al stock.
    .do = Elija cuarentena o para desechar.
stop-expired-to-stock = Caducado: no al stock
    .what = { $subject } caducó.
    .why = Lo caducado no vuelve al stock.
    .do = Elija cuarentena o para desechar.
stop-sender-first = Primero el cliente
    .what = No se sabe quién devuelve esto.
    .why = Una devolución se coteja con su envío.
    .do = Escanee el pedido o escriba el cliente.
stop-decide-first = Primero decida
    .what = Falta decidir qué se hace con lo que tiene en la mano.
    .why = Cada devolución se decide aparte.
    .do = Elija una de las tres o vuelva atrás.
warn-shipped-unknown = { $subject } se envió; este terminal no sabe a quién.
exception-verification = La serie { $serial } no está verificada: { $answer ->
        [active] activo
        [inactive] no activo
        [alert] alerta
       *[other] { $answer }
    }. No debe venderse.
stop-not-waiting-there = No espera ahí
    .what = Nada de esta mercancía espera a calidad en { $text }.
    .why = Espera en varias ubicaciones y se decide una cada vez.
    .do = Escanee la ubicación donde está lo que tiene en la mano.
stop-nothing-to-inspect = Nada que inspeccionar
    .what = Ningún bloqueo de calidad abarca esto.
    .why = Solo se inspecciona lo que espera a calidad.
    .do = Escanee lo que espera, o consúltelo.
stop-not-of-sample = No es un número de la muestra
    .what = { $text } no puede estar mal.
    .why = La muestra es de { $size }.
    .do = Indique cuántos de la muestra están mal, de 0 a { $size }.
stop-sample-bad = La muestra está mal
    .what = { $bad } de { $size } estaban mal.
    .why = Como máximo { $allowed } para que todo pase.
    .do = Apruebe una parte, o rechácelo.
stop-not-a-part = No es una parte
    .what = No se pueden separar tantos.
    .why = En total esperan { $amount }; una anotación nombra como máximo 100 series.
    .do = Separe menos, o rechácelo todo.
stop-not-inspected = No se inspecciona aquí
    .what = Esta unidad no está entre las que esperan.
    .why = Su artículo, lote o lugar es otro.
    .do = Escanee una unidad de lo inspeccionado.
stop-blocked-place = Ubicación bloqueada
    .what = { $subject } está bloqueado: { block-kind } ({ $reason }).
    .why = El bloqueo { $block } abarca la ubicación.
    .do = Déjelo en otro sitio.
stop-place-first = Primero la ubicación
    .what = Este escaneo no contó.
    .why = El registro debe saber de dónde se toma.
    .do = Escanee la etiqueta de la ubicación donde está.
stop-only-carries = Solo transporta
    .what = { $place } lleva mercancía, no la almacena.
    .why = Es un carro, una horquilla o una cubeta.
    .do = Escanee la ubicación misma.
warn-contents-unknown = Nadie sabe qué hay en { $subject }; no se pudo comprobar ninguna retirada. Contado.
stop-plate-first = Primero el palé
    .what = Este escaneo no contó.
    .why = Hay que saber a qué palé va.
    .do = Escanee la etiqueta del palé o tome un número nuevo.
stop-not-a-plate = No es un palé
    .what = { $text } no es la etiqueta de un palé.
    .why = No es un SSCC y ningún número de este centro empieza así.
    .do = Escanee la etiqueta del palé.
stop-plate-used = Etiqueta ya usada
    .what = { $plate } ya no está aquí.
    .why = Consta que salió, y la etiqueta de un palé se usa una vez.
    .do = Tome un número nuevo u otra etiqueta impresa.
stop-plate-elsewhere = Está en otro sitio
    .what = { $plate } está en { $at } con mercancía.
    .why = Así consta.
    .do = Muévalo antes aquí o escanee otra etiqueta.
warn-plate-elsewhere = { $plate } constaba en { $at }. Cuenta como que está aquí.
warn-child-elsewhere = { $subject } constaba en { $plate }, en { $at }. Cuenta como retirado de allí; un supervisor revisa ese palé.
stop-on-plate-already = Ya está encima
    .what = Esto ya está en { $plate }.
    .why = Se escaneó antes.
    .do = Escanee el siguiente.
stop-not-on-plate = No está encima
    .what = { $what } no está en { $plate }.
    .why = No consta allí.
    .do = Escanee lo que hay en este palé.
stop-mixing = No pueden ir juntos
    .what = Esto no puede ir en { $plate }.
    .why = { $kind ->
        [owner] Es de otro propietario que lo que lleva.
        [item] Aquí no pueden ir juntos varios artículos.
        [lot] Aquí no pueden ir juntos varios lotes.
       *[expiry] Aquí no pueden ir juntas varias caducidades.
    }
    .do = Póngalo en otro palé.
stop-plate-around = No sobre sí mismo
    .what = { $plate } no puede ir sobre { $onto }.
    .why = Es el mismo, o uno ya está sobre el otro.
    .do = Escanee otro palé.
stop-plate-depth = Demasiados niveles
    .what = { $plate } no puede ir sobre { $onto }.
    .why = No puede haber más de { $most } niveles.
    .do = Póngalo en otro palé.
stop-plate-held = Palé bloqueado
    .what = { $plate } está bloqueado: { block-kind } ({ $reason }).
    .why = El bloqueo { $block } abarca el palé; lo que se ponga o se quite escaparía de él.
    .do = Déjelo como está o haga liberar el bloqueo.

stop-reason-first = Primero el motivo
    .what = Este escaneo no contó.
    .why = El registro debe saber por qué entra o sale mercancía.
    .do = Elija un motivo.
stop-quantity-first = ¿Cuántos?
    .what = Este escaneo no contó.
    .why = Falta la cantidad del último.
    .do = Escriba cuántos, o deshaga.
stop-not-a-quantity = No es una cantidad
    .what = { $text } no puede ser una cantidad.
    .why = Debe ser un número mayor que cero.
    .do = Escriba otra vez cuántos.
stop-not-a-weight = No es un peso
    .what = { $text } no puede ser un peso.
    .why = Debe ser un número mayor que cero, como lo muestra la báscula.
    .do = Introduzca el peso otra vez.
stop-adjust-limit = Hace falta otra persona
    .what = Son más de { $limit } de una vez.
    .why = Por encima de eso, el centro pide dos personas.
    .do = Llame a un supervisor.
stop-same-person = Firma otra persona
    .what = Este trabajo es suyo.
    .why = Hacen falta dos personas, cada una con su credencial.
    .do = Pida la firma a otro supervisor.

stop-count-differs = Hay que contar otra vez
    .what = El conteo no coincide con el registro.
    .why = Pasa de lo que el centro tolera.
    .do = Otra persona cuenta de nuevo.
stop-opening-over = La apertura terminó
    .what = El saldo inicial de este almacén está cerrado.
    .why = Así lo dice la política vigente; lo que aparece ahora tiene otra causa.
    .do = Cuente este lugar como siempre.
stop-own-count = Su propio conteo
    .what = Aquí ya contó usted.
    .why = Debe contar de nuevo otra persona.
    .do = Pida a alguien más que cuente.
stop-not-carried = No está en este dispositivo
    .what = De la mercancía de { $owner } este dispositivo no tiene unidades sueltas ni historial.
    .why = La política vigente le da una parte del centro.
    .do = Tome un dispositivo que lleve { $owner } o pregunte en el gateway.
stop-count-open = El conteo está abierto
    .what = Este escaneo no contó.
    .why = El conteo de esta ubicación no está terminado.
    .do = Escanee la mercancía, o elija Listo.
stop-count-loose = Solo mercancía suelta
    .what = Un palé no se cuenta con lo que está suelto.
    .why = Está donde se dejó.
    .do = Escanee lo que hay al lado.
stop-counted-twice = Ya contado
    .what = El número de serie { $serial } se contó hace un momento.
    .why = Un número de serie es una unidad.
    .do = Escanee la siguiente.

stop-own-block = Su propio bloqueo
    .what = El bloqueo { $block } lo puso usted.
    .why = Nadie libera lo que retuvo.
    .do = Pídaselo a otra persona que pueda liberarlo.
stop-other-range = No es el otro extremo
    .what = Esta etiqueta no tiene número de serie del mismo artículo.
    .why = Un rango va de un número de serie de un artículo a otro.
    .do = Escanee la unidad del otro extremo o vuelva atrás.
stop-not-a-lot = No es un lote
    .what = { $text } no puede ser un número de lote.
    .why = Un lote tiene de uno a cincuenta caracteres imprimibles.
    .do = Escríbalo como está impreso.

stop-order-not-picked = Aún sin preparar
    .what = { $document } aún no está preparado.
    .why = Sus líneas siguen abiertas aquí.
    .do = Prepárelo primero o elija otro pedido.
stop-order-shipped = Ya expedido
    .what = { $document } ya salió.
    .why = Su remolque se confirmó como expedido.
    .do = Elija otro pedido.
stop-trailer-first = Primero el remolque
    .what = Este escaneo no contó.
    .why = El registro debe saber dónde se carga.
    .do = Escanee la etiqueta del remolque.
stop-not-a-trailer = No es un remolque
    .what = { $place } no es un remolque.
    .why = Un pedido sale en un remolque.
    .do = Escanee la etiqueta del remolque.
stop-trailer-taken = Remolque de otro pedido
    .what = { $trailer } se carga para { $document }.
    .why = Un remolque lleva un pedido a la vez.
    .do = Expida primero { $document } o tome otro remolque.
stop-list-old = Lista de retiradas antigua
    .what = La lista de retiradas tiene { $hours } h { $minutes } min.
    .why = Por encima de { $limit } h no se carga ni se expide nada.
    .do = Vaya donde haya red o pida la firma de un supervisor.
warn-list-old = La lista de retiradas tiene { $hours } h { $minutes } min, más de { $limit } h. Firmó un supervisor, así que contó.
stop-no-list = Sin lista de retiradas
    .what = Este equipo nunca tuvo una lista de retiradas completa.
    .why = Sin ella no se carga ni se expide nada.
    .do = Vaya donde haya red o pida la firma de un supervisor.
warn-no-list = Este equipo no tiene lista de retiradas. Firmó un supervisor, así que contó.
stop-blocked-load = Bloqueado
    .what = { $subject } no debe salir: { block-kind } ({ $reason }).
    .why = Lo abarca el bloqueo { $block }.
    .do = Llévelo a la jaula. No debe salir.
stop-contents-unknown = Contenido desconocido
    .what = Nadie sabe qué hay en { $subject }.
    .why = No se puede comprobar ninguna retirada.
    .do = Déjelo aquí y escanee lo que lleva.
stop-over-load = Más de lo pedido
    .what = Saldrían { $total } de { $item }.
    .why = El pedido pide { $asked }.
    .do = Deje el resto aquí.
stop-loaded-already = Ya cargado
    .what = { $what } ya está en este remolque.
    .why = Se cargó antes.
    .do = Escanee el siguiente.
stop-no-seal = Sin precinto
    .what = El remolque aún no tiene precinto.
    .why = El centro solo expide remolques precintados.
    .do = Escanee el precinto o escriba su número.
stop-seal-first = La carga está cerrada
    .what = Este escaneo no contó.
    .why = El remolque está por salir.
    .do = Escanee el precinto o vuelva para cargar más.
stop-not-a-seal = No es un precinto
    .what = { $text } no puede ser el número de un precinto.
    .why = Tiene de 1 a 30 letras y cifras.
    .do = Escanee el precinto de nuevo.
stop-ship-short = Falta algo
    .what = Faltan { $missing }.
    .why = El pedido pide más de lo que hay en el remolque.
    .do = Cargue el resto o confirme.
warn-shipped-short = Faltaban { $missing }. Se confirmó, así que el remolque salió.
stop-not-picked-for = No se preparó para esto
    .what = { $subject } no se preparó para { $document }.
    .why = Se preparó: { $picked }.
    .do = Devuélvalo y escanee lo preparado.
stop-carton-taken = Caja de otro pedido
    .what = En { $plate } hay algo que no es de este pedido.
    .why = Una caja lleva un solo pedido.
    .do = Tome otra caja.
stop-pack-short = Falta algo
    .what = Faltan { $missing }.
    .why = El pedido pide más de lo embalado.
    .do = Embale el resto o confirme.
stop-not-our-label = No es nuestra etiqueta
    .what = { $label } no es una etiqueta de este centro.
    .why = Solo quien la emitió la imprime otra vez.
    .do = Forme un palé con un número propio, o deje la etiqueta.
stop-new-lot = Lote desconocido
    .what = { $subject } no consta.
    .why = Una etiqueta nueva nunca crea un lote nuevo.
    .do = Recíbalo antes o elija lo que consta aquí.
stop-unit-held = Unidad bloqueada
    .what = { $subject } está bloqueado: { block-kind } ({ $reason }).
    .why = El bloqueo { $block } abarca su número de serie; con otro nombre escaparía de él.
    .do = Deje su etiqueta y llévelo a la jaula.
warn-packed-short = Faltaban { $missing }. Se confirmó; el pedido está embalado.
warn-others-packed = Embalado. { $devices } también embaló; lo que aún no informó llega después.
stop-carton-first = Primero la caja
    .what = Este escaneo no contó.
    .why = Hay que saber en qué caja va.
    .do = Escanee la etiqueta de la caja o tome un número nuevo.
stop-weight-first = Primero el peso
    .what = Este escaneo no contó.
    .why = La caja está cerrada y aún sin pesar.
    .do = Escriba el peso o vuelva.
warn-others-loaded = El remolque salió. También cargó { $devices }; lo que aún no ha comunicado llega después.
stop-number-format = El número no parece correcto
    .what = { $of ->
        [serial] La serie { $number } no está escrita como las series de este artículo.
       *[other] El lote { $number } no está escrito como los lotes de este artículo.
    }
    .why = { $wrong ->
        [length] La regla { $name } pide una longitud de { $asked }; este tiene { $found }.
        [character] La regla { $name } admite { $asked }; aquí hay { $found }.
        [prefix] La regla { $name } pide uno de estos comienzos: { $asked }.
       *[date] La regla { $name } pide una fecha escrita { $asked } desde el carácter { $found }.
    }
    .do = Compárelo con la etiqueta. Si allí pone lo mismo, aparte la mercancía.
stop-profile-field = Falta por normativa
    .what = { $field ->
        [lot] La mercancía no tiene número de lote.
        [serial] La unidad no tiene número de serie.
        [expiry] La mercancía no tiene fecha de caducidad.
        [origin] El lote no tiene país de origen.
        [source] Nadie ha dicho quién envió la mercancía.
       *[other] La mercancía no tiene ni lote ni serie.
    }
    .why = { $profile } lo exige ({ $source }).
    .do = Busque otra etiqueta en el envase. Si no la hay, aparte la mercancía.
stop-policy-refused = Política rechazada
    .what = La política { $version } no entra en vigor; sigue la política { $kept }.
    .why = { $wrong ->
        [unreadable] Este terminal no puede leerla: { $detail }.
       *[other] Se contradice en { $at }: { $detail }.
    }
    .do = Siga trabajando y avise a quien publica las políticas.
stop-journal-damaged = Almacenamiento dañado
    .what = { $lost ->
        [0] Parte del almacenamiento de este terminal estaba dañada; no consta que falte ninguna lectura.
        [one] Parte del almacenamiento de este terminal estaba dañada; una lectura sin enviar no se puede leer.
       *[other] Parte del almacenamiento de este terminal estaba dañada; { $lost } lecturas sin enviar no se pueden leer.
    }
    .why = { $saved ->
        [0] No esperaba ninguna lectura legible; el archivo dañado se conserva como { $file }.
        [one] Se salvó una lectura que esperaba; el archivo dañado se conserva como { $file }.
       *[other] Se salvaron { $saved } lecturas que esperaban; el archivo dañado se conserva como { $file }.
    }
    .do = Siga trabajando, recuente lo último que escaneó y avise a un supervisor.
stop-not-days = No es un número de días
    .what = { $text } no es un número de días.
    .why = Se piden días enteros de 0 a { $most }.
    .do = Escriba el número de días.
made-from = { $made } se hizo de { $of } en la operación { $run }
made-from-and = { $link }, { $rest }
stop-recalled-made = Retirado
    .what = { $subject } está retirado ({ $reason }).
    .why = La retirada { $block } abarca lo que se hizo de ello: { $chain }.
    .do = Llévelo a la jaula. No debe salir.

# Work queue
stop-task-done = Hecha en otro lugar
    .what = La tarea { $task } ya está hecha.
    .why = La terminó { $holder }.
    .do = Déjela. Lo que hizo para ella cuenta, y lo que sobre se devolverá a su lugar.
stop-task-withdrawn = Retirada
    .what = La tarea { $task } ya no hace falta.
    .why = El sistema del almacén la retiró.
    .do = Devuelva lo que tiene en la mano y tome la siguiente.
stop-task-taken = La tiene otra persona
    .what = La tarea { $task } no está libre.
    .why = La tiene { $holder }.
    .do = Tome otra.
stop-task-not-here = No es para este dispositivo
    .what = La tarea { $task } no se puede hacer aquí.
    .why = Pide otro equipo, otra zona o mercancía de un propietario para el que usted no trabaja.
    .do = Tome otra.
stop-unknown-task = Tarea desconocida
    .what = No hay ninguna tarea { $task }.
    .why = Este dispositivo no sabe de ella.
    .do = Tome una de las que se muestran, o escanee de nuevo su número.
stop-hand-unknown = Nadie conocido
    .what = La tarea no puede esperar a { $to }.
    .why = Nadie aquí tiene esa credencial, ni ningún dispositivo ese nombre.
    .do = Escanee una credencial o aparque la tarea.
stop-hand-scope = No es para esa persona
    .what = { $to } no puede hacer esta tarea.
    .why = No trabaja para el propietario de la mercancía.
    .do = Entréguela a otra persona.
stop-skip-reason = Primero el motivo
    .what = { $text } no contó.
    .why = Aún no se dijo por qué se omite la tarea.
    .do = Elija un motivo o vuelva a la tarea.
warn-task-silent = { $holder } tenía la tarea { $task } y no da noticias. Mire primero qué se hizo. Lo que ese dispositivo comunique después también cuenta.
warn-task-elsewhere = La tarea { $task } ya no es suya. Esto contó. Deje lo que tiene en la mano.
warn-reserved = { $kept } de { $subject } en { $place } están reservadas para otra tarea. Contó; esa tarea irá a otro lugar.
found-task-done-twice = La tarea { $task } la hicieron { $first } y { $device }: se movieron { $amount } de más. Ambas cuentan. La tarea { $back } lo devuelve a su lugar.
stop-clock-back = El reloj no es de fiar
    .what = El reloj de este terminal retrocedió a { $clock }.
    .why = Ya eran las { $earliest } cuando se supo la hora por última vez.
    .do = Vaya adonde haya red o ponga el reloj en hora. Lo que no caduca puede seguir.
stop-clock-ahead = El reloj no es de fiar
    .what = El reloj de este terminal saltó a { $clock }.
    .why = Desde el reinicio pueden ser como mucho las { $latest }.
    .do = Vaya adonde haya red o ponga el reloj en hora. Lo que no caduca puede seguir.
stop-serial-disputed = Número de serie en disputa
    .what = Dos lugares reclaman el número de serie { $serial }.
    .why = El registro lo tiene en { $at }, y también lo reclama { $claimed }.
    .do = Déjelo aquí y tome otro. Un supervisor lo resuelve en incidencias.
found-inspection-failed = Dos terminales inspeccionaron la misma mercancía sin saberlo, y en uno no pasó. La mercancía sigue bloqueada.

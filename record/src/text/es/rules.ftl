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
stop-blocked = Bloqueado
    .what = { $subject } no se puede tomar: { $kind } ({ $reason }).
    .why = Lo abarca el bloqueo { $block }.
    .do = Déjelo y tome otro.
stop-expired = Caducado
    .what = El lote { $lot } caducó el { $expiry }.
    .why = Lo caducado no debe salir.
    .do = Déjelo aquí y tome otro lote.
stop-rotation = Otro lote sale antes
    .what = El lote { $first } de { $place } debe salir antes que el lote { $lot }.
    .why = Caduca antes: { $firstday }.
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
stop-no-authority = Lo decide otra persona
    .what = El rol { $role } no puede decidir esto.
    .why = El centro lo asigna a otro rol.
    .do = Llame a un supervisor.
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
stop-no-dock = Sin muelle
    .what = { $document } no tiene muelle.
    .why = El aviso no dice dónde llega.
    .do = Pregunte el muelle en la oficina.
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
    .why = { $why } ({ $code }).
    .do = Escanee otra etiqueta suya, o apártelo.
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
    .why = La credencial está bloqueada en este terminal.
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
warn-other-place = Se proponía { $asked }. Queda registrado { $scanned }.
warn-not-in-stock = El registro tiene { $held } de { $subject } en { $from }. Su escaneo contó.
warn-origin-unknown = Aún no sabemos de dónde vino { $subject }. Contado.
warn-blocked = { $subject } está bloqueado ({ $kind }: { $reason }). Se puede mover, no expedir.

# Lo que encuentra la pasarela al aplicar una anotación.
found-block-unknown = Se levantó un bloqueo que la pasarela no conoce. No cambió nada.
found-exception-settled = Otra persona ya había resuelto esta incidencia. Vale la decisión más estricta.
found-exception-unknown = Se resolvió una incidencia que la pasarela no conoce. No cambió nada.
found-no-authority = Quien firmó esto no puede decidirlo. La decisión quedó anotada y no tiene efecto.
found-undo-differs = Se deshizo algo que constaba de otra manera. No cambió nada.
found-undo-unknown = Se deshizo algo que la pasarela no conoce. No cambió nada.
found-undone-twice = Esto ya se había deshecho. La segunda vez no tiene efecto.
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
    .what = { $subject } está bloqueado: { $kind } ({ $reason }).
    .why = Lo abarca el bloqueo { $block }.
    .do = Déjelo en una jaula.
stop-blocked-place = Ubicación bloqueada
    .what = { $subject } está bloqueado: { $kind } ({ $reason }).
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
stop-own-count = Su propio conteo
    .what = Aquí ya contó usted.
    .why = Debe contar de nuevo otra persona.
    .do = Pida a alguien más que cuente.
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

# El terminal de mano en una consola: lo que rodea la pantalla.

tone-accept = CONTADO
tone-warn = ATENCIÓN
tone-stop = ALTO
training-frame = PRÁCTICAS
hint-scan = escaneo
hint-text = texto
hint-quantity = cantidad
hint-pin = PIN
hint-choose = elija
line-done = listo
standing-at-gateway = en la pasarela { $n }
standing-in-wms = en el SGA { $n }
key-labels = ? etiquetas
key-leave = F10 salir
console-at = consola { $url }
labels-title = Etiquetas: flechas o número, Enter escanea, Esc cierra
labels-none = Solo hay etiquetas de muestra en un centro propio (--demo).
sync-done = Enviados: { $sent }. { $rows ->
        [one] Recibida una fila
       *[other] Recibidas { $rows } filas
    }.
sync-unreached = No se llega a la pasarela; el trabajo sigue.
sync-failed = No enviado: { $why }
plain-help = Escriba lo que escanea, una tecla entre corchetes, `back`, `sync`, `?` para etiquetas de muestra, o `quit`.
plain-no-key = Aquí no existe esa tecla.
label-printed = Etiqueta impresa: { $label }
label-failed = Etiqueta no impresa: { $label }. { $why }
label-unknown = Etiqueta enviada: { $label }. Mire si ha salido.
units-verified = Verificación: { $active } liberadas, { $refused } no auténticas, { $unanswered } sin respuesta.

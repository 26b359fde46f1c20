# El terminal como aparato propio: lo que rodea la pantalla, y lo que se lee en voz alta.

shell-key = tecla { $text }
shell-current = ahora
shell-alert = mire esto
shell-scan = Escanear
shell-type = Escribir
shell-enter = Intro
shell-erase = Borrar
shell-digits = { $n ->
        [one] una cifra escrita
       *[other] { $n } cifras escritas
    }
shell-battery = Batería { $n } %
shell-battery-low = Batería baja: { $n } %
shell-battery-charging = Cargando: { $n } %
shell-engine-absent = Sin escáner
shell-engine-off = Escáner apagado
shell-engine-ready = Escáner listo
shell-engine-scanning = Escaneando
shell-engine-locked = Escáner bloqueado
shell-fault-retry = No ha funcionado. Haga lo mismo otra vez.
shell-fault-rescan = No se leyó bien. Escanéelo otra vez.
shell-fault-supervisor = Este terminal no puede seguir. Llame a un supervisor.
shell-fault-sign-in = El servidor no conoce este terminal. Pida que lo den de alta.
shell-fault-space = El terminal está lleno y no puede guardar más. Pida que hagan sitio.
shell-fault-update = La aplicación es antigua para lo que hay en este terminal. Pida que instalen la nueva.
shell-fault-bug = Algo falló en la aplicación; no se perdió nada. Haga lo mismo otra vez o llame a un supervisor.
shell-label-unknown = Etiqueta enviada: { $text }. ¿Ha salido?
shell-label-came-out = Ha salido
shell-label-did-not = No ha salido
shell-label-failed = Etiqueta no impresa: { $text }. Mire la impresora.
shell-camera-why = La cámara lee etiquetas. Sus imágenes no se guardan. Permítala, por favor.
shell-camera-denied = La cámara no está permitida. Permítala en los ajustes del dispositivo o escriba el código.
shell-camera-light = Luz
shell-camera-close = Cerrar
shell-photo = Hacer foto
shell-files = Archivos
shell-printer-why = La impresora de etiquetas está unida por Bluetooth. Permita los dispositivos cercanos, por favor.
shell-set-aside = Apartar los archivos
shell-set-aside-why = Las claves de este dispositivo no abren sus archivos. Apartados se conservan como están, con lo que no se envió, y el dispositivo se inscribe de nuevo. Hágalo solo si lo dice un supervisor.

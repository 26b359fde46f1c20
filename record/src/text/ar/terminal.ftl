# The handheld in a terminal: what stands around the screen.

tone-accept = حُسب
tone-warn = انتبه
tone-stop = قف
training-frame = تدريب
hint-scan = مسح
hint-text = نص
hint-quantity = كمية
hint-pin = الرقم السري
hint-choose = اختر
line-done = تم
standing-at-gateway = في البوابة { $n }
standing-in-wms = في نظام المستودع { $n }
key-labels = ? ملصقات
key-leave = F10 خروج
console-at = لوحة المتابعة { $url }
labels-title = الملصقات: الأسهم أو رقم، Enter يمسح، Esc يغلق
labels-none = الملصقات النموذجية في مستودع خاص بك فقط ({"\u200E"}--demo).
sync-done = المُرسل: { $sent }. المُستلم: { $rows ->
        [zero] لا صفوف
        [one] صف واحد
        [two] صفان
        [few] { $rows } صفوف
        [many] { $rows } صفًا
       *[other] { $rows } صف
    }.
sync-unreached = لا يمكن الوصول إلى البوابة؛ العمل مستمر.
sync-failed = لم يُرسل: { $why }
plain-help = اكتب ما تمسحه، أو مفتاحًا بين أقواس، أو `back` أو `sync` أو `?` لملصقات نموذجية أو `quit`.
plain-no-key = لا يوجد هذا المفتاح هنا.
label-printed = طُبع الملصق: { $label }
label-failed = لم يُطبع الملصق: { $label }. { $why }
label-unknown = أُرسل الملصق: { $label }. انظر هل خرج.
units-verified = التحقق: أُفرج عن { $active }، غير أصلية { $refused }، بلا جواب { $unanswered }.

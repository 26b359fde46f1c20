# A line without an Arabic word of its own begins with the mark U+200F: what is filled in is isolated, so nothing else
# would say that the line runs from right to left.

day = {"\u200F"}{ $day } { $month } { $year }
month-1 = يناير
month-2 = فبراير
month-3 = مارس
month-4 = أبريل
month-5 = مايو
month-6 = يونيو
month-7 = يوليو
month-8 = أغسطس
month-9 = سبتمبر
month-10 = أكتوبر
month-11 = نوفمبر
month-12 = ديسمبر
plain = { $text }
plate-name = الطبلية { $plate }
place-unknown = غير معروف
virtual-supplier = المورّد
virtual-customer = العميل
virtual-produced = الإنتاج
virtual-consumed = الاستهلاك
virtual-disposed = الإتلاف
virtual-opening = الرصيد الافتتاحي
virtual-unexplained = بلا تفسير

sign-in-title = تسجيل الدخول
sign-in-badge-prompt = امسح بطاقتك
sign-in-pin-prompt = أدخل رقمك السري
signed-in = تم الدخول: { $name }
open-work-waits = هناك عمل لم يكتمل
home-title = العمل
home-prompt = اختر، أو امسح أي شيء
receive-title = استلام
receive-title-of = استلام  { $document }  { $owner }
choose-notice-prompt = اختر إشعار الشحن
receive-prompt = امسح الكرتونة التالية
received-plate = تم استلام { $plate }
receipt-done = اكتمل { $document }
receipt-short = أُغلق { $document } بنقص
pick-title = التقاط
pick-title-of = التقاط  { $document }  السطر { $line }/{ $lines }
choose-order-prompt = اختر الطلبية
pick-bin-prompt = اذهب إلى { $place } وامسح الموقع
pick-item-prompt = امسح البضاعة
pick-none-prompt = لم يبقَ ما يُلتقط
pick-stage-prompt = ضعها في { $place }
pick-many-prompt = امسح ثم أدخل العدد
pick-weight-prompt = كم يزن بالكيلوغرام؟
pick-short-prompt = لماذا ينقص؟
pick-why-prompt = لماذا هذه التشغيلة؟
pick-tote-prompt = ضعه في { $tote } وامسح الصندوق
pick-gather-prompt = امسح طلبًا لهذه الجولة
pick-gather-tote-prompt = امسح صندوق { $document }
tote-for = { $tote } للطلب { $document }
in-tote = في { $tote } للطلب { $document }
action-many = العدد
action-override = خذها مع ذلك
action-batch = عدة طلبات
action-start-walk = ابدأ
field-tote = الصندوق
meaning-rotation = يجوز خروج تشغيلة أخرى أولًا
reason-buried = لا يمكن الوصول إليها
reason-customer = العميل يريدها
reason-not-there = غير موجودة
reason-label = الملصق غير مقروء
history-overridden = { $when} أُخذت في غير دورها
at-bin = في { $place }
line-short = انتهى السطر بنقص
bin-empty-noted = سُجّل: الموقع فارغ
order-staged = { $document } موجود في { $place }
put-away-title = تخزين
put-away-lift-prompt = امسح ما ترفعه
put-away-drop-prompt = امسح الموقع
on-the-cart = على العربة
still-on-cart = ما زال على العربة شيء. ضعه أولًا.
lifted = على العربة: { $what }
dropped = خُزّن في { $place }
look-up-title = استعلام
look-up-prompt = امسح أي شيء
look-up-again-prompt = امسح التالي
exceptions-title = الاستثناءات
exceptions-prompt = اختر استثناءً
exceptions-none-prompt = لا شيء معلّق
exception-title = استثناء  { $age } د  المهلة { $target } س
exception-prompt = قرّر ما يُفعل
exception-age = منذ { $age } د
sign-badge-prompt = امسح بطاقتك للتوقيع
sign-pin-prompt = أدخل رقمك السري للتوقيع
signed = وقّع { $name }: { $meaning }
meaning-accept = ما شوهد صحيح
meaning-correct-record = كان السجل خطأ وصُحّح
meaning-relabel = الملصق خطأ ويُستبدل
meaning-quarantine = في الحجر حتى يُتخذ قرار
meaning-reject = مرفوض
call-a-supervisor = نادِ المشرف
put-aside-done = وُضع جانبًا في { $place }. القرار للمشرف: { $exception }.
undone = تم التراجع
range-first-prompt = امسح أول رقم تسلسلي
range-last-prompt = امسح آخر رقم تسلسلي
range-count-prompt = { $count ->
    [zero] لا وحدات للعد
    [one] عُدّ وحدة واحدة
    [two] عُدّ وحدتين
    [few] عُدّ { $count } وحدات
    [many] عُدّ { $count } وحدة
   *[other] عُدّ { $count } وحدة
}
range-counted = { $count ->
    [zero] لم تُحسب أي وحدة
    [one] حُسبت وحدة واحدة
    [two] حُسبت وحدتان
    [few] حُسبت { $count } وحدات
    [many] حُسبت { $count } وحدة
   *[other] حُسبت { $count } وحدة
}
tags-counted = الشرائح المحسوبة: { $new }{ $again ->
    [0] {""}
   *[other] ، وشوهد من قبل: { $again }
}
warn-tags-strange = الشرائح المحسوبة: { $new }. شرائح لبضاعة أخرى لا تُحسب: { $strange }.
warn-tags-unwanted = الشرائح التي شوهدت: { $count }. لا شيء هنا ينتظر شرائح. حُفظت ولا تُحسب.
equal-label = { $said } · الملصق المماثل رقم { $times }
nothing-to-undo = لا شيء للتراجع عنه
document-line = {"\u200F"}{ $document }  { $partner }  { $owner }
line-of = { $done } من { $total } { $unit }  { $lot }
progress = { $done } من { $total } { $unit }
goods = {"\u200F"}{ $name }، { $quantity }
goods-lot = { $name }، التشغيلة { $lot }، { $quantity }
goods-lot-expiry = { $name }، التشغيلة { $lot }، تنتهي { $expiry }، { $quantity }
goods-lot-expiry-serial = { $name }، التشغيلة { $lot }، تنتهي { $expiry }، الرقم التسلسلي { $serial }
goods-serial = { $name }، الرقم التسلسلي { $serial }
stock-here = { $place }
stock-detail = {"\u200F"}{ $amount }  { $lot }
stock-detail-on = { $detail } على { $plate }
block-of = {"\u200F"}{ $kind }: { $reason }
contents-scanned = ممسوح
contents-inferred = حسب الإشعار
contents-unknown = غير معروف

action-receive = استلام
action-pick = التقاط
action-put-away = تخزين
action-look-up = استعلام
action-exceptions = { $count ->
        [0] الاستثناءات
       *[other] الاستثناءات ({ $count })
    }
action-sign-out = تسجيل الخروج
action-take-over = تولَّ العمل غير المكتمل
action-back = رجوع
action-undo = تراجع
action-done = تم
action-short = نقص
action-range = أرقام تسلسلية متتالية
action-count-range = عُدّها
action-bin-empty = الموقع فارغ
action-put-aside = ضعه جانبًا
action-scan-again = امسح مرة أخرى
action-understood = فهمت
action-open-exception = افتح { $n }
action-accept = هذا صحيح
action-correct-record = السجل خطأ، صحّحه
action-relabel = الملصق خطأ، استبدله
action-quarantine = حجر
action-reject = رفض

field-person = الشخص
field-cart = العربة
field-first = الأول
field-last = الأخير
field-from = من
field-for = لـ
field-dock = الرصيف
field-go-to = اذهب إلى
field-at = في
field-item = الصنف
field-owner = المالك
field-lot = التشغيلة
field-serial = الرقم التسلسلي
field-expires = تنتهي
field-place = الموقع
field-plate = الطبلية
field-contents = المحتوى
field-blocked = محجوز
field-what = ماذا
field-goods = البضاعة
field-on-label = على الملصق
field-in-record = في سجلنا
field-seen-by = رآه
field-who-may = من له القرار
field-open-work = ملاحظة

when-today = اليوم { $clock }
when-day = {"\u200F"}{ $day } { $clock }
history-received = { $when} استُلم في { $to }: { $amount }
history-lifted = { $when} رُفع من { $from }: { $amount }
history-dropped = { $when} وُضع في { $to }: { $amount }
history-plate-built = { $when} بدأت الطبلية في { $to }
history-plate-broken = { $when} فُككت في { $to }
history-packed = { $when} عُبّئ في { $to }: { $amount }
history-carton-closed = { $when} أُغلق الكرتون
history-picked = { $when} التُقط من { $from }: { $amount }
history-set-aside = { $when} وُضع جانبًا في { $to }: { $amount }
history-seen = { $when} استُعلم عنه
history-raised = { $when} فُتح استثناء ({ $what })
history-resolved = { $when} حُلّ استثناء ({ $what })
history-undone = { $when} تم التراجع ({ $what }): { $amount }
history-refused = { $when} أُوقف
history-detail = {"\u200F"}{ $who }  { $document }

status-alone = لا خادم · محفوظ هنا: { $queued }
status-all-sent = متصل · أُرسل كل شيء
status-sending = متصل · بالانتظار: { $queued }
status-offline = { $hours ->
        [0] دون اتصال { $minutes } د · بالانتظار: { $queued }
       *[other] دون اتصال { $hours } س { $minutes } · بالانتظار: { $queued }
    }
status-sign-in = الخادم لا يعرف هذا الجهاز · بالانتظار: { $queued }
status-revoked = فُصل هذا الجهاز · محفوظ: { $queued }
status-update = التطبيق أقدم مما يقبله الخادم · بالانتظار: { $queued }
status-busy = الخادم يطلب الانتظار · بالانتظار: { $queued }
status-alarm = رد الخادم غير سليم · محفوظ: { $queued }

calibrated = تمت المعايرة: صار هذا الجهاز يعرف كيف يرسل ماسحه الملصقات.
calibrated-without-separator = الماسح يُسقط الفواصل. اطلب تصحيح إعداداته، ثم امسح هذا الملصق مرة أخرى.
half-label = { $item }: ما زال ينقص: { $missing }. امسح الرمز الآخر.
part-lot = رقم التشغيلة
part-serial = الرقم التسلسلي
part-expiry = تاريخ الانتهاء
list-two = { $a } و{ $b }
list-three = { $a } و{ $b } و{ $c }

more-title = عمل آخر
more-prompt = اختر، أو امسح أي شيء
action-more = عمل آخر
check-digits-prompt = أدخل أرقام { $place }
move-title = نقل
move-from-prompt = امسح الموقع أو الطبلية
move-lift-prompt = امسح ما ترفعه
move-drop-prompt = امسح المزيد، أو الوجهة
moved = وُضع في { $place }
action-move = نقل
action-another-place = ارفع من مكان آخر
action-pallet = تكوين طبلية
action-new-pallet = رقم جديد
action-close-pallet = تمت الطبلية
action-take-off = إنزال
action-put-on = وضع
action-from-cart = من العربة
action-from-place = من الموقع
action-break-down = تفكيك
field-on = على
pallet-title = طبلية
pallet-place-prompt = امسح الموقع
pallet-plate-prompt = امسح الطبلية أو خذ رقمًا جديدًا
pallet-put-prompt = امسح ما تضعه
pallet-take-prompt = امسح ما تنزله
pallet-begun = بدأت: { $plate }
pallet-opened = متابعة: { $plate }
pallet-closed = تمت: { $plate }
pallet-broken = { $plate } فارغة. كل ما عليها في { $place }
pallet-put = عليها: { $what }
pallet-taken = أُنزل: { $what }
action-pack = تعبئة طلب
action-close-carton = إغلاق الكرتون
action-verify = الطلب معبأ
action-pack-short = معبأ مع نقص
pack-title = تعبئة
pack-title-of = تعبئة  { $document }
pack-carton-prompt = امسح الكرتون أو اختر
pack-scan-prompt = امسح ما تضعه فيه
pack-weigh-prompt = كم وزنه؟ ({ $unit })
pack-confirm-prompt = معبأ من دون هذا؟
field-carton = الكرتون
packed = عُبّئ: { $what }
carton-begun = كرتون { $plate }
carton-closed = أُغلق الكرتون: { $plate }
nothing-in-carton = لا شيء في الكرتون بعد.
pack-short = ينقص { $missing }. عبّئها أو أكّد.
order-packed = { $document } معبأ

action-adjust = تسوية المخزون
action-other-reason = سبب آخر
adjust-title = تسوية
adjust-place-prompt = امسح الموقع
adjust-reason-prompt = اختر السبب
adjust-scan-prompt = امسح ما تريد تسويته
adjust-quantity-prompt = كم العدد؟
adjusted = تمت التسوية: { $what }
signature-needed = هذا أكثر مما يسوّيه شخص واحد. المشرف يوقّع.
sign-second-badge-prompt = المشرف: امسح بطاقتك
sign-second-pin-prompt = المشرف: أدخل رقمك السري
meaning-adjust = التسوية صحيحة
field-reason = السبب
reason-found = وُجد
reason-lost = مفقود
reason-damaged = تالف
reason-expired = منتهي الصلاحية
history-adjusted = { $when} سُوّي ({ $what }): { $amount }

action-count = جرد
action-count-empty = لا شيء هنا
count-title = جرد
count-place-prompt = امسح الموقع
count-scan-prompt = امسح ما هو هنا
count-empty-prompt = هل الموقع فارغ؟
count-line = مجرود
count-is-open = الجرد مفتوح. أكمله، أو تراجع.
count-stands = تم جرد { $place }
count-again = يعيد شخص آخر جرد { $place }.
count-differs = جرد { $place } مختلف. يعيد شخص آخر الجرد.
history-counted = { $when} جُرد في { $to }: { $amount }

action-hold = حجز أو إفراج
hold-title = حجز
hold-scan-prompt = امسح ما يتعلق به الأمر
hold-choose-prompt = اختر ما يُحجز أو يُفرج عنه
hold-range-prompt = امسح الطرف الآخر
hold-number-prompt = أدخل رقم تشغيلة المورد
hold-kind-prompt = حجز أم حجر؟
hold-reason-prompt = اختر السبب أو أدخله
hold-release-prompt = لماذا يُفرج عنه؟
action-hold-serial = احجز هذه الوحدة
action-hold-range = احجز نطاق أرقام تسلسلية
action-hold-lot = احجز التشغيلة
action-hold-supplier-lot = احجز تشغيلة المورد
action-hold-item = احجز الصنف كله
action-hold-place = احجز الموقع
action-hold-plate = احجز الطبلية
action-kind-hold = حجز
action-kind-quarantine = حجر
action-release = أفرج عن { $block }
block-reason-damaged = تالف
block-reason-contaminated = ملوث
block-reason-paperwork = أوراق ناقصة
block-reason-complaint = شكوى
block-reason-inspected = فُحص وهو سليم
block-reason-paperwork-came = وصلت الأوراق
block-reason-by-mistake = حُجز بالخطأ
block-covers = الحظر { $block }: { $covers }
block-gone = لم يعد الحظر { $block } مفتوحًا.
covers-item = كل الصنف { $item }
covers-lot = التشغيلة { $lot }
covers-supplier-lot = تشغيلة المورد { $lot }
covers-serial = الرقم التسلسلي { $serial }
covers-numbers = الأرقام التسلسلية { $first } إلى { $last } بالعدد
covers-letters = الأرقام التسلسلية { $first } إلى { $last } بالحرف
covers-place = كل ما في { $place }
held = محجوز: { $what }، الحظر { $block }
quarantined = في الحجر: { $what }، الحظر { $block }
meaning-release = أُفرج عنه
field-covers = يشمل
field-block = الحظر
history-blocked = { $when} حُظر
history-released = { $when} أُفرج عنه

action-shift-end = إنهاء الوردية
shift-title = نهاية الوردية
shift-prompt = انظر ما بقي مفتوحًا
shift-clear-prompt = لم يبقَ شيء مفتوح
shift-lines-open = { $open } من { $lines } سطور مفتوحة
field-unsent = لم يُرسل
field-on-cart = على العربة
field-half-done = نصف منجز
field-own-exceptions = استثناءاتك
action-ship = تحميل وشحن
action-close-trailer = إغلاق المقطورة
action-ship-now = شحن
action-ship-short = شحن مع نقص
action-sign-exception = المشرف يوقّع
ship-title = شحن
ship-title-of = شحن  { $document }
ship-trailer-prompt = امسح المقطورة
ship-load-prompt = امسح ما تحمّله
ship-seal-prompt = امسح الختم أو أدخله
ship-ready-prompt = اشحن أو امسح ختمًا آخر
ship-confirm-prompt = هل تشحن من دون هذا؟
ship-short = ينقص { $missing }. حمّلها أو اشحن مع نقص.
field-trailer = المقطورة
field-seal = الختم
field-recall-list = قائمة الاستدعاء
list-age = { $hours ->
        [0] قبل { $minutes } د
       *[other] قبل { $hours } س { $minutes } د
    }
list-none = لا توجد
loaded = حُمّل: { $what }. قائمة الاستدعاء: { $list }
sealed = الختم { $seal }
nothing-loaded = لا شيء على المقطورة بعد.
loading-goes-on = تبقى { $document } مفتوحة على { $trailer }. يمكن لأي شخص أن يكمل.
order-shipped = غادرت { $document } إلى { $partner }. قائمة الاستدعاء: { $list }
meaning-recall-list = تحميل وشحن بقائمة استدعاء قديمة
history-loaded = { $when} حُمّل على { $to }: { $amount }
history-shipped = { $when} شُحن إلى { $partner }: { $amount }

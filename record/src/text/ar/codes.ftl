# كلمات السجل نفسه كما يقرؤها الناس؛ وهي في القيود والملفات المصدّرة رموز.

exception-code = { $what ->
    [expiry_contradiction] تاريخ انتهاء آخر
    [shelf_life] صلاحية متبقية قصيرة
    [tolerance] أكثر من المسموح
    [on_document] ليس في المستند
    [returned] مرتجع مشكوك فيه
    [verification] لم يُتحقق منه
    [listed_lot] تشغيلة غير المعلنة
    [listed_serial] رقم تسلسلي غير المعلن
    [number_format] رقم غير مألوف
    [profile_fields] ناقص بحسب اللوائح
    [policy_refused] رُفضت السياسة
    [journal_damaged] تلف سجل جهاز
    [notice_details] بيانات الإشعار ناقصة
    [serial_unique] رقم تسلسلي مكرر
    [blocked] محجوز
    [disputed_serial] رقم تسلسلي متنازع عليه
    [child_elsewhere] مسجل في مكان آخر
    [plate_built_twice] ملصق طبلية مستعمل مرتين
    [relabelled_twice] استُبدل ملصقه مرتين
    [plate_cycle] طبليات بعضها على بعض في حلقة
    [count] الجرد مختلف
    [excursion] خارج الحدود
    [intercept] مستدعى وقد خرج
    [block_unknown] حجز غير معروف
    [exception_overruled] قُرر ما هو أشد
    [exception_settled] سُوّي من قبل
    [exception_unknown] استثناء غير معروف
    [inspection_failed] لم يجتز الفحص
    [no_authority] بلا صلاحية
    [undo_differs] تراجع عن غير المسجل
    [undo_unknown] تراجع عن مجهول
    [undone_twice] تراجع مرتين
    [verdict_disagrees] الجهاز والبوابة مختلفان
    [wms_refused] رفضه نظام WMS
    [task_done_twice] مهمة أُنجزت مرتين
   *[other] { $what }
}

way-out = { $what ->
    [accept] قُبل
    [correct_record] صُحح السجل
    [relabel] استُبدل الملصق
    [quarantine] في الحجر
    [reject] مرفوض
    [recounted] أُعيد العد
   *[other] { $what }
}

answer-of = { $what ->
    [active] نشط
    [inactive] غير نشط
    [alert] إنذار
   *[other] { $what }
}

outcome-of = { $what ->
    [pass] اجتاز
    [partial] اجتاز جزئيًا
    [fail] لم يجتز
   *[other] { $what }
}

reason-of = { $what ->
    [damaged] تالف
    [expired] منتهي الصلاحية
    [found] وُجد
    [lost] مفقود
    [not_there] غير موجود
    [recalled] مستدعى
    [contaminated] ملوث
    [label] ملصق غير مقروء
   *[other] { $what }
}

label-reason-of = { $what ->
    [unreadable] غير مقروء
    [damaged] تالف
    [wrong] بيانات خاطئة
    [lost] سقط
   *[other] { $what }
}

act-of = { $what ->
    [received] استلام
    [damaged] تلف
    [returned] مرتجع
    [lifted] رفع
    [dropped] وضع
    [plate_built] طبلية جديدة
    [picked] التقاط
    [packed] تعبئة
    [loaded] تحميل
    [shipped] شحن
    [set_aside] تجنيب
    [adjusted] تسوية
    [consumed] استهلاك
    [produced] إنتاج
    [counted] جرد
    [disposed] إتلاف
    [plate_broken] تفكيك طبلية
    [carton_closed] إغلاق كرتون
    [pack_verified] تدقيق التعبئة
    [shorted] نقص
    [ship_confirmed] شحن
    [overridden] خارج الدور
    [inspected] فحص
    [measured] قياس
    [blocked] حجز
    [relabelled] ملصق جديد
   *[other] { $what }
}

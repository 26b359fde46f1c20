# الجهاز المحمول نفسه: ما يحيط بالشاشة، وما يُقرأ بصوت عالٍ.

shell-key = مفتاح { $text }
shell-current = الآن
shell-alert = انظر هنا
shell-scan = مسح
shell-type = كتابة
shell-enter = إدخال
shell-erase = حذف
shell-digits = { $n ->
        [zero] لم تُكتب أرقام
        [one] كُتب رقم واحد
        [two] كُتب رقمان
        [few] كُتبت { $n } أرقام
        [many] كُتب { $n } رقمًا
       *[other] كُتب { $n } رقم
    }
shell-battery = البطارية { $n } %
shell-battery-low = البطارية منخفضة: { $n } %
shell-battery-charging = قيد الشحن: { $n } %
shell-engine-absent = لا ماسح
shell-engine-off = الماسح متوقف
shell-engine-ready = الماسح جاهز
shell-engine-scanning = يمسح الآن
shell-engine-locked = الماسح مقفل
shell-fault-retry = لم ينجح هذا. كرر الأمر نفسه.
shell-fault-rescan = لم يُقرأ هذا جيدًا. امسحه مرة أخرى.
shell-fault-supervisor = لا يجوز لهذا الجهاز أن يتابع. نادِ المشرف.
shell-fault-sign-in = الخادم لا يعرف هذا الجهاز. اطلب تسجيله.
shell-fault-space = الجهاز ممتلئ ولا يتسع للمزيد. اطلب إخلاء مكان.
shell-fault-update = التطبيق أقدم مما على هذا الجهاز. اطلب تثبيت الأحدث.
shell-fault-bug = حدث خلل في التطبيق ولم يضع شيء. كرر الأمر نفسه أو نادِ المشرف.
shell-label-unknown = أُرسل الملصق: { $text }. هل خرج؟
shell-label-came-out = خرج
shell-label-did-not = لم يخرج
shell-label-failed = لم يُطبع الملصق: { $text }. انظر إلى الطابعة.
shell-camera-why = الكاميرا تقرأ الملصقات، ولا تُحفظ صورها. يرجى السماح بها.
shell-camera-denied = الكاميرا غير مسموح بها. اسمح بها في إعدادات الجهاز، أو اكتب الرمز.
shell-camera-light = ضوء
shell-camera-close = إغلاق
shell-photo = التقاط صورة
shell-files = الملفات
shell-printer-why = طابعة الملصقات متصلة عبر البلوتوث. يرجى السماح بالأجهزة القريبة.
shell-set-aside = نقل الملفات جانبًا
shell-set-aside-why = مفاتيح هذا الجهاز لا تفتح ملفاته. عند نقلها جانبًا تبقى كما هي، مع كل ما لم يُرسل، ويُسجَّل الجهاز من جديد. لا تفعل ذلك إلا بأمر من المشرف.

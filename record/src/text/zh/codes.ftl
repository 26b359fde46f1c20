# 记录自身的用语，供人阅读；在记录和导出里它们是代码。

exception-code = { $what ->
    [expiry_contradiction] 有效期不同
    [shelf_life] 剩余有效期不足
    [tolerance] 超出允许数量
    [on_document] 单据里没有
    [returned] 退货存疑
    [verification] 未通过验证
    [listed_lot] 批号与预告不同
    [listed_serial] 序列号与预告不同
    [number_format] 号码格式不符
    [profile_fields] 缺少法规要求的信息
    [policy_refused] 策略被拒绝
    [journal_damaged] 设备记录损坏
    [notice_details] 预告信息不全
    [serial_unique] 序列号重复
    [blocked] 已冻结
    [disputed_serial] 序列号有争议
    [child_elsewhere] 记录在别处
    [plate_built_twice] 托盘标签重复使用
    [relabelled_twice] 两次更换标签
    [plate_cycle] 托盘循环叠放
    [count] 盘点有差异
    [excursion] 超出限值
    [intercept] 已召回但已发出
    [block_unknown] 未知的冻结
    [exception_overruled] 改为更严的决定
    [exception_settled] 此前已处理
    [exception_unknown] 未知的异常
    [inspection_failed] 检验不合格
    [no_authority] 无权限
    [undo_differs] 撤销内容不符
    [undo_unknown] 撤销了未知记录
    [undone_twice] 重复撤销
    [verdict_disagrees] 设备与网关结论不同
    [wms_refused] 被 WMS 拒绝
    [task_done_twice] 任务重复完成
   *[other] { $what }
}

way-out = { $what ->
    [accept] 接受
    [correct_record] 更正记录
    [relabel] 更换标签
    [quarantine] 隔离
    [reject] 拒收
    [recounted] 重新盘点
   *[other] { $what }
}

answer-of = { $what ->
    [active] 有效
    [inactive] 无效
    [alert] 警报
   *[other] { $what }
}

outcome-of = { $what ->
    [pass] 合格
    [partial] 部分合格
    [fail] 不合格
   *[other] { $what }
}

reason-of = { $what ->
    [damaged] 破损
    [expired] 过期
    [found] 盘盈
    [lost] 丢失
    [not_there] 不在那里
    [recalled] 已召回
    [contaminated] 受污染
    [label] 标签无法识读
   *[other] { $what }
}

label-reason-of = { $what ->
    [unreadable] 读不出
    [damaged] 损坏
    [wrong] 内容有误
    [lost] 脱落
   *[other] { $what }
}

act-of = { $what ->
    [received] 收货
    [damaged] 破损
    [returned] 退货
    [lifted] 取货
    [dropped] 放下
    [plate_built] 新托盘
    [picked] 拣货
    [packed] 装箱
    [loaded] 装车
    [shipped] 发货
    [set_aside] 搁置
    [adjusted] 调整
    [consumed] 消耗
    [produced] 制作
    [counted] 盘点
    [disposed] 销毁
    [plate_broken] 拆托盘
    [carton_closed] 封箱
    [pack_verified] 装箱复核
    [shorted] 缺货
    [ship_confirmed] 发货
    [overridden] 不按顺序
    [inspected] 检验
    [measured] 测量
    [blocked] 冻结
    [relabelled] 新标签
   *[other] { $what }
}

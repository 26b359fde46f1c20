# 终端里的手持机：屏幕周围的文字。

tone-accept = 已计数
tone-warn = 注意
tone-stop = 停止
training-frame = 培训
hint-scan = 扫描
hint-text = 文字
hint-quantity = 数量
hint-pin = 密码
hint-choose = 选择
line-done = 完成
standing-at-gateway = 在网关 { $n }
standing-in-wms = 在 WMS { $n }
key-labels = ? 标签
key-leave = F10 离开
console-at = 控制台 { $url }
labels-title = 标签：方向键或编号，Enter 扫描，Esc 关闭
labels-none = 只有自己的演示库才有样例标签（--demo）。
sync-done = 已发送 { $sent } 条，已取回 { $rows } 行。
sync-unreached = 连不上网关；作业照常继续。
sync-failed = 未发送：{ $why }
plain-help = 输入要扫描的内容、方括号里的按键、`back`、`sync`、`?`（样例标签）或 `quit`。
plain-no-key = 这里没有这个键。
label-printed = 标签已打印：{ $label }
label-failed = 标签未打印：{ $label }。{ $why }
label-unknown = 标签已发送：{ $label }。请查看是否已打出。
units-verified = 真伪验证：放行 { $active } 件，非真品 { $refused } 件，未答复 { $unanswered } 件。

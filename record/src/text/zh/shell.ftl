# 独立的手持机：屏幕周围的文字，以及朗读的文字。

shell-key = 按键 { $text }
shell-current = 当前
shell-alert = 请看这里
shell-scan = 扫描
shell-type = 输入
shell-enter = 确认
shell-erase = 删除
shell-digits = 已输入 { $n } 位
shell-battery = 电量 { $n } %
shell-battery-low = 电量低：{ $n } %
shell-battery-charging = 正在充电：{ $n } %
shell-engine-absent = 没有扫描头
shell-engine-off = 扫描头已关闭
shell-engine-ready = 扫描头就绪
shell-engine-scanning = 正在扫描
shell-engine-locked = 扫描头已锁定
shell-fault-retry = 没有成功。请再做一次。
shell-fault-rescan = 没有读清楚。请再扫一次。
shell-fault-supervisor = 这台设备不能继续使用。请叫主管。
shell-fault-sign-in = 服务器不认识这台设备。请让人重新登记。
shell-fault-space = 设备已满，不能再保存。请让人腾出空间。
shell-fault-update = 应用太旧，读不了这台设备上的数据。请让人安装新版。
shell-fault-bug = 应用出了问题，没有丢失任何东西。请再做一次，或叫主管。

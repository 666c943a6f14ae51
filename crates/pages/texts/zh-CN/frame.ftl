# 每个页面都可能显示的内容。
#
# 汉字与西文、数字之间不写空格：间距由样式表设置（text-autospace）。

rehearsal = 这是一次演练，本页内容均非真实。
continue-to = 以继续使用{ $application }
signed-in-as = 您当前以{ $person }的身份登录。

help =
    .title = 需要帮助？
    .email = 发送邮件至
    .website = 访问网站
    .subject = 登录求助（{ $reference }）

button =
    .start = 重新开始
    .link = 获取新链接
    .switch = 切换账户
    .stay = 保持登录
    .again = 重试
    .other-ways = 用其他方式登录
    .application = 前往{ $application }
    .host = 前往{ $host }

# 人们管理自己账户的页面。

account =
    .title = 您的账户
    .name = 姓名
    .username = 用户名
    .email = 电子邮箱
    .verified = 已验证
    .unverified = 未验证
    .no-email = 无
    .ways = 您可以进行的操作
    .change-password = 更改密码
    .set-password = 设置密码
    .sessions = 查看您在哪里登录
    .back = 返回您的账户

account-notice =
    .password-changed = 密码已设置，其他所有设备均已退出登录。

account-password =
    .title = 设置新密码
    .what = 密码更改后，您在这里保持登录，在其他所有地方退出登录。
    .what-first = 您还没有密码。有了密码，您无需邮件或其他服务即可登录。
    .submit = 设置密码

account-sessions =
    .title = 您在哪里登录
    .what = 其中有不属于您的吗？请将它退出登录，然后更改密码。
    .ended = 该设备已退出登录。
    .device = { $system }上的{ $browser }
    .unknown = 未知浏览器
    .this = 当前设备
    .since = 登录于{ $since } UTC
    .since-from = 登录于{ $since } UTC，来自{ $address }
    .end = 退出该设备
    .everywhere = 在所有设备上退出登录

sign-out-everywhere =
    .title = 在所有设备上退出登录？
    .happens = 您将在所有设备上退出登录，包括这一台。能在您不在时代表您操作的应用也将不再能这样做。
    .yes = 在所有设备上退出登录
    .no = 保持登录

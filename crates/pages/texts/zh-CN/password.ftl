# 打开链接之后设置新密码。

reset-password =
    .title = 设置新密码
    .what = 密码更改后，您将在所有设备上退出登录，并使用新密码登录。
    .password = 新密码
    .submit = 更改密码
    .former = 在 { $at }（UTC）之前，您账户的邮箱是 { $address }。
    .restore = 不是我更改的，请恢复为 { $address }。

password-changed =
    .title = 您的密码已更改
    .what = 您已在所有设备上退出登录。从现在起，请使用新密码登录。
    .restored = { $address } 已重新成为您账户的邮箱。
    .advice = 请打开您之前使用的应用，并从那里登录。
    .sign-in = 登录
    .removed = 以下登录方式是在最近 30 天内关联的。为防止是他人所为，它们已不能用于登录。如果是您自己关联的，请重新关联：
    .kept = 以下登录方式仍然有效。如果不是您自己关联的，请将其移除：

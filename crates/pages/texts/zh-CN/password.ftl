# 打开链接之后设置新密码。

reset-password =
    .title = 设置新密码
    .what = 密码更改后，您将在所有设备上退出登录，并使用新密码登录。
    .password = 新密码
    .submit = 更改密码

password-changed =
    .title = 您的密码已更改
    .what = 您已在所有设备上退出登录。从现在起，请使用新密码登录。
    .advice = 请打开您之前使用的应用，并从那里登录。
    .sign-in = 登录

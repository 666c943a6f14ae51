# 设置新密码：相关的页面与邮件。

forgot-password =
    .title = 设置新密码
    .what = 请告诉我们您是谁，我们会通过邮件发送链接，您可以用它设置新密码。
    .identifier = 用户名或电子邮箱
    .submit = 发送链接
    .missing-identifier = 请输入用户名或电子邮箱。
    .sign-in-question = 想起密码了？
    .sign-in = 登录

# 绝不说明是否存在这样的账户。
forgot-password-sent =
    .title = 请查看您的邮箱
    .what = 如果存在该名称的账户并且它有电子邮箱，链接正在发往该邮箱。链接在半小时内有效。
    .advice = 几分钟后仍未收到？请查看垃圾邮件，或再申请一次。
    .again = 再申请一次

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

letter =
    .reset-subject = 设置新密码
    .reset-what = 有人（很可能是您）申请为{ $person }设置新密码。此链接在半小时内有效，只能使用一次：
    .reset-button = 设置新密码
    .reset-not-you = 如果不是您本人，无需做任何事，密码不会改变。
    .changed-subject = 您的密码已更改
    .changed-what = { $person }的密码刚刚通过我们发送到此邮箱的链接更改，所有设备均已退出登录。
    .changed-not-you = 如果不是您本人，说明有人能读取您的邮件。请先保护您的邮箱账户，再从这里设置另一个密码：

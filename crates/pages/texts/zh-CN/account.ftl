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
    .change-email = 更改电子邮箱
    .add-email = 添加电子邮箱
    .phone = 电话号码
    .change-phone = 更改电话号码
    .add-phone = 添加电话号码
    .identities = 选择您通过哪些服务登录
    .sessions = 查看您在哪里登录
    .back = 返回您的账户

account-notice =
    .email-verified = 您的电子邮箱已验证。
    .phone-added = 您的电话号码已添加。
    .phone-removed = 您的电话号码已移除。
    .phone-taken = 验证码正确，但该号码已用于另一个账户。如果那是您的账户，请登录那里并移除该号码，然后在这里添加。如果该号码是从他人处获得的，请寻求帮助。
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

account-email =
    .title = 电子邮箱
    .what = 我们会向该邮箱发送链接和验证码。用其中任意一个证明邮箱属于您之后，它就成为您账户的邮箱。
    .address = 新的电子邮箱
    .submit = 发送链接
    .unverified = 尚未证明{ $address }属于您。
    .verify = 验证此邮箱

account-phone =
    .title = 电话号码
    .what = 我们会通过短信向该号码发送验证码。证明号码属于您之后，您就可以用它登录。
    .number = 新的电话号码
    .rule = 请包含国家或地区代码，例如 +86 10 12345678。
    .not-a-number = 这不是带有国家或地区代码的电话号码，请检查。
    .submit = 发送验证码
    .yours = { $phone }是您的号码。
    .remove = 移除
    .last = 这是您唯一的登录方式，因此保留。请先添加其他方式，例如电子邮箱或其他服务。

confirm-email =
    .title = 使用此邮箱？
    .what = { $address }将成为您账户的邮箱，今后的邮件将发往那里。
    .submit = 使用此邮箱

restore-email =
    .title = 恢复您的邮箱？
    .title-done = 您的邮箱已恢复
    .what = { $address }将重新成为您账户的邮箱。所有人都将退出登录，密码也会被移除。
    .submit = 恢复
    .done = { $address }已重新成为您账户的邮箱，所有人均已退出登录。请设置新密码，然后登录。

account-identities =
    .title = 通过其他服务登录
    .what = 在其中任何一个服务登录的人，都会以您的身份在这里登录。
    .none = 您还没有通过其他服务登录。
    .since = 始于{ $since } UTC
    .link = 关联{ $provider }
    .remove = 移除
    .linked = 从现在起，您可以通过它登录。
    .removed = 它不再是登录方式。
    .taken = 该服务的那个账户已用于登录这里的另一个账户。没有任何改变。
    .last = 这是您唯一的登录方式，因此保留。请先添加其他方式，例如电子邮箱或另一个服务。

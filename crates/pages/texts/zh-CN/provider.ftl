providers =
    .title = 或使用您在别处已有的账户
    .with = 使用 { $provider } 继续

departure =
    .title = 正在前往 { $provider }
    .what = 您将在 { $provider } 登录，然后自动回到这里。
    .forward = 前往 { $provider }

link-account =
    .title = 您在这里已有账户吗？
    .what = 您已在 { $provider } 登录。如果您在这里也有账户，请登录一次：以后就可以用 { $provider } 进入该账户。
    .submit = 登录并关联
    .new-what = 如果您是第一次来，请创建账户。以后您可以用 { $provider } 登录。
    .new = 创建新账户
    .another-way = 用其他方式登录

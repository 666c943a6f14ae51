sign-out =
    .title = 要退出登录吗？
    .happens = 您将在此浏览器中退出登录。
    .yes = 退出登录
    .no = 保持登录

signed-out =
    .title = 您已退出登录
    .close = 现在可以关闭此页面。
    .go-on = 您可以关闭此页面，或前往{ $application }。

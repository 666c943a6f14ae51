home =
    .title = 欢迎
    .title-signed-in = 您已登录
    .what = 您在这里登录自己的各个应用。
    .advice = 请打开您想使用的应用。需要登录时，它会带您来到这里。
    .advice-signed-in = 请打开您想使用的应用，在那里继续。
    .account = 您的账户
    .sign-out = 退出登录

form-post =
    .title = 正在前往
    .advice = 如果页面没有自动跳转，请点按“继续”。
    .continue = 继续

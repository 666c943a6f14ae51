sign-in =
    .title = 登录
    .identifier =
        { $texts ->
            [yes] 用户名、电子邮箱或电话号码
           *[no] 用户名或电子邮箱
        }
    .password = 密码
    .submit = 登录
    .by-link =
        { $texts ->
            [yes] 改为给我发送链接或验证码
           *[no] 改为给我发送链接
        }
    .forgot-password = 忘记密码？
    .register-question = 还没有账户？
    .register = 创建账户

sign-in-notice =
    .cancelled = 登录已取消。您随时可以在这里重试。
    .sign-in-again = 请再次登录，以便我们确认是您本人。
    .started-again = 等待时间过长，我们已为您重新开始。

# 绝不说明是哪一项有误，否则会泄露账户是否存在。
sign-in-error =
    .wrong = 您输入的信息不匹配。请检查后重试。
    .missing-identifier =
        { $texts ->
            [yes] 请输入用户名、电子邮箱或电话号码。
           *[no] 请输入用户名或电子邮箱。
        }
    .missing-password = 请输入密码。

# 创建账户的页面也会用到。
try-later =
    .throttled =
        { $minutes ->
            [0] 尝试次数过多。请等待几分钟后重试。
           *[other] 尝试次数过多。请等待{ $minutes }分钟后重试。
        }
    .busy = 当前登录的人很多。请稍候片刻再试。

register =
    .title = 创建账户
    .username = 用户名
    .username-rule = 可使用文字和数字，中间可以有点、连字符或下划线。
    .password = 密码
    .password-rule = 至少{ $min }个字符。一句您记得住的话就很好。
    .by-email = 改用电子邮箱
    .submit = 创建账户
    .sign-in-question = 已有账户？
    .sign-in = 登录

register-error =
    .username-malformed = 这个用户名无法使用。请使用文字和数字，中间可以有点、连字符或下划线。
    .username-taken = 这个用户名已有人使用。请换一个。
    .password-too-short = 密码至少需要{ $min }个字符。一句您记得住的话就很好。
    .password-too-long = 密码过长，我们无法保存。请换一个短一些的。
    .password-common = 这个密码曾在别处被窃取并公开，盗号者会首先尝试它。请换一个；如果您在其他地方也使用它，请一并更改。
    .password-guessable = 这个密码很容易被猜到。请换一个别人想不到的。

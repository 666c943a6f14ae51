# 短信。验证码连同其后一行须能放入一条短信：70个字符。

text-message =
    .sign-in = { $host }登录验证码{ $code }，十分钟内有效，切勿外传。
    .reset = { $host }改密验证码{ $code }，半小时内有效，切勿外传。
    .verify = { $host }号码验证码{ $code }，十分钟内有效，切勿外传。
    .password-set = 您在{ $host }的密码已设置。若非本人操作，请重新设置：{ $address }
    .phone-lost = 此号码不再能登录{ $host }。若非您本人移除，请重新设置密码：{ $address }

# 通过邮件发送的链接与验证码：申请、等待、打开，以及邮件本身。

ask-link =
    .identifier =
        { $texts ->
            [yes] 用户名、电子邮箱或电话号码
           *[no] 用户名或电子邮箱
        }
    .submit =
        { $texts ->
            [yes] 发送
           *[no] 发送链接
        }
    .missing-identifier =
        { $texts ->
            [yes] 请输入用户名、电子邮箱或电话号码。
           *[no] 请输入用户名或电子邮箱。
        }
    .not-an-address = 这不是电子邮箱地址，请检查。
    .sign-in-question = 想起密码了？

forgot-password =
    .title = 设置新密码
    .what =
        { $texts ->
            [yes] 请告诉我们您是谁，我们会通过邮件发送链接，您可以用它设置新密码。如果您输入电话号码，我们会改为通过短信发送验证码。
           *[no] 请告诉我们您是谁，我们会通过邮件发送链接，您可以用它设置新密码。
        }

sign-in-link =
    .title = 无密码登录
    .what =
        { $texts ->
            [yes] 请告诉我们您是谁，我们会通过邮件发送链接和验证码。如果您输入电话号码，我们会改为通过短信发送验证码。使用其中任意一个即可登录。
           *[no] 请告诉我们您是谁，我们会通过邮件发送链接和验证码。使用其中任意一个即可登录，无需密码。
        }
    .password-question = 想使用密码？

register-email =
    .title = 创建账户
    .what = 我们会向您的邮箱发送链接和验证码。用其中任意一个证明邮箱属于您之后，账户即可使用。
    .identifier = 电子邮箱

# 绝不说明是否存在这样的账户，也不说明是否已发送邮件。
link-sent =
    .title = 请查看您的邮箱
    .what-sign-in = 如果存在该名称的账户并且它有电子邮箱，链接和验证码正在发往该邮箱，十分钟内有效。
    .what-register = 链接和验证码正在发往该邮箱，十分钟内有效。
    .what-reset = 如果存在该名称的账户并且它有电子邮箱，链接和验证码正在发往该邮箱，半小时内有效。
    .what-verify = 链接和验证码正在发往该邮箱，半小时内有效。在使用其中之一之前，不会有任何改变。
    .code = 邮件中的验证码
    .code-rule = 六位数字。您也可以直接打开链接。
    .submit = 继续
    .wrong = 验证码不符，或已失效。请检查，或重新发送。
    .too-many =
        { $minutes ->
            [0] 申请发送的次数过多，因此这次没有发送。请使用您最近收到的那一条，或等待几分钟后再次申请。
           *[other] 申请发送的次数过多，因此这次没有发送。请使用您最近收到的那一条，或等待{ $minutes }分钟后再次申请。
        }
    .continue = 我已打开链接
    .advice = 几分钟后仍未收到？请查看垃圾邮件，或重新发送。新邮件会取代旧邮件。
    .again = 重新发送

text-sent =
    .title = 请查看您的手机
    .what-sign-in = 如果存在使用该号码的账户，验证码正在通过短信发往该号码，十分钟内有效。
    .what-reset = 如果存在使用该号码的账户，验证码正在通过短信发往该号码，半小时内有效。
    .what-verify = 验证码正在通过短信发往该号码，十分钟内有效。在使用之前，不会有任何改变。
    .code = 短信中的验证码
    .code-rule = 六位数字。
    .advice = 几分钟后仍未收到？请检查号码，或重新发送。新验证码会取代旧验证码。

follow-link =
    .title = 登录
    .title-register = 创建您的账户
    .elsewhere = 此链接是您在另一个浏览器中申请的，或由他人申请。要在那里继续，请在那里输入邮件中的验证码；您也可以在这里登录。
    .sign-in = 以{ $person }的身份登录
    .sign-in-here = 在这里以{ $person }的身份登录
    .register = 为{ $person }创建账户

letter =
    .code = 或在申请时的页面上输入此验证码：{ $code }
    .sign-in-subject = 您的登录链接
    .sign-in-what = 有人（很可能是您）申请以{ $person }的身份登录。此链接在十分钟内有效，只能使用一次：
    .sign-in-button = 登录
    .sign-in-not-you = 如果不是您本人，无需做任何事。请勿将链接或验证码告诉任何人，得到它的人能以您的身份登录。
    .register-subject = 创建您的账户
    .register-what = 有人（很可能是您）申请为{ $person }创建账户。此链接在十分钟内有效，只能使用一次：
    .register-button = 创建账户
    .register-not-you = 如果不是您本人，无需做任何事，账户不会被创建。
    .known-subject = 您已经有账户了
    .known-what = 有人（很可能是您）申请为此邮箱创建账户，而该账户已经存在：{ $person }。此链接可让您登录，在十分钟内有效，只能使用一次：
    .reset-subject = 设置新密码
    .reset-what = 有人（很可能是您）申请为{ $person }设置新密码。此链接在半小时内有效，只能使用一次：
    .reset-button = 设置新密码
    .reset-not-you = 如果不是您本人，无需做任何事，密码不会改变。
    .invitation-subject = 您收到一份邀请
    .invitation-what =
        { $known ->
            [yes] { $inviter } 邀请您加入{ $organization }。
           *[no] 您受邀加入{ $organization }。
        }此链接在 { $days } 天内有效，只能使用一次：
    .invitation-button = 查看邀请
    .invitation-not-you = 如果您不想加入，或不认识邀请人，无需做任何事。
    .changed-subject = 您的密码已更改
    .changed-what =
        { $removed ->
            [yes] { $person }的密码刚刚通过我们发送到此邮箱的链接更改。所有设备均已退出登录，最近 30 天内关联的登录方式也已不能使用：{ $providers }。如果是您自己关联的，请在您的账户页面重新关联。
           *[no] { $person }的密码刚刚通过我们发送到此邮箱的链接更改，所有设备均已退出登录。
        }
    .changed-by-phone-subject = 您的密码已更改
    .changed-by-phone-what =
        { $removed ->
            [yes] { $person }的密码刚刚通过我们发送到其电话号码的验证码更改。所有设备均已退出登录，最近 30 天内关联的登录方式也已不能使用：{ $providers }。如果是您自己关联的，请在您的账户页面重新关联。
           *[no] { $person }的密码刚刚通过我们发送到其电话号码的验证码更改，所有设备均已退出登录。
        }
    .changed-by-phone-not-you = 如果不是您本人，说明有人持有该电话或其号码。请从这里设置另一个密码，然后在您的账户页面移除该号码：
    .changed-not-you = 如果不是您本人，说明有人能读取您的邮件。请先保护您的邮箱账户，再从这里设置另一个密码：
    .set-what = { $person }的密码刚刚由已登录的人设置，其他所有设备均已退出登录。
    .set-not-you = 如果不是您本人，说明有人正在使用您的账户。请从这里设置另一个密码，这会使所有设备退出登录：
    .linked-subject = 您的账户多了一种登录方式
    .linked-what = { $provider } 已于 { $at }（UTC）关联到账户{ $person }，从现在起，在那里登录即可登录此账户。所有已关联的登录方式都列在您的账户页面上：{ $account }
    .linked-not-you = 如果不是您本人，说明有人正在使用您的账户。请从这里设置另一个密码，这会使所有设备退出登录，并移除最近 30 天内关联的登录方式：
    .removed-subject = 您账户的一种登录方式已被移除
    .removed-what = { $provider } 已于 { $at }（UTC）从账户{ $person }中移除，不能再用于登录。仍然关联的登录方式列在您的账户页面上：{ $account }
    .verify-subject = 这是您的邮箱吗？
    .verify-what = 有人（很可能是您）想将此邮箱用于账户{ $person }。此链接在半小时内有效，只能使用一次：
    .verify-button = 使用此邮箱
    .verify-not-you = 如果不是您本人，无需做任何事，不会有任何改变。请勿将链接或验证码告诉任何人。
    .held-subject = 您的邮箱暂时不能使用
    .held-what = 有人（很可能是您）想将 { $person } 用于一个账户。在 { $until }（UTC）之前，它为之前使用它的账户保留：更改时发出的邮件中有恢复它的链接。此后它即可使用，请届时再申请。
    .held-not-you = 如果是您自己更改的，请用新邮箱登录：
    .in-use-subject = 有人想将您的邮箱用于另一个账户
    .in-use-what = 有人想将此邮箱用于另一个账户。没有任何改变，它仍是{ $person }的邮箱。
    .in-use-not-you = 如果是您本人，请改为登录此账户，并先在那里更改邮箱：
    .in-use-button = 前往您的账户
    .phone-added-subject = 您的账户添加了电话号码
    .phone-added-what = 账户{ $person }有了电话号码，或更换了电话号码。持有该电话的人可以用它登录。
    .phone-added-not-you = 如果不是您本人操作，则有他人在使用您的账户。请在那里移除该号码，并设置新密码：
    .phone-removed-subject = 您的电话号码已移除
    .phone-removed-what = 账户{ $person }不再有电话号码，任何人都无法再用原来的号码登录。
    .phone-removed-not-you = 如果不是您本人操作，则有他人在使用您的账户。请在那里设置新密码：
    .moved-subject = 您的电子邮箱已更改
    .moved-what = 账户{ $person }从现在起使用另一个电子邮箱，邮件将发往那里。
    .moved-not-you = 如果不是您本人，请恢复此邮箱。这会使所有人退出登录，然后您可以设置新密码。此链接在七天内有效，只能使用一次：
    .moved-button = 恢复此邮箱

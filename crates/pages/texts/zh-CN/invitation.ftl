# 组织邀请：邀请页面、接受之后的页面，以及邀请失效的原因。
#
# $known 表示是否有可以指名的邀请人：如果有，$inviter 是他人联系邀请人的方式。

invitation =
    .title = 加入{ $organization }
    .by =
        { $known ->
            [yes] { $inviter } 邀请您加入{ $organization }。
           *[no] 您受邀加入{ $organization }。
        }
    .what-join = 您当前以{ $person }的身份登录。
    .what-register = 此邀请发给{ $person }。接受邀请时，将为该邮箱创建账户。
    .what-sign-in = 此邀请发给{ $person }，该邮箱已有账户。我们会向该邮箱发送验证码，您用它登录之后即可加入。
    .join = 加入{ $organization }
    .register = 创建账户并加入
    .sign-in = 发送验证码
    .not-you = 如果您不想加入，无需做任何事，关闭此页面即可。

joined =
    .title = 您已加入{ $organization }
    .title-already = 您早已属于{ $organization }
    .what = 这里没有其他事情要做。请打开您想使用的应用，并像平时一样登录。
    .forward = 继续

invitation-expired =
    .title = 此邀请已过期
    .happened = 加入{ $organization }的邀请只在限定时间内有效，此邀请已失效。没有任何内容被更改。
    .advice = { ask-inviter }

invitation-revoked =
    .title = 此邀请已被撤回
    .happened = 加入{ $organization }的邀请在被接受之前已撤回。没有任何内容被更改。
    .advice = { ask-inviter }

invitation-replaced =
    .title = 此邀请已被更新的邀请取代
    .happened = 在此邀请之后，您再次受邀加入{ $organization }，较早的邀请因此失效。
    .advice = 请打开我们发给您的最新邮件。找不到吗？{ ask-inviter }

invitation-used =
    .title = 此邀请已被接受
    .happened = 加入{ $organization }的邀请已被接受，只能使用一次。如果是您本人接受的，您已属于该组织，请像平时一样登录应用。
    .advice = 不是您本人吗？{ ask-inviter }

invitation-other-account =
    .title = 您当前登录的是另一个账户
    .happened = 加入{ $organization }的邀请发给另一个邮箱，而不是当前在此登录的账户的邮箱。没有任何内容被更改。
    .advice = 您可以使用邀请所属的账户继续，或保持当前登录。此邀请仍然有效。

ask-inviter =
    { $known ->
        [yes] 请向 { $inviter } 索取加入{ $organization }的新邀请。
       *[no] 请向{ $organization }的管理者索取新邀请。
    }

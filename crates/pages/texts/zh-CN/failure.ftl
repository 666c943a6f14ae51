# 出现问题时人们读到的内容。每个代码都说明：这是什么（title）、发生了什么（happened）、该怎么做（advice）。
#
# $way 表示页面上有哪个按钮：start、application、again、link、switch、host 或 none。建议必须与按钮相符；没有按钮时，也要说明该怎么做。

reference-label = 寻求帮助时，请提供此编号

way =
    { $way ->
        [start] 您可以从这里重新开始，只需片刻。
        [application] 请前往{ $application }，并从那里登录。
        [again] 您可以从这里重试。
        [link] 您可以从这里获取新链接。
       *[none] 请关闭此页面，打开您之前使用的应用，并从那里登录。
    }

# 等待之后。
then =
    { $way ->
        [start] 然后从这里重新开始。
        [application] 然后前往{ $application }，并从那里登录。
        [again] 然后从这里重试。
        [link] 然后从这里获取新链接。
       *[none] 然后打开您之前使用的应用，并从那里登录。
    }

flow-missing =
    .title = 没有正在进行的登录
    .happened = 当应用请您登录时，才会打开此页面。通过书签或他人分享的链接来到这里时，并没有应用在等待登录。
    .advice = { way }

flow-foreign =
    .title = 登录是在别处开始的
    .happened = 此链接属于另一个浏览器中的登录，或是一次早已结束的登录。为保护账户安全，它不能在这里使用。
    .advice = { way }

flow-expired =
    .title = 登录等待得太久了
    .happened = 登录页面打开了较长时间，为保护您的账户安全，我们已将其关闭。没有任何内容被更改。
    .advice = { way }

flow-completed =
    .title = 您已经完成了登录
    .happened = 这次登录已经完成，可能是在另一个标签页中。此页面上没有其他需要做的事了。
    .advice =
        { $way ->
            [start] 如果需要再次登录，请从这里重新开始。
            [application] 请回到{ $application }继续。
            [again] 如果仍有内容没有完成，请从这里重试。
           *[none] 请关闭此页面，回到您之前使用的应用继续。
        }

browser-no-cookies =
    .title = 无法认出这个浏览器
    .happened =
        { $host-differs ->
            [yes] 您使用的地址与登录所用的地址不同。浏览器收到的Cookie（我们用来认出浏览器的一小段记录）只在登录所用的地址有效。
           *[no] 我们刚刚给浏览器发送了一个Cookie，也就是我们用来认出它的一小段记录，但它没有传回来。
        }
    .advice =
        { $host-differs ->
            [yes] 请使用地址{ $host }，之后即可照常登录。
           *[no] 请在浏览器设置中允许{ $host }使用Cookie，或退出无痕模式。{ then }
        }

route-unknown =
    .title = 此页面不存在
    .happened = 地址可能输入有误，或者带您来到这里的链接已经过时。
    .advice =
        { $way ->
            [start] 您可以从这里重新开始。
            [application] 请改为前往{ $application }。
            [again] 您可以从这里再试一次。
           *[none] 请检查地址，或关闭此页面，打开您想使用的应用。
        }

client-unknown =
    .title = 我们不认识这个应用
    .happened = 您被带到这里登录一个我们不认识的应用。我们已就此停下，没有透露您的任何信息。
    .advice = 如果您是通过链接来的，请直接打开该应用，并从那里登录。如果仍然来到这里，请告诉该应用的负责人，并提供下方的编号。

redirect-uri-mismatch =
    .title = 无法安全地送您返回
    .happened = 应用要求我们将您送往一个它未曾登记的地址。为保护您的账户安全，我们已就此停下。
    .advice = 只有该应用的负责人能够解决此问题。请告诉他们，并提供下方的编号。

request-malformed =
    .title = 此请求不完整
    .happened = 请求中缺少我们需要的内容，或其中有内容不正确。这通常不是您造成的。
    .advice = { way }如果再次出现，请告诉该应用的负责人，并提供下方的编号。

callback-lost =
    .title = 我们找不到这次登录
    .happened = 您从另一个服务返回，但把您带到那里的登录在此浏览器中已不再进行。没有任何内容被更改。
    .advice = { way }

callback-cancelled =
    .title = 登录已取消
    .happened = 您前往的服务告诉我们，您没有在那里继续。没有向任何人提供您的信息。
    .advice =
        { $way ->
            [again] 如果愿意，您可以从这里重试，或选择其他登录方式。
           *[other] { way }
        }

callback-provider-failed =
    .title = 对方服务没有正常响应
    .happened = 您选择了通过另一个服务登录。该服务没有响应，或其响应无法信任。您的账户是安全的，没有任何内容被更改。
    .advice =
        { $way ->
            [again] 您可以从这里重试，或选择其他登录方式。
           *[other] { way }
        }

link-expired =
    .title = 此链接已过期
    .happened = 为保护账户安全，我们通过邮件发送的链接只在短时间内有效。没有任何内容被更改。
    .advice = { way }

link-used =
    .title = 此链接已被使用
    .happened = 此链接只能使用一次，它已经完成了用途。如果您刚刚设置了新密码，请用新密码登录。
    .advice = { way }如果使用链接的人不是您，请获取新链接并设置另一个密码。

link-replaced =
    .title = 此链接已被更新的链接取代
    .happened = 在此链接发出之后，又申请了更新的链接，或密码已通过另一个链接更改，较早的链接因此失效。
    .advice = 请打开我们发给您的最新邮件。{ way }

link-revoked =
    .title = 此链接已被撤回
    .happened = 为保护账户安全，此链接在打开之前已被撤回：由管理员撤回，或因为密码已更改，或因为输入了错误的验证码。
    .advice = { way }

link-other-account =
    .title = 您当前登录的是另一个账户
    .happened = 此链接属于另一个账户，而不是当前在此登录的账户。没有任何内容被更改。
    .advice = 您可以切换到链接所属的账户，或保持当前登录。此链接在几分钟内仍然有效。

link-unknown =
    .title = 此链接不完整
    .happened = 链接可能在传递途中被截断，或只复制了一部分。没有任何内容被更改。
    .advice = 请直接从邮件中打开链接。{ way }

account-suspended =
    .title = 您的账户已被停用
    .happened = 您输入的内容没有问题，但管理员已停用此账户。
    .advice =
        { $support ->
            [yes] 只有管理员可以恢复账户。请通过下方的方式联系，并提供编号。
           *[no] 只有管理员可以恢复账户。请联系为您开设账户的人，并提供下方的编号。
        }

access-denied =
    .title = 未获得访问权限
    .happened = 可能是请求被拒绝，也可能是此账户不能使用该应用。
    .advice =
        { $way ->
            [start] 如果想再试一次，请从这里重新开始。如果您应当拥有访问权限，请联系该应用的负责人。
            [application] 如果想再试一次，请前往{ $application }，并从那里登录。如果您应当拥有访问权限，请联系该应用的负责人。
            [again] 如果愿意，请从这里重试。如果您应当拥有访问权限，请联系该应用的负责人。
           *[none] 如果这不是您想要的结果，请关闭此页面，打开您之前使用的应用并重新登录。如果您应当拥有访问权限，请联系该应用的负责人。
        }

throttled =
    .title = 请稍等一会儿
    .happened = 短时间内的尝试次数较多。稍作停顿，可以防止他人猜测密码，保护账户安全。
    .advice =
        { $minutes ->
            [0] 请等待几分钟，{ then }
           *[other] 请等待{ $minutes }分钟，{ then }
        }

unavailable =
    .title = 我们暂时无法响应
    .happened = 服务的一部分没有响应。没有任何内容丢失，也没有人被退出登录。
    .advice =
        { $minutes ->
            [0] 请稍候片刻，{ then }
           *[other] 请等待{ $minutes }分钟，{ then }
        }

internal =
    .title = 我们这边出了问题
    .happened = 这是我们的失误，与您无关。问题已记录在下方的编号之下，以便修复。
    .advice = { way }如果再次出现，请寻求帮助并提供编号。

# Links and codes that go by e-mail: asking for one, waiting for it, following it, and the letters.

ask-link =
    .identifier =
        { $texts ->
            [yes] User name, e-mail or telephone number
           *[no] User name or e-mail
        }
    .submit =
        { $texts ->
            [yes] Send it
           *[no] Send the link
        }
    .missing-identifier =
        { $texts ->
            [yes] Please enter your user name, e-mail address or telephone number.
           *[no] Please enter your user name or e-mail address.
        }
    .not-an-address = That is not an e-mail address. Please check it.
    .sign-in-question = Remembered it?

forgot-password =
    .title = Choose a new password
    .what =
        { $texts ->
            [yes] Tell us who you are, and we send a link by e-mail with which you can choose a new password. If you enter your telephone number, we send a code by text message instead.
           *[no] Tell us who you are, and we send a link by e-mail with which you can choose a new password.
        }

sign-in-link =
    .title = Sign in without a password
    .what =
        { $texts ->
            [yes] Tell us who you are, and we send a link and a code by e-mail. If you enter your telephone number, we send a code by text message instead. Either signs you in.
           *[no] Tell us who you are, and we send a link and a code by e-mail. Either of them signs you in; no password is needed.
        }
    .password-question = Rather use your password?

register-email =
    .title = Create an account
    .what = We send a link and a code to your address. Once either has shown that it is yours, your account is ready.
    .identifier = E-mail

# It never says whether there is such an account, or whether a letter was sent.
link-sent =
    .title = Look into your mail
    .what-sign-in = If there is an account of that name with an e-mail address, a link and a code are on their way to that address. They are good for ten minutes.
    .what-register = A link and a code are on their way to that address. They are good for ten minutes.
    .what-reset = If there is an account of that name with an e-mail address, a link and a code are on their way to that address. They are good for half an hour.
    .what-verify = A link and a code are on their way to that address. They are good for half an hour. Until one of them is used, nothing changes.
    .code = Code from the e-mail
    .code-rule = Six digits. Or open the link instead.
    .submit = Continue
    .wrong = That code does not match, or is no longer good. Please check it, or send a new one.
    .too-many =
        { $minutes ->
            [0] Too many messages were asked for, so none was sent this time. Use the newest one that you have, or wait a few minutes for another.
            [one] Too many messages were asked for, so none was sent this time. Use the newest one that you have, or wait a minute for another.
           *[other] Too many messages were asked for, so none was sent this time. Use the newest one that you have, or wait { $minutes } minutes for another.
        }
    .continue = I have opened the link
    .advice = Nothing there after a few minutes? Look among unwanted mail, or send it once more. A new one takes the place of the older.
    .again = Send a new one

text-sent =
    .title = Look at your telephone
    .what-sign-in = If there is an account with that number, a code is on its way to it by text message. It is good for ten minutes.
    .what-reset = If there is an account with that number, a code is on its way to it by text message. It is good for half an hour.
    .what-verify = A code is on its way to that number by text message. It is good for ten minutes. Until it is used, nothing changes.
    .code = Code from the text message
    .code-rule = Six digits.
    .advice = Nothing there after a few minutes? Check the number, or send a code once more. A new one takes the place of the older.

follow-link =
    .title = Sign in
    .title-register = Create your account
    .elsewhere = You asked for this link in another browser, or somebody else did. To go on there, type the code from the e-mail there. Or sign in here instead.
    .sign-in = Sign in as { $person }
    .sign-in-here = Sign in here as { $person }
    .register = Create an account for { $person }

letter =
    .code = Or type this code where you asked for it: { $code }
    .sign-in-subject = Your link to sign in
    .sign-in-what = Somebody, most likely you, asked to sign in as { $person }. This link is good for ten minutes, once:
    .sign-in-button = Sign in
    .sign-in-not-you = If it was not you, you need do nothing. Give neither the link nor the code to anybody: whoever has one can sign in as you.
    .register-subject = Create your account
    .register-what = Somebody, most likely you, asked to create an account for { $person }. This link is good for ten minutes, once:
    .register-button = Create the account
    .register-not-you = If it was not you, you need do nothing: no account is made.
    .known-subject = You already have an account
    .known-what = Somebody, most likely you, asked to create an account for this address. There is one already: { $person }. This link signs you in; it is good for ten minutes, once:
    .reset-subject = Choose a new password
    .reset-what = Somebody, most likely you, asked to choose a new password for { $person }. This link is good for half an hour, once:
    .reset-button = Choose a new password
    .reset-not-you = If it was not you, you need do nothing: the password stays as it is.
    .invitation-subject = You are invited
    .invitation-what =
        { $known ->
            [yes] { $inviter } invites you to { $organization }.
           *[no] You are invited to { $organization }.
        } This link is good for { $days ->
            [one] a day
           *[other] { $days } days
        }, once:
    .invitation-button = See the invitation
    .invitation-not-you = If you do not want to join, or do not know who invites you, you need do nothing.
    .changed-subject = Your password was changed
    .changed-what =
        { $removed ->
            [yes] The password of { $person } has just been changed by a link that we sent to this address. All devices were signed out, and what was linked in the last 30 days no longer signs in: { $providers }. If it is yours, link it again on your account page.
           *[no] The password of { $person } has just been changed by a link that we sent to this address. All devices were signed out.
        }
    .changed-by-phone-subject = Your password was changed
    .changed-by-phone-what =
        { $removed ->
            [yes] The password of { $person } has just been changed by a code that we sent to its telephone number. All devices were signed out, and what was linked in the last 30 days no longer signs in: { $providers }. If it is yours, link it again on your account page.
           *[no] The password of { $person } has just been changed by a code that we sent to its telephone number. All devices were signed out.
        }
    .changed-by-phone-not-you = If it was not you, somebody else has that telephone, or its number. Choose another password here, then remove the number on your account page:
    .changed-not-you = If it was not you, somebody else can read your mail. Secure your mail account first, then choose another password here:
    .set-what = The password of { $person } has just been set by somebody who is signed in. All other devices were signed out.
    .set-not-you = If it was not you, somebody else is using your account. Choose another password here, which signs out everybody:
    .linked-subject = A way to sign in was added to your account
    .linked-what = { $provider } was linked to the account { $person } on { $at } (UTC): from now on, signing in there signs in here. What is linked stands on your account page: { $account }
    .linked-not-you = If it was not you, somebody else is using your account. Choose another password here, which signs out everybody and removes what was linked in the last 30 days:
    .removed-subject = A way to sign in was removed from your account
    .removed-what = { $provider } was removed from the account { $person } on { $at } (UTC), and no longer signs in. What is still linked stands on your account page: { $account }
    .verify-subject = Is this your address?
    .verify-what = Somebody, most likely you, wants to use this address for the account { $person }. This link is good for half an hour, once:
    .verify-button = Use this address
    .verify-not-you = If it was not you, you need do nothing: nothing changes. Give neither the link nor the code to anybody.
    .held-subject = Your address cannot be used yet
    .held-what = Somebody, most likely you, wants to use { $person } for an account. Until { $until } (UTC) it is kept for the account that had it before: the letter that came when it was changed has the link that puts it back there. After that it is free; ask again then.
    .held-not-you = If you changed it yourself, sign in with your new address:
    .in-use-subject = Your address was to be used for another account
    .in-use-what = Somebody wanted to use this address for another account. Nothing has changed: it is the address of { $person }.
    .in-use-not-you = If it was you, sign in to this account instead, and change its address there first:
    .in-use-button = Go to your account
    .phone-added-subject = A telephone number was added to your account
    .phone-added-what = The account { $person } has a telephone number, or another one. Whoever has that telephone can sign in with it.
    .phone-added-not-you = If it was not you, somebody else is using your account. Remove the number there, and set a new password:
    .phone-removed-subject = Your telephone number was removed
    .phone-removed-what = The account { $person } has no telephone number any more. Nobody can sign in with the one that it had.
    .phone-removed-not-you = If it was not you, somebody else is using your account. Set a new password there:
    .moved-subject = Your e-mail address was changed
    .moved-what = The account { $person } has another e-mail address from now on, and letters go there.
    .moved-not-you = If it was not you, put this address back. It signs out everybody, and you choose a new password then. The link is good for seven days, once:
    .moved-button = Put this address back

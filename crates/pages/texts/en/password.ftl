# Choosing a new password: the pages, and the letters that go with them.

forgot-password =
    .title = Choose a new password
    .what = Tell us who you are, and we send a link by e-mail with which you can choose a new password.
    .identifier = User name or e-mail
    .submit = Send the link
    .missing-identifier = Please enter your user name or e-mail address.
    .sign-in-question = Remembered it?
    .sign-in = Sign in

# It never says whether there is such an account.
forgot-password-sent =
    .title = Look into your mail
    .what = If there is an account of that name with an e-mail address, a link is on its way to that address. It is good for half an hour.
    .advice = Nothing there after a few minutes? Look among unwanted mail, or ask once more.
    .again = Ask once more

reset-password =
    .title = Choose a new password
    .what = Once it is changed, you are signed out everywhere and sign in with the new one.
    .password = New password
    .submit = Change password

password-changed =
    .title = Your password is changed
    .what = You have been signed out everywhere. From now on, the new password is the one to sign in with.
    .advice = Open the application you were using, and sign in from there.
    .sign-in = Sign in

letter =
    .reset-subject = Choose a new password
    .reset-what = Somebody, most likely you, asked to choose a new password for { $person }. This link is good for half an hour, once:
    .reset-button = Choose a new password
    .reset-not-you = If it was not you, you need do nothing: the password stays as it is.
    .changed-subject = Your password was changed
    .changed-what = The password of { $person } has just been changed by a link that we sent to this address. All devices were signed out.
    .changed-not-you = If it was not you, somebody else can read your mail. Secure your mail account first, then choose another password here:

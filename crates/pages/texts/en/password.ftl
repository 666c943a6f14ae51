# Choosing a new password, once a link has led here.

reset-password =
    .title = Choose a new password
    .what = Once it is changed, you are signed out everywhere and sign in with the new one.
    .password = New password
    .submit = Change password
    .former = The e-mail address of your account was changed lately. Was it you?
    .leave = It was me: leave it as it is.
    .restore = It was not: put { $address } back, as it was until { $at } (UTC).
    .not-back = That address cannot be put back any more. Nothing is changed yet: choose your password once more.

password-changed =
    .title = Your password is changed
    .what = You have been signed out everywhere. From now on, the new password is the one to sign in with.
    .restored = { $address } is the e-mail address of your account again.
    .advice = Open the application you were using, and sign in from there.
    .sign-in = Sign in
    .removed = These were linked in the last 30 days and no longer sign in, in case it was somebody else who linked them. If one is yours, link it again:
    .kept = These sign in as before. If one is not yours, remove it:

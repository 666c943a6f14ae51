# The pages on which people look after their own account.

account =
    .title = Your account
    .name = Name
    .username = User name
    .email = E-mail
    .verified = verified
    .unverified = not verified
    .no-email = none
    .ways = What you can do
    .change-password = Change your password
    .set-password = Set a password
    .sessions = See where you are signed in
    .back = Back to your account

account-notice =
    .password-changed = Your password is set, and all other devices are signed out.

account-password =
    .title = Set a new password
    .what = Once it is changed, you stay signed in here and are signed out everywhere else.
    .what-first = You have no password yet. With one you can sign in without a letter, and without anybody else.
    .submit = Set password

account-sessions =
    .title = Where you are signed in
    .what = Is one of them not yours? Sign it out, then change your password.
    .ended = That device is signed out.
    .device = { $browser } on { $system }
    .unknown = Unknown browser
    .this = this one
    .since = Since { $since } UTC
    .since-from = Since { $since } UTC, from { $address }
    .end = Sign out there
    .everywhere = Sign out everywhere

sign-out-everywhere =
    .title = Sign out everywhere?
    .happens = You will be signed out on all devices, this one included. Applications that could act for you in your absence no longer can.
    .yes = Sign out everywhere
    .no = Stay signed in

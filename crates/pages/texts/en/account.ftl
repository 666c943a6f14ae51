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
    .change-email = Change your e-mail address
    .add-email = Add an e-mail address
    .phone = Telephone
    .change-phone = Change your telephone number
    .add-phone = Add a telephone number
    .identities = Choose by which providers you sign in
    .sessions = See where you are signed in
    .back = Back to your account

account-notice =
    .email-verified = Your e-mail address is verified.
    .phone-added = Your telephone number is added.
    .phone-removed = Your telephone number is removed.
    .phone-taken = The code was right, but that number stands at another account. If that one is yours, sign in there and remove it, then add it here. If you have the number from somebody else, ask for help.
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

account-email =
    .title = E-mail address
    .what = We send a link and a code to the address. Once either has shown that it is yours, it becomes the address of your account.
    .address = New e-mail address
    .submit = Send the link
    .unverified = Nobody has shown yet that { $address } is yours.
    .verify = Verify this address

account-phone =
    .title = Telephone number
    .what = We send a code to the number by text message. Once it has shown that the number is yours, you can sign in with it.
    .number = New telephone number
    .rule = With the code of the country, such as +49 30 901820.
    .not-a-number = That is not a telephone number with the code of its country. Please check it.
    .submit = Send the code
    .yours = { $phone } is your number.
    .remove = Remove it
    .last = It is your only way to sign in, so it stays. Add another way first, such as an e-mail address or a provider.

confirm-email =
    .title = Use this address?
    .what = { $address } becomes the address of your account. Letters go there from now on.
    .submit = Use this address

restore-email =
    .title = Put your address back?
    .title-done = Your address is back
    .what = { $address } becomes the address of your account again. Everybody is signed out, and the password is removed.
    .submit = Put it back
    .done = { $address } is the address of your account again, and everybody is signed out. Choose a new password to sign in.

account-identities =
    .title = Sign in by a provider
    .what = Whoever signs in at one of these is signed in here as you.
    .none = You sign in by none yet.
    .since = Since { $since } UTC
    .link = Link { $provider }
    .remove = Remove
    .linked = From now on you can sign in by it.
    .removed = It is no longer a way to sign in.
    .taken = That account at the provider already leads to another account here. Nothing has changed.
    .last = It is your only way to sign in, so it stays. Add another way first, such as an e-mail address or another provider.

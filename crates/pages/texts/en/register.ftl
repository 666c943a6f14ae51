register =
    .title = Create an account
    .username = User name
    .username-rule = Letters and digits; dots, hyphens and underscores in between.
    .password = Password
    .password-rule = At least { $min } characters. A sentence you will remember is fine.
    .by-email = Use your e-mail address instead
    .submit = Create account
    .sign-in-question = Have an account already?
    .sign-in = Sign in

register-error =
    .username-malformed = That cannot be a user name. Please use letters and digits, with dots, hyphens or underscores in between.
    .username-taken = Somebody has that user name already. Please choose another.
    .password-too-short = The password needs at least { $min } characters. A sentence you will remember is fine.
    .password-too-long = That password is longer than we can keep. Please choose a shorter one.
    .password-common = That password was stolen somewhere and published, so thieves try it first. Please choose another, and change it wherever else you use it.
    .password-guessable = That password would be easy to guess. Please choose one that nobody else would think of.

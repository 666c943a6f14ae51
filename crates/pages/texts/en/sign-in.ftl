sign-in =
    .title = Sign in
    .identifier =
        { $texts ->
            [yes] User name, e-mail or telephone number
           *[no] User name or e-mail
        }
    .password = Password
    .submit = Sign in
    .by-link =
        { $texts ->
            [yes] Send me a link or a code instead
           *[no] Send me a link instead
        }
    .forgot-password = Forgot your password?
    .register-question = New here?
    .register = Create an account

sign-in-notice =
    .cancelled = The sign-in was cancelled. You can try again here whenever you like.
    .sign-in-again = Please sign in once more, so that we know it is you.
    .started-again = That took too long, so we started again.

# It never says which of the two is at fault: that would tell which accounts exist.
sign-in-error =
    .wrong = Those details do not match. Please check them and try again.
    .missing-identifier =
        { $texts ->
            [yes] Please enter your user name, e-mail address or telephone number.
           *[no] Please enter your user name or e-mail address.
        }
    .missing-password = Please enter your password.

# Also for the page where accounts are made.
try-later =
    .throttled =
        { $minutes ->
            [0] There have been too many tries. Please wait a few minutes, then try again.
            [one] There have been too many tries. Please wait a minute, then try again.
           *[other] There have been too many tries. Please wait { $minutes } minutes, then try again.
        }
    .busy = A great many people are signing in right now. Please try again in a moment.

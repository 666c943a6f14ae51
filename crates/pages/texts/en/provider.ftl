providers =
    .title = Or use an account that you have elsewhere
    .with = Continue with { $provider }

departure =
    .title = Going to { $provider }
    .what = You sign in at { $provider }, and are then brought back here.
    .forward = Go on to { $provider }

link-account =
    .title = Do you have an account here?
    .what = You are signed in at { $provider }. If you have an account here as well, sign in to it once: from then on { $provider } is a way into it.
    .submit = Sign in and connect
    .new-what = If this is your first time here, make an account. You will sign in to it with { $provider }.
    .new = Make a new account
    .another-way = Sign in another way

sign-out =
    .title = Sign out?
    .happens = You will be signed out in this browser.
    .yes = Sign out
    .no = Stay signed in

signed-out =
    .title = You are signed out
    .close = You can close this page now.
    .go-on = You can close this page, or go on to { $application }.

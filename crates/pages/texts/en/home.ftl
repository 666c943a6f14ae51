home =
    .title = Welcome
    .title-signed-in = You are signed in
    .what = This is where you sign in to your applications.
    .advice = Open the application you want to use. It brings you here when it is time to sign in.
    .advice-signed-in = Open the application you want to use and carry on there.
    .account = Your account
    .sign-out = Sign out

form-post =
    .title = You are on your way
    .advice = If this page does not move on by itself, choose “Continue”.
    .continue = Continue

# What people read when something went wrong. Each code says what it is (title), what happened, and what to do.
#
# $way says which button the page has: start, application, again, link, switch, host, or none. The advice must fit the button,
# and must still say what to do when there is none.

reference-label = If you ask for help, give this reference

way =
    { $way ->
        [start] You can start again from here. It only takes a moment.
        [application] Go to { $application } and sign in from there.
        [again] You can try again from here.
        [link] You can get a new link from here.
       *[none] Close this page and open the application you were using, then sign in from there.
    }

# After a pause.
then =
    { $way ->
        [start] Then start again from here.
        [application] Then go to { $application } and sign in from there.
        [again] Then try again from here.
        [link] Then get a new link from here.
       *[none] Then open the application you were using, and sign in from there.
    }

flow-missing =
    .title = No sign-in is under way
    .happened = This page opens when an application asks you to sign in. A bookmark or a shared link leads here without one.
    .advice = { way }

flow-foreign =
    .title = This sign-in was started elsewhere
    .happened = The link belongs to a sign-in in another browser, or to one that is long over. To keep accounts safe, it cannot be used here.
    .advice = { way }

flow-expired =
    .title = This took a little too long
    .happened = The sign-in was left open for some time, so we closed it to keep your account safe. Nothing has been changed.
    .advice = { way }

flow-completed =
    .title = You have finished here
    .happened = This sign-in is already complete, perhaps in another tab. There is nothing more to do on this page.
    .advice =
        { $way ->
            [start] If you need to sign in once more, start again from here.
            [application] Carry on in { $application }.
            [again] If something still seems to be missing, try again from here.
           *[none] Close this page and carry on in the application you were using.
        }

browser-no-cookies =
    .title = We could not recognise this browser
    .happened =
        { $host-differs ->
            [yes] You came here by another address than the one where people sign in. The cookie that your browser was given, a small note by which we know it, is only valid there.
           *[no] A moment ago we gave your browser a cookie, a small note by which we know it. It did not come back.
        }
    .advice =
        { $host-differs ->
            [yes] Please use the address { $host }. From then on, signing in works as usual.
           *[no] Allow cookies for { $host } in your browser’s settings, or leave its private mode. { then }
        }

route-unknown =
    .title = This page does not exist
    .happened = The address may have been mistyped, or the link that led here may be out of date.
    .advice =
        { $way ->
            [start] You can start again from here instead.
            [application] Go to { $application } instead.
            [again] You can try once more from here.
           *[none] Check the address, or close this page and open the application you want to use.
        }

client-unknown =
    .title = We do not know this application
    .happened = Something sent you here to sign in to an application that we do not know. We stopped, and nothing about you was passed on.
    .advice = If you followed a link, open the application itself and sign in from there. If that leads here again, tell the people who run the application, and give them the reference below.

redirect-uri-mismatch =
    .title = We could not send you back safely
    .happened = The application asked us to send you to an address that it has not told us about. To keep your account safe, we stopped here.
    .advice = Only the people who run the application can mend this. Please tell them, and give them the reference below.

request-malformed =
    .title = This request is not complete
    .happened = Something that we need was missing from it, or was not as it should be. It is rarely anything you did.
    .advice = { way } If it happens again, tell the people who run the application, and give them the reference below.

callback-lost =
    .title = We lost track of this sign-in
    .happened = You came back from another service, but the sign-in that sent you there is no longer open in this browser. Nothing has been changed.
    .advice = { way }

callback-cancelled =
    .title = The sign-in was cancelled
    .happened = The service that you were sent to says that you did not go on there. Nothing about you was passed on.
    .advice =
        { $way ->
            [again] If you would like to, try again from here, or choose another way to sign in.
           *[other] { way }
        }

callback-provider-failed =
    .title = The other service did not answer as it should
    .happened = You chose to sign in with another service. It is not answering, or its answer cannot be trusted. Your account is safe, and nothing has been changed.
    .advice =
        { $way ->
            [again] You can try again from here, or choose another way to sign in.
           *[other] { way }
        }

link-expired =
    .title = This link is too old
    .happened = To keep accounts safe, a link that we send by e-mail is good for a short time only. Nothing has been changed.
    .advice = { way }

link-used =
    .title = This link has been used
    .happened = The link has done what it was for, and does it only once. If you have just chosen a new password, it is the one to sign in with.
    .advice = { way } If it was not you who used the link, ask for a new one and choose another password.

link-replaced =
    .title = A newer link took its place
    .happened = After this link was sent, a newer one was asked for, or the password was changed by another. Older links end with that.
    .advice = Open the newest e-mail you have from us. { way }

link-revoked =
    .title = This link was withdrawn
    .happened = To keep the account safe, the link was withdrawn before it was opened: by an administrator, because the password was changed, or because wrong codes were tried.
    .advice = { way }

link-other-account =
    .title = You are signed in as somebody else
    .happened = This link is for another account than the one that is signed in here. Nothing has been changed.
    .advice = Switch to the account of the link, or stay signed in as you are. The link stays good for a few minutes.

link-unknown =
    .title = This link is not complete
    .happened = It may have been broken on its way, or only a part of it was copied. Nothing has been changed.
    .advice = Open the link from the e-mail itself. { way }

account-suspended =
    .title = Your account is suspended
    .happened = What you entered is right, but an administrator has suspended the account.
    .advice =
        { $support ->
            [yes] Only an administrator can lift this. Please get in touch as shown below, and give the reference.
           *[no] Only an administrator can lift this. Please ask the people who gave you the account, and give them the reference below.
        }

access-denied =
    .title = Access was not given
    .happened = Either the request was declined, or this account may not use the application.
    .advice =
        { $way ->
            [start] If you would like to try again, start again from here. If you should have access, ask the people who run the application.
            [application] If you would like to try again, go to { $application } and sign in from there. If you should have access, ask the people who run it.
            [again] If you would like to, try again from here. If you should have access, ask the people who run the application.
           *[none] If this is not what you wanted, close this page, open the application you were using and sign in again. If you should have access, ask the people who run the application.
        }

throttled =
    .title = Please wait a little
    .happened = There have been many tries in a short time. A pause protects accounts from people who guess passwords.
    .advice =
        { $minutes ->
            [0] Please wait a few minutes. { then }
            [one] Please wait a minute. { then }
           *[other] Please wait { $minutes } minutes. { then }
        }

unavailable =
    .title = We cannot answer right now
    .happened = Part of this service is not responding. Nothing is lost, and nobody has been signed out.
    .advice =
        { $minutes ->
            [0] Please wait a moment. { then }
            [one] Please wait a minute. { then }
           *[other] Please wait { $minutes } minutes. { then }
        }

internal =
    .title = Something went wrong on our side
    .happened = This is our mistake, not yours. It is recorded under the reference below, so that it can be mended.
    .advice = { way } If it happens again, ask for help and give the reference.

# An invitation to an organization: its page, what comes after it, and why it may be over.
#
# $known says whether there is somebody to name: then $inviter is how others reach them.

invitation =
    .title = Join { $organization }
    .by =
        { $known ->
            [yes] { $inviter } invites you to { $organization }.
           *[no] You are invited to { $organization }.
        }
    .what-join = You are signed in as { $person }.
    .what-register = The invitation is for { $person }. To accept it, an account for that address is created.
    .what-sign-in = The invitation is for { $person }. There is an account of that address already: we send a code there, and once you have signed in with it, you can join.
    .join = Join { $organization }
    .register = Create an account and join
    .sign-in = Send the code
    .not-you = If you do not want to join, you need do nothing: close this page.

joined =
    .title = You belong to { $organization } now
    .title-already = You belong to { $organization } already
    .what = There is nothing more to do here. Open the application that you want to use, and sign in there as always.
    .forward = Continue

invitation-expired =
    .title = This invitation is too old
    .happened = An invitation to { $organization } is good for a limited time, and this one is over. Nothing has been changed.
    .advice = { ask-inviter }

invitation-revoked =
    .title = This invitation was withdrawn
    .happened = The invitation to { $organization } was withdrawn before it was accepted. Nothing has been changed.
    .advice = { ask-inviter }

invitation-replaced =
    .title = A newer invitation took its place
    .happened = After this invitation to { $organization }, you were invited once more. The older one ended with that.
    .advice = Open the newest e-mail you have from us. Not there? { ask-inviter }

invitation-used =
    .title = This invitation was accepted
    .happened = The invitation to { $organization } was accepted, and that works only once. If it was you, you belong to it: sign in to the application as always.
    .advice = Was it not you? { ask-inviter }

invitation-other-account =
    .title = You are signed in as somebody else
    .happened = This invitation to { $organization } is for another address than that of the account that is signed in here. Nothing has been changed.
    .advice = Go on with the account of the invitation, or stay signed in as you are. The invitation stays good.

ask-inviter =
    { $known ->
        [yes] Ask { $inviter } for a new invitation to { $organization }.
       *[no] Ask the people who run { $organization } for a new invitation.
    }

# What every page may show.

rehearsal = This is a rehearsal. Nothing on this page is real.
continue-to = to continue to { $application }
signed-in-as = You are signed in as { $person }.

help =
    .title = Need help?
    .email = Write to
    .website = Visit
    .subject = Help with signing in ({ $reference })

button =
    .start = Start again
    .again = Try again
    .other-ways = Sign in another way
    .link = Get a new link
    .switch = Switch account
    .stay = Stay signed in
    .application = Go to { $application }
    .host = Go to { $host }

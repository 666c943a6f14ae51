# Text messages. A code has to fit into one: 160 letters with the line that follows it.

text-message =
    .sign-in = { $code } is your code to sign in at { $host }. It is good for ten minutes. Give it to nobody.
    .reset = { $code } is your code for a new password at { $host }. It is good for half an hour. Give it to nobody.
    .verify = { $code } is your code to use this number at { $host }. It is good for ten minutes. Give it to nobody.
    .password-set = Your password at { $host } was set. If it was not you, choose another: { $address }
    .phone-lost = This number no longer signs in at { $host }. If it was not you who removed it, choose another password: { $address }

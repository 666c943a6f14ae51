consent =
    .title = { $application } asks for your permission
    .intro = If you agree, { $application } may:
    .destination = Either way, you go on to { $host }.
    .unvouched = Nobody here has checked this application, and it chose its name itself. Agree only if you know { $host } and trust it.
    .allow = Allow
    .deny = Do not allow

scope =
    .openid = recognise you when you come back
    .profile = see your name and user name
    .email = see your e-mail address
    .phone = see your telephone number
    .offline-access = stay connected while you are away
    .organizations = see which organizations you belong to
    .organization-roles = see your roles in your organizations
    .other = use “{ $scope }”

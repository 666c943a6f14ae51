consent =
    .title = { $application }请求您的许可
    .intro = 如果您同意，{ $application }可以：
    .destination = 无论是否同意，您接下来都会前往{ $host }。
    .unvouched = 此应用未经本站核实，名称由其自行填写。只有在您了解并信任{ $host }时，才请同意。
    .allow = 允许
    .deny = 不允许

scope =
    .openid = 在您再次使用时认出您
    .profile = 查看您的姓名和用户名
    .email = 查看您的电子邮箱地址
    .phone = 查看您的电话号码
    .offline-access = 在您离开时保持连接
    .organizations = 查看您所属的组织
    .organization-roles = 查看您在各组织中的角色
    .other = 使用“{ $scope }”

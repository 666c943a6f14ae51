-- Organizations: what people belong to, and in which roles. The roles are named once for the tenant.

CREATE TABLE organizations (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    document TEXT NOT NULL,
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};

CREATE TABLE organization_roles (
    tenant TEXT NOT NULL,
    id {bytes} NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    updated_at {integer} NOT NULL,
    PRIMARY KEY (tenant, id)
) {table_options};
CREATE UNIQUE INDEX organization_roles_name ON organization_roles (name, tenant);

CREATE TABLE organization_members (
    tenant TEXT NOT NULL,
    organization {bytes} NOT NULL,
    user_id {bytes} NOT NULL,
    joined_at {integer} NOT NULL,
    PRIMARY KEY (tenant, organization, user_id)
) {table_options};
CREATE INDEX organization_members_user ON organization_members (user_id);

CREATE TABLE organization_member_roles (
    tenant TEXT NOT NULL,
    organization {bytes} NOT NULL,
    user_id {bytes} NOT NULL,
    role {bytes} NOT NULL,
    PRIMARY KEY (tenant, organization, user_id, role)
) {table_options};
CREATE INDEX organization_member_roles_role ON organization_member_roles (role);

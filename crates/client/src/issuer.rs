//! Issuers: one text, compared exactly; or one for each tenant of a provider that has many.

/// What stands for the tenant in the issuer of a provider that has many.
const TENANT: &str = "{tenantid}";

/// Whether tokens of this issuer are the provider's. One that has many tenants names the one it speaks for in `tid`: it
/// must stand in the issuer too, so that no tenant speaks for another.
pub(crate) fn admits(rule: &str, issuer: &str, tenant: Option<&str>) -> bool {
    if !has_tenants(rule) {
        return issuer == rule;
    }
    tenant.is_some_and(|tenant| is_tenant(tenant) && issuer == rule.replace(TENANT, tenant))
}

/// Whether a key of the provider may sign for this issuer: some keys are for one tenant only.
pub(crate) fn admits_key(rule: &str, of_key: Option<&str>, issuer: &str, tenant: Option<&str>) -> bool {
    match of_key {
        Some(of_key) if has_tenants(rule) => admits(of_key, issuer, tenant),
        Some(_) | None => true,
    }
}

fn has_tenants(rule: &str) -> bool {
    rule.contains(TENANT)
}

/// A UUID, as such providers write it (RFC 9562 §4).
fn is_tenant(text: &str) -> bool {
    let mut parts = text.split('-');
    let sized = [8, 4, 4, 4, 12].iter().all(|length| parts.next().is_some_and(|part| part.len() == *length));
    sized && parts.next().is_none() && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "https://login.example/{tenantid}/v2.0";
    const ONE: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
    const OTHER: &str = "00000000-0000-0000-0000-000000000001";

    #[test]
    fn c173_no_tenant_speaks_for_another() {
        let of = |tenant: &str| RULE.replace(TENANT, tenant);
        assert!(admits(RULE, &of(ONE), Some(ONE)));
        for (issuer, tenant) in [
            (of(ONE), Some(OTHER)),
            (of(ONE), None),
            (RULE.to_owned(), Some(ONE)),
            (RULE.to_owned(), Some(TENANT)),
            (of("x/../y"), Some("x/../y")),
            (of(""), Some("")),
            ("https://evil.example/v2.0".to_owned(), Some(ONE)),
        ] {
            assert!(!admits(RULE, &issuer, tenant), "{issuer} {tenant:?}");
        }
        assert!(admits("https://a.example", "https://a.example", None));
        assert!(!admits("https://a.example", "https://a.example/", Some(ONE)));
    }

    #[test]
    fn c173_a_key_of_one_tenant_signs_for_no_other() {
        let of = |tenant: &str| RULE.replace(TENANT, tenant);
        assert!(admits_key(RULE, Some(RULE), &of(ONE), Some(ONE)));
        assert!(admits_key(RULE, Some(&of(ONE)), &of(ONE), Some(ONE)));
        assert!(admits_key(RULE, None, &of(ONE), Some(ONE)));
        assert!(!admits_key(RULE, Some(&of(OTHER)), &of(ONE), Some(ONE)));
    }
}

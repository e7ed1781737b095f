//! Addresses of websites among the settings.

/// Why an address cannot be one of a website that people trust: TLS is needed, but for what stays on this machine.
/// None when it can.
pub(super) fn fault(url: &str) -> Option<&'static str> {
    let (host, secure) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, true),
        (_, Some(rest)) => (rest, false),
        _ => return Some("must start with https://"),
    };
    let authority = host.split(['/', '?', '#']).next().unwrap_or_default();
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '"' | '\\' | ',');
    if authority.is_empty() || url.contains(odd) {
        return Some("must name a host, and nothing before it");
    }
    if !secure && !is_loopback(authority) {
        return Some("must start with https://; http:// is for this machine alone");
    }
    None
}

/// Whether a URL is an origin: no path, no query.
pub(super) fn is_origin(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    !rest.contains(['/', '?', '#'])
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let address = host.parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|a| a.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_goes_without_tls() {
        for good in [
            "https://bonafide.example.com",
            "https://example.com:8443/realms/a",
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in [
            "",
            "bonafide.example.com",
            "https://",
            "http://bonafide.example.com",
            "http://localhost.example.com",
            "http://127.0.0.1@example.com",
            "https://a b",
            "ftp://localhost",
        ] {
            assert!(fault(bad).is_some(), "{bad}");
        }
        assert!(is_origin("https://a.example:1") && !is_origin("https://a.example/b"));
    }
}

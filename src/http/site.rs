//! How people reach this server, and what follows from it: names of cookies, origins, client addresses.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// How people reach this server.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Its origin, such as `https://bonafide.example.com`; without it, whatever `Host` says.
    pub public_url: Option<String>,
    /// Whether they reach it by TLS, so that cookies are never sent otherwise.
    pub secure: bool,
    /// Reverse proxies that a request passes before it arrives.
    pub proxies: u8,
    /// The settings that hold, as admins are told them: without passwords.
    pub settings: Vec<ToldSetting>,
}

/// A setting as admins are told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldSetting {
    /// Its name in the file.
    pub name: String,
    /// What it is.
    pub value: String,
    /// Whether it is another than by default.
    pub changed: bool,
}

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OurCookie {
    /// The token of a session.
    Session,
    /// What is remembered of a sign-in at an OpenID provider.
    OidcFlow,
    /// What a page is to say once.
    Flash,
    /// What is remembered of somebody whose password was right, until the code is.
    SignInStep,
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl OurCookie {
    /// Its name. With `__Host-` a browser takes it from this very host alone, over TLS, for all paths (RFC 6265bis).
    pub fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-bonafide",
            (Self::Session, false) => "bonafide",
            (Self::OidcFlow, true) => "__Host-bonafide-oidc",
            (Self::OidcFlow, false) => "bonafide-oidc",
            (Self::Flash, true) => "__Host-bonafide-flash",
            (Self::Flash, false) => "bonafide-flash",
            (Self::SignInStep, true) => "__Host-bonafide-step",
            (Self::SignInStep, false) => "bonafide-step",
        }
    }
}

impl Site {
    /// The value of one of our cookies, if it was sent.
    pub fn cookie(&self, headers: &HeaderMap, which: OurCookie) -> Option<String> {
        let name = which.name(self.secure);
        let values = headers.get_all(header::COOKIE).iter();
        let mut cookies = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok);
        let found = cookies.find(|cookie| cookie.name() == name)?;
        Some(found.value().to_owned())
    }

    /// Lets an answer set one of our cookies for so many seconds; 0 removes it.
    pub fn set_cookie(&self, response: &mut Response, which: OurCookie, value: &str, seconds: i64) {
        let cookie = Cookie::build((which.name(self.secure), value))
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax)
            .path("/")
            .max_age(Duration::seconds(seconds));
        // Tokens of ours are hexadecimal or base 64, which every header can hold.
        if let Ok(value) = HeaderValue::try_from(cookie.build().to_string()) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }

    /// Whether a browser says that a request comes from a page of ours; what is no browser says nothing.
    pub fn is_same_origin(&self, headers: &HeaderMap) -> bool {
        if let Some(site) = headers.get(FETCH_SITE)
            && !matches!(site.as_bytes(), b"same-origin" | b"none")
        {
            return false;
        }
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let origin = origin.to_str().unwrap_or_default();
        if let Some(url) = &self.public_url {
            return origin == url;
        }
        let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
        let place = origin.split_once("://").map(|(_, place)| place);
        place.is_some() && place == host
    }

    /// The client's address: of the connection, or what the outermost of our proxies says.
    pub fn client(&self, connection: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let Some(hops) = usize::from(self.proxies).checked_sub(1) else {
            return connection;
        };
        let lines = headers.get_all(FORWARDED_FOR).iter();
        let listed: Vec<&str> = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .collect();
        // Each proxy appends whom it talks to; what stands before our own proxies' words anybody can write.
        let named = listed.iter().rev().nth(hops);
        named.and_then(|a| a.trim().parse().ok()).or(connection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in given {
            headers.append(name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_client_cannot_choose_its_own_address() {
        let connection = "192.0.2.1".parse().ok();
        let given = headers(&[
            (FORWARDED_FOR, "198.51.100.7, 203.0.113.5"),
            (FORWARDED_FOR, "10.0.0.2"),
        ]);
        for (proxies, expected) in [
            (0, "192.0.2.1"),
            (1, "10.0.0.2"),
            (2, "203.0.113.5"),
            (3, "198.51.100.7"),
            (4, "192.0.2.1"),
        ] {
            let site = Site {
                proxies,
                ..Site::default()
            };
            assert_eq!(site.client(connection, &given), expected.parse().ok());
        }
    }

    #[test]
    fn another_origin_is_seen_by_either_header() {
        let site = Site {
            public_url: Some("https://bonafide.example".to_owned()),
            ..Site::default()
        };
        for (given, same) in [
            (&[][..], true),
            (&[(header::ORIGIN, "https://bonafide.example")], true),
            (&[(header::ORIGIN, "https://evil.example")], false),
            (&[(header::ORIGIN, "http://bonafide.example")], false),
            (&[(header::ORIGIN, "null")], false),
            (&[(FETCH_SITE, "same-origin")], true),
            (&[(FETCH_SITE, "same-site")], false),
            (&[(FETCH_SITE, "cross-site")], false),
        ] {
            assert_eq!(site.is_same_origin(&headers(given)), same, "{given:?}");
        }
        let unnamed = Site::default();
        let local = [(header::HOST, "localhost:8080")];
        for (origin, same) in [
            ("http://localhost:8080", true),
            ("http://localhost:8081", false),
            ("null", false),
        ] {
            let mut given = headers(&local);
            given.insert(header::ORIGIN, HeaderValue::from_static(origin));
            assert_eq!(unnamed.is_same_origin(&given), same, "{origin}");
        }
        assert!(!unnamed.is_same_origin(&headers(&[(header::ORIGIN, "null")])));
    }
}

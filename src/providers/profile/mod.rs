//! The public pages of accounts on platforms: whether they name a site.
//!
//! A platform that shows its page only to people who sign in, or only to whoever runs its scripts, has not been asked: that
//! is a trouble, never the news that the link is missing.

mod html;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE};
use url::Url;

use self::html::Page;
use super::client::{Answer, Call, Client};
use super::site_file::counted;
use super::{BackLink, Failure, LinkKind, ProfilePages, Refusal, Trouble};
use crate::domain::{Domain, Handle, Platform};

/// Longest part of a link or text that is told, in characters.
const SHOWN: usize = 200;

/// Asks platforms.
#[derive(Clone)]
pub struct NetProfiles(Client);

impl NetProfiles {
    /// Asks by a client.
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

#[async_trait]
impl ProfilePages for NetProfiles {
    async fn link_to(&self, handle: &Handle, domain: &Domain) -> Result<BackLink, Failure> {
        let (site, url) = page_of(handle)?;
        let mut call = Call::of_stranger(url.as_str())
            .with(ACCEPT, "text/html")?
            .with(ACCEPT_LANGUAGE, "en")?;
        call.stays_on = Some(site);
        let answer = self.0.call(call).await?;
        readable(&answer)?;
        let domain = domain.clone();
        // A page may be large, and its author no friend: it is read where it keeps nobody waiting.
        let read = tokio::task::spawn_blocking(move || read(&answer, &domain)).await;
        read.unwrap_or_else(|_| {
            let why = Trouble::Unreadable("reading it failed".to_owned());
            Err(Failure::unavailable(url.as_str(), why))
        })
    }
}

/// The registrable domain of a platform, and the page of an account there.
fn page_of(handle: &Handle) -> Result<(&'static str, Url), Failure> {
    let (site, start, at) = match handle.platform() {
        Platform::Facebook => ("facebook.com", "https://www.facebook.com/", ""),
        Platform::Instagram => ("instagram.com", "https://www.instagram.com/", ""),
        Platform::Telegram => ("t.me", "https://t.me/", ""),
        Platform::X => ("x.com", "https://x.com/", ""),
        Platform::Tiktok => ("tiktok.com", "https://www.tiktok.com/", "@"),
        Platform::Linkedin => ("linkedin.com", "https://www.linkedin.com/company/", ""),
        Platform::Youtube => ("youtube.com", "https://www.youtube.com/", "@"),
        Platform::Threads => ("threads.com", "https://www.threads.com/", "@"),
        Platform::Weibo => ("weibo.com", "https://weibo.com/", ""),
        Platform::Vk => ("vk.com", "https://vk.com/", ""),
        Platform::Snapchat => ("snapchat.com", "https://www.snapchat.com/add/", ""),
        Platform::Pinterest => ("pinterest.com", "https://www.pinterest.com/", ""),
        Platform::Line => ("line.me", "https://page.line.me/", ""),
        Platform::Wechat => {
            return Err(Failure::refused(
                handle.platform().as_str(),
                Refusal::NoPublicPage,
            ));
        }
    };
    let refuse = || {
        let why = "no page has the name of this handle";
        Failure::refused(start, Refusal::Url(why))
    };
    let name = format!("{at}{}", handle.value());
    // A path forgets parts that are points only, and would lead to the platform's own page.
    if name.chars().all(|c| c == '.') {
        return Err(refuse());
    }
    let mut url = Url::parse(start).map_err(|_| refuse())?;
    let mut path = url.path_segments_mut().map_err(|()| refuse())?;
    path.pop_if_empty().push(&name);
    drop(path);
    Ok((site, url))
}

/// Whether an answer is the page that was asked for.
fn readable(answer: &Answer) -> Result<(), Failure> {
    let path = answer.url.path();
    let wall = [
        "/login",
        "/accounts/login",
        "/authwall",
        "/uas/login",
        "/checkpoint",
        "/i/flow/login",
    ];
    // LinkedIn says 999 to whoever is not signed in.
    if matches!(answer.status, 401 | 403 | 999) || wall.iter().any(|w| path.starts_with(w)) {
        return Err(Failure::unavailable(&answer.at, Trouble::SignInWall));
    }
    if let Some(trouble) = answer.trouble() {
        return Err(Failure::unavailable(&answer.at, trouble));
    }
    if answer.status != 200 {
        let found = format!("status {}", answer.status);
        return Err(Failure::not_found(
            "the page of the account",
            &answer.at,
            found,
        ));
    }
    Ok(())
}

fn read(answer: &Answer, domain: &Domain) -> Result<BackLink, Failure> {
    let unreadable =
        |why: &str| Failure::unavailable(&answer.at, Trouble::Unreadable(why.to_owned()));
    let text = String::from_utf8_lossy(&answer.body);
    let page = Page::read(&text).ok_or_else(|| unreadable("one of its tags has no end"))?;
    let mut best: Option<(LinkKind, String)> = None;
    let mut others = 0;
    for link in &page.links {
        let Some(led) = leads_to(&answer.url, &link.href) else {
            continue;
        };
        let host = led.host_str().unwrap_or_default();
        if !is_of(host, domain.as_str()) {
            others += usize::from(!is_of(host, platform_of(&answer.url)));
            continue;
        }
        let kind = if link.is_me {
            LinkKind::RelMe
        } else {
            LinkKind::Link
        };
        if best.as_ref().is_none_or(|(known, _)| kind < *known) {
            best = Some((kind, led.to_string()));
        }
    }
    let named = || Some((LinkKind::Text, page.says(domain)?));
    if let Some((kind, target)) = best.or_else(named) {
        return Ok(BackLink {
            page: answer.at.clone(),
            kind,
            target: target.chars().take(SHOWN).collect(),
        });
    }
    if page.is_blank() {
        return Err(unreadable(
            "it shows nothing to whoever does not run its scripts",
        ));
    }
    let looked_for = format!("a link to {domain}");
    let found = counted(others, "link to another site", "links to other sites");
    Err(Failure::not_found(looked_for, &answer.at, found))
}

/// Where a link leads: platforms lead people through a page of their own, which holds the address as a parameter.
fn leads_to(page: &Url, href: &str) -> Option<Url> {
    let link = page.join(href.trim()).ok()?;
    if !matches!(link.scheme(), "http" | "https") {
        return None;
    }
    if is_of(link.host_str().unwrap_or_default(), platform_of(page)) {
        let mut within = link.query_pairs().filter_map(|(_, value)| {
            let is_web = value.starts_with("https://") || value.starts_with("http://");
            is_web.then(|| Url::parse(&value).ok()).flatten()
        });
        if let Some(within) = within.next() {
            return Some(within);
        }
    }
    Some(link)
}

/// The part of a page's host that is the platform's: its last two labels.
fn platform_of(page: &Url) -> &str {
    let host = page.host_str().unwrap_or_default();
    let start = host.rmatch_indices('.').nth(1).map_or(0, |(at, _)| at + 1);
    &host[start..]
}

/// Whether a host is a site or a name below it.
fn is_of(host: &str, site: &str) -> bool {
    let host = host.trim_end_matches('.');
    host.strip_suffix(site)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_platform_with_public_pages_has_the_page_of_a_handle() {
        for &platform in Platform::ALL {
            let handle = Handle::parse(platform, "acme").unwrap();
            let Ok((site, url)) = page_of(&handle) else {
                assert_eq!(platform, Platform::Wechat);
                continue;
            };
            assert!(is_of(url.host_str().unwrap(), site), "{url}");
            assert_eq!(url.scheme(), "https");
            if platform != Platform::Line {
                assert_eq!(Handle::of_link(url.as_str()), Some(handle), "{url}");
            }
        }
    }

    #[test]
    fn a_handle_cannot_leave_the_place_of_its_page() {
        let page = |handle: &str| page_of(&Handle::parse(Platform::Facebook, handle).unwrap());
        let (_, url) = page("a?b#c\\d%2e&e").unwrap();
        assert_eq!(
            url.as_str(),
            "https://www.facebook.com/a%3Fb%23c%5Cd%252e&e"
        );
        assert!(page(".").is_err() && page("..").is_err());
    }
}

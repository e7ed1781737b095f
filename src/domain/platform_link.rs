use super::{Handle, Platform};

impl Platform {
    /// The platform whose pages stand under a host; `www.` and `m.` before it are read over.
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let bare = ["www.", "m.", "mobile."]
            .iter()
            .find_map(|start| host.strip_prefix(start))
            .unwrap_or(&host);
        Some(match bare {
            "facebook.com" | "fb.com" => Self::Facebook,
            "instagram.com" => Self::Instagram,
            "t.me" | "telegram.me" => Self::Telegram,
            "x.com" | "twitter.com" => Self::X,
            "tiktok.com" => Self::Tiktok,
            "linkedin.com" => Self::Linkedin,
            "youtube.com" => Self::Youtube,
            "threads.net" | "threads.com" => Self::Threads,
            "weibo.com" => Self::Weibo,
            "vk.com" => Self::Vk,
            "snapchat.com" => Self::Snapchat,
            "pinterest.com" => Self::Pinterest,
            _ => return None,
        })
    }
}

impl Handle {
    /// The handle whose page a link leads to, such as `https://www.instagram.com/acme/`; none where the link leads to no
    /// platform, or to a page of it that no handle names.
    pub fn of_link(link: &str) -> Option<Self> {
        let link = link.trim();
        let bare = link.split_once("://").map_or(link, |(_, rest)| rest);
        let (host, path) = bare.split_once('/')?;
        let platform = Platform::of_host(host)?;
        let path = path.split(['?', '#']).next()?;
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let first = parts.next()?;
        let handle = match (platform, first) {
            (Platform::Linkedin, "company" | "in" | "school" | "showcase")
            | (Platform::Youtube, "c" | "user")
            | (Platform::Snapchat, "add") => parts.next()?,
            (Platform::Linkedin | Platform::Snapchat, _) => return None,
            (platform, page) if is_no_profile(platform, page) => return None,
            (_, name) => name,
        };
        Self::parse(platform, handle).ok()
    }
}

/// Whether the first part of a path leads to a platform's own page, a post or an invitation, not to an account.
fn is_no_profile(platform: Platform, page: &str) -> bool {
    let own: &[&str] = match platform {
        Platform::Facebook => &["pages", "groups", "people", "profile.php", "sharer.php"],
        Platform::Instagram => &["p", "reel", "explore"],
        Platform::Telegram if page.starts_with('+') => return true,
        Platform::Telegram => &["joinchat", "s"],
        Platform::X => &["i", "share", "intent", "hashtag"],
        Platform::Youtube => &[
            "channel", "watch", "playlist", "shorts", "embed", "live", "feed", "results",
        ],
        _ => &[],
    };
    own.contains(&page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_page_is_its_handle_and_any_other_is_none() {
        for (link, platform, handle) in [
            (
                "https://www.facebook.com/acme?x=1",
                Platform::Facebook,
                "acme",
            ),
            ("http://m.facebook.com/acme/", Platform::Facebook, "acme"),
            ("twitter.com/acme", Platform::X, "acme"),
            ("https://www.tiktok.com/@acme", Platform::Tiktok, "acme"),
            (
                "https://linkedin.com/company/acme/about",
                Platform::Linkedin,
                "acme",
            ),
            (
                "https://youtube.com/@acme/videos",
                Platform::Youtube,
                "acme",
            ),
            (
                "https://www.youtube.com/user/acme",
                Platform::Youtube,
                "acme",
            ),
            ("https://t.me/acme", Platform::Telegram, "acme"),
        ] {
            assert_eq!(Handle::of_link(link), Handle::parse(platform, handle).ok());
        }
        for link in [
            "https://acme.com/",
            "https://facebook.com.evil.example/acme",
            "https://facebook.com",
            "https://www.facebook.com/profile.php?id=1",
            "https://youtube.com/channel/UC1",
            "https://t.me/+AbCd",
            "https://linkedin.com/feed",
            "",
        ] {
            assert_eq!(Handle::of_link(link), None, "{link}");
        }
    }
}

//! What a page says: its links and its words, by the tokens of a browser's parser (the HTML standard's tokeniser).
//!
//! No tree is built, since none is needed, and a page of its author's making cannot nest it deep. Words are those that
//! people read, and those that a page tells other programs on their behalf (`<meta>`, structured data); comments, scripts
//! and styles are none.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

use crate::domain::Domain;

/// Links of a page that are read.
const MOST_LINKS: usize = 5_000;
/// Bytes that are read at a stretch.
const STRETCH: usize = 16 * 1024;
/// Characters within one tag that can end an attribute. The parser compares each attribute of a tag with every
/// other: ten thousands are a hundred million comparisons.
const MOST_ENDS: usize = 20_000;

/// A link of a page.
pub(super) struct Link {
    pub(super) href: String,
    /// Whether it says that it leads to the same person or business.
    pub(super) is_me: bool,
}

/// What a page says.
#[derive(Default)]
pub(super) struct Page {
    pub(super) links: Vec<Link>,
    /// What people read; parts are apart by a line break.
    words: String,
    /// What other programs read.
    told: String,
}

impl Page {
    /// Reads a page; none when one of its tags is too long to be one.
    pub(super) fn read(html: &str) -> Option<Self> {
        let sink = Sink::default();
        let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
        let input = BufferQueue::default();
        let mut rest = html;
        while !rest.is_empty() {
            let end = (0..=STRETCH.min(rest.len())).rev();
            let end = end.into_iter().find(|&at| rest.is_char_boundary(at));
            let (stretch, next) = rest.split_at(end.unwrap_or(rest.len()));
            rest = next;
            input.push_back(StrTendril::from_slice(stretch));
            // A script is where the parser stops; it goes on at once, since none is run.
            while !input.is_empty() {
                let _ = tokenizer.feed(&input);
            }
            let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'/');
            let seen = tokenizer.sink.ends.get() + stretch.bytes().filter(|b| ends(b)).count();
            if seen > MOST_ENDS && !tokenizer.sink.moved.get() {
                return None;
            }
            let seen = if tokenizer.sink.moved.take() { 0 } else { seen };
            tokenizer.sink.ends.set(seen);
        }
        tokenizer.end();
        Some(tokenizer.sink.page.into_inner())
    }

    /// The words around the name of a site, when the page says it.
    pub(super) fn says(&self, domain: &Domain) -> Option<String> {
        let ascii = domain.as_str();
        let (unicode, _) = idna::domain_to_unicode(ascii);
        let both = [self.words.as_str(), self.told.as_str()];
        both.iter().find_map(|text| {
            let text = text.to_lowercase();
            around(&text, ascii).or_else(|| around(&text, &unicode))
        })
    }

    /// Whether people would read nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.links.is_empty() && self.words.trim().is_empty()
    }
}

/// The line about a name, where it stands as a name of a host: `acme.com`, `www.acme.com`, not `notacme.com` or
/// `acme.com.example.org`.
fn around(text: &str, name: &str) -> Option<String> {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '-';
    let mut found = text.match_indices(name).filter(|(at, _)| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        let mut next = after.chars();
        let goes_on = match next.next() {
            Some('.') => next.next().is_some_and(part_of_name),
            Some(c) => part_of_name(c),
            None => false,
        };
        !goes_on && !before.chars().next_back().is_some_and(part_of_name)
    });
    let (at, _) = found.next()?;
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let skip = text[start..at].chars().count().saturating_sub(80);
    Some(
        line.chars()
            .skip(skip)
            .collect::<String>()
            .trim()
            .to_owned(),
    )
}

#[derive(Default)]
struct Sink {
    page: RefCell<Page>,
    /// What stands in the element that is being read.
    place: Cell<Place>,
    /// Whether a tag ended, or words came, since it was asked last.
    moved: Cell<bool>,
    ends: Cell<usize>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Place {
    #[default]
    Words,
    /// Structured data.
    Data,
    /// Code, styles, the title: nothing that the page shows.
    Unseen,
}

impl Sink {
    fn tag(&self, tag: &Tag) -> Option<RawKind> {
        let value = |name: &str| {
            let found = tag.attrs.iter().find(|a| &*a.name.local == name);
            found.map(|a| a.value.trim().to_owned())
        };
        let mut page = self.page.borrow_mut();
        match &*tag.name {
            "a" | "link" | "area" => {
                if let Some(href) = value("href")
                    && page.links.len() < MOST_LINKS
                {
                    let rel = value("rel").unwrap_or_default().to_ascii_lowercase();
                    let is_me = rel.split_ascii_whitespace().any(|word| word == "me");
                    // Of `<link>`, the rest is styles, pictures and other pages of the platform.
                    if is_me || &*tag.name != "link" {
                        page.links.push(Link { href, is_me });
                    }
                }
            }
            "meta" => {
                if let Some(content) = value("content") {
                    page.told.push_str(&content);
                    page.told.push('\n');
                }
            }
            "script" => {
                let is_data =
                    value("type").is_some_and(|t| t.eq_ignore_ascii_case("application/ld+json"));
                self.place
                    .set(if is_data { Place::Data } else { Place::Unseen });
                return Some(ScriptData);
            }
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => {
                self.place.set(Place::Unseen);
                return Some(Rawtext);
            }
            "title" => {
                self.place.set(Place::Unseen);
                return Some(Rcdata);
            }
            "textarea" => return Some(Rcdata),
            // Words of two blocks are not one word; words of one block stay together.
            "b" | "i" | "em" | "strong" | "span" | "wbr" | "font" => {}
            _ => page.words.push('\n'),
        }
        None
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                self.moved.set(true);
                if tag.kind == TagKind::StartTag {
                    if let Some(raw) = self.tag(&tag) {
                        return TokenSinkResult::RawData(raw);
                    }
                } else {
                    self.place.set(Place::Words);
                    if !matches!(&*tag.name, "b" | "i" | "em" | "strong" | "span" | "font") {
                        self.page.borrow_mut().words.push('\n');
                    }
                }
            }
            Token::CharacterTokens(text) => {
                self.moved.set(true);
                let mut page = self.page.borrow_mut();
                match self.place.get() {
                    Place::Words => page.words.push_str(&text),
                    Place::Data => page.told.push_str(&text.replace("\\/", "/")),
                    Place::Unseen => {}
                }
            }
            Token::CommentToken(_) => self.moved.set(true),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(html: &str) -> bool {
        let domain = Domain::parse("acme.com").unwrap();
        Page::read(html).unwrap().says(&domain).is_some()
    }

    #[test]
    fn a_name_counts_where_people_or_programs_read_it_as_a_name() {
        for html in [
            "see acme.com",
            "<p>ACME.COM.</p>",
            "<b>www.</b>acme.com/shop",
            "acme.<wbr>com",
            "help@acme.com",
            "&#97;cme&period;com",
            r#"<meta property="og:description" content="Shop: https://acme.com">"#,
            r#"<script type="application/ld+json">{"url": "https:\/\/acme.com\/"}</script>"#,
            "<script>1</script>acme.com",
            "<textarea>acme.com</textarea>",
        ] {
            assert!(says(html), "{html}");
        }
        for html in [
            "notacme.com",
            "acme.com.example.org",
            "acme.community",
            "acme.com-offers.net",
            "äacme.com",
            "<!-- acme.com -->",
            "<script>'acme.com'</script>",
            "<style>acme.com</style>",
            "<title>acme.com</title>",
            "<p data-x='acme.com'>",
            "<p>acme.</p><p>com</p>",
            "acme com",
        ] {
            assert!(!says(html), "{html}");
        }
    }

    #[test]
    fn links_are_read_however_they_are_written() {
        let html = r#"<A HREF = https://acme.com/a REL="nofollow ME"><a href='b&amp;c'><a href="x
            <link rel=stylesheet href=s.css><link rel="me" href=//acme.com><script><a href=no></script><area href=d>"#;
        let page = Page::read(&html.replace("<a href=\"x\n", "\n")).unwrap();
        let links: Vec<_> = page
            .links
            .iter()
            .map(|l| (l.href.as_str(), l.is_me))
            .collect();
        assert_eq!(
            links,
            [
                ("https://acme.com/a", true),
                ("b&c", false),
                ("//acme.com", true),
                ("d", false)
            ]
        );
    }

    #[test]
    fn a_page_that_is_made_to_cost_much_is_given_up() {
        let attributes = " a".repeat(200_000);
        assert!(Page::read(&format!("<p{attributes}>acme.com")).is_none());
        let slashes = "/a".repeat(200_000);
        assert!(Page::read(&format!("<p{slashes}>acme.com")).is_none());
        let picture = "iVBORw0KGgo".repeat(60_000);
        assert!(says(&format!(
            "<img src='data:image/png;base64,{picture}'> acme.com"
        )));
        let deep = "<div>".repeat(200_000);
        assert!(says(&format!("{deep}acme.com")));
        let words = "many \"words\" of / no matter ".repeat(40_000);
        assert!(says(&format!("<p>{words}</p> acme.com")));
    }
}

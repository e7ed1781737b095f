//! Texts for replies, whose placeholders have to be filled, and saved views of the queue.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Review, ReviewError};
use crate::domain::{Language, TemplateId, Text, ViewId};
use crate::service::author::Author;
use crate::service::contract::{Collector, FieldErrors};
use crate::store::StoreError;
pub use crate::store::{Template, View};

/// Most templates.
const MOST: usize = 500;
/// Most views of one owner.
const VIEWS: usize = 50;

/// A template that can be kept.
#[derive(Debug, Clone)]
pub struct TemplateTerms {
    name: Text<100>,
    language: Language,
    text: Text<4_000>,
}

impl TemplateTerms {
    /// Parses a template. `{word}` in the text is a placeholder; other braces are refused, since they would be one by mistake.
    pub fn parse(name: &str, language: &str, text: &str) -> Result<Self, FieldErrors> {
        let mut errors = Collector::default();
        let name = errors.note("/name", Text::parse("name", name));
        let language = errors.note("/language", Language::parse(language));
        let text = errors.note("/text", Text::<4_000>::parse("text", text));
        if let Some(text) = &text
            && let Err(detail) = placeholders(text.as_str())
        {
            errors.push("/text", "invalid_value", detail);
        }
        match errors.finish((name, language, text))? {
            (Some(name), Some(language), Some(text)) => Ok(Self {
                name,
                language,
                text,
            }),
            _ => Err(FieldErrors::one("", "invalid_value", "a field is wrong")),
        }
    }
}

/// The placeholders of a text, in order, each once; what is wrong with its braces otherwise.
pub fn placeholders(text: &str) -> Result<Vec<&str>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let after = &rest[open + 1..];
        let name = after.split_once('}').map(|(name, _)| name);
        let is_word = |n: &str| {
            (1..=40).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let name = name.filter(|n| rest[open..].starts_with('{') && is_word(n));
        let Some(name) = name else {
            return Err(
                "a placeholder is {word}, of small letters and _; other braces have no place in a template"
                    .to_owned(),
            );
        };
        if !found.contains(&name) {
            found.push(name);
        }
        rest = &after[name.len() + 1..];
    }
    Ok(found)
}

/// The text of a template with every placeholder filled; those that are not are named.
pub fn fill(template: &Template, values: &BTreeMap<String, String>) -> Result<String, FieldErrors> {
    let mut errors = Collector::default();
    let mut text = String::new();
    let names = placeholders(&template.text).unwrap_or_default();
    for name in &names {
        let value = values
            .get(*name)
            .map(|v| v.trim())
            .filter(|v| !v.is_empty());
        let pointer = format!("/values/{name}");
        match value {
            None => errors.push(&pointer, "missing", format!("{{{name}}} is not filled")),
            Some(value) => {
                errors.note(&pointer, Text::<1_000>::parse("value", value));
            }
        }
    }
    errors.finish(())?;
    let mut rest = template.text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        text.push_str(values.get(name).map_or("", |v| v.trim()));
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

impl Review {
    /// Every template, by name.
    pub async fn templates(&self) -> Result<Vec<Template>, ReviewError> {
        Ok(self.store.list_templates().await?)
    }

    /// Keeps a template, a new one or in the place of one.
    pub async fn put_template(
        &self,
        id: Option<TemplateId>,
        terms: &TemplateTerms,
        by: &Author,
    ) -> Result<Template, ReviewError> {
        let all = self.templates().await?;
        let action = match id {
            Some(id) if !all.iter().any(|t| t.id == id) => {
                return Err(StoreError::NotFound(format!("template {id}")).into());
            }
            Some(_) => "template.update",
            None if all.len() >= MOST => {
                let detail = format!("there are {MOST} templates already");
                return Err(FieldErrors::one("", "too_many", detail).into());
            }
            None => "template.create",
        };
        let id = id.unwrap_or_else(|| TemplateId::new(self.world.new_id()));
        let act = by.act(&self.world, action, Some(&id));
        let template = Template {
            id,
            name: terms.name.as_str().to_owned(),
            language: terms.language.as_str().to_owned(),
            text: terms.text.as_str().to_owned(),
            updated_at: act.at,
        };
        self.store.put_template(&template, &act).await?;
        Ok(template)
    }

    /// Deletes a template.
    pub async fn delete_template(&self, id: TemplateId, by: &Author) -> Result<(), ReviewError> {
        let act = by.act(&self.world, "template.delete", Some(&id));
        Ok(self.store.delete_template(id, &act).await?)
    }

    /// The text of a template with its placeholders filled.
    pub async fn fill_template(
        &self,
        id: TemplateId,
        values: &BTreeMap<String, String>,
    ) -> Result<String, ReviewError> {
        let all = self.templates().await?;
        let found = all.iter().find(|t| t.id == id);
        let found = found.ok_or_else(|| StoreError::NotFound(format!("template {id}")))?;
        Ok(fill(found, values)?)
    }

    /// The author's views, by name.
    pub async fn views(&self, by: &Author) -> Result<Vec<View>, ReviewError> {
        Ok(self.store.list_views(&by.actor.to_string()).await?)
    }

    /// Keeps a view of the author: the parameters of the queue under a name.
    pub async fn create_view(
        &self,
        name: &str,
        filter: &Value,
        by: &Author,
    ) -> Result<View, ReviewError> {
        let name = Text::<100>::parse("name", name)
            .map_err(|e| FieldErrors::one("/name", "invalid_value", e.to_string()))?;
        let filter = filter.to_string();
        if filter.len() > 2_000 {
            let detail = "a filter has at most 2,000 characters";
            return Err(FieldErrors::one("/filter", "too_long", detail).into());
        }
        if self.views(by).await?.len() >= VIEWS {
            let detail = format!("you have {VIEWS} views already");
            return Err(FieldErrors::one("", "too_many", detail).into());
        }
        let view = View {
            id: ViewId::new(self.world.new_id()),
            owner: by.actor.to_string(),
            name: name.as_str().to_owned(),
            filter,
        };
        let act = by.act(&self.world, "view.create", Some(&view.id));
        self.store.insert_view(&view, &act).await?;
        Ok(view)
    }

    /// Deletes a view of the author.
    pub async fn delete_view(&self, id: ViewId, by: &Author) -> Result<(), ReviewError> {
        let act = by.act(&self.world, "view.delete", Some(&id));
        let owner = by.actor.to_string();
        Ok(self.store.delete_view(id, &owner, &act).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Template {
        Template {
            id: TemplateId::new(uuid::Uuid::nil()),
            name: "n".to_owned(),
            language: "en".to_owned(),
            text: text.to_owned(),
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn an_unfilled_placeholder_is_named_and_blocks_the_reply() {
        let template = template("Dear {name}, {name}: see {link}.");
        let mut values = BTreeMap::from([("name".to_owned(), "Ann {link}".to_owned())]);
        let errors = fill(&template, &values).unwrap_err();
        assert_eq!(errors.0.len(), 1);
        assert_eq!(errors.0[0].pointer, "/values/link");
        values.insert("link".to_owned(), "x".to_owned());
        let filled = fill(&template, &values).unwrap();
        assert_eq!(
            filled, "Dear Ann {link}, Ann {link}: see x.",
            "values hold no placeholders"
        );
    }

    #[test]
    fn braces_that_are_no_placeholder_are_refused() {
        for wrong in ["{", "}", "{}", "{A}", "a } b", "{a b}", "{{a}}"] {
            assert!(placeholders(wrong).is_err(), "{wrong}");
        }
        assert_eq!(placeholders("none").unwrap(), Vec::<&str>::new());
        assert_eq!(placeholders("{a}{b_c}{a}").unwrap(), ["a", "b_c"]);
    }
}

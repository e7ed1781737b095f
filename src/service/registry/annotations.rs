//! What people note on businesses, for colleagues: labels and notes. Checks know nothing of them.

use serde_json::{Value, json};

use super::{Registry, RegistryError};
use crate::domain::{BusinessId, LabelId, NoteId, Text};
use crate::service::author::Author;
use crate::service::contract::FieldErrors;
use crate::store::{Label, Note, StoreError};

/// What a label is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelTerms {
    /// What it says.
    pub name: Text<60>,
    /// Six hexadecimal digits, `rrggbb`.
    pub colour: String,
}

impl LabelTerms {
    /// Parses a label's name and its colour, `#rrggbb` or `rrggbb`.
    pub fn parse(name: &str, colour: &str) -> Result<Self, FieldErrors> {
        let name = Text::parse("label", name)
            .map_err(|e| FieldErrors::one("/name", "invalid_value", e.to_string()))?;
        let digits = colour.trim().trim_start_matches('#').to_ascii_lowercase();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            let detail = format!(
                "{colour:?} is not a colour: it is six hexadecimal digits, such as #1f6feb"
            );
            return Err(FieldErrors::one("/colour", "invalid_value", detail));
        }
        Ok(Self {
            name,
            colour: digits,
        })
    }

    fn as_label(&self, id: LabelId) -> Label {
        Label {
            id,
            name: self.name.as_str().to_owned(),
            colour: self.colour.clone(),
        }
    }
}

/// Labels there can be.
const MAX_LABELS: usize = 500;

impl Registry {
    /// Makes a label.
    pub async fn create_label(
        &self,
        terms: &LabelTerms,
        by: &Author,
    ) -> Result<Label, RegistryError> {
        if self.store.list_labels().await?.len() >= MAX_LABELS {
            let detail =
                format!("there are {MAX_LABELS} labels already, which is the most there can be");
            return Err(FieldErrors::one("", "too_many", detail).into());
        }
        let label = terms.as_label(LabelId::new(self.world.new_id()));
        let act = by.act(&self.world, "label.create", Some(&label.id));
        let act = act.changing(None, Some(told(&label).to_string()));
        self.store.insert_label(&label, &act).await?;
        Ok(label)
    }

    /// Changes what a label says, wherever it is.
    pub async fn update_label(
        &self,
        id: LabelId,
        terms: &LabelTerms,
        by: &Author,
    ) -> Result<Label, StoreError> {
        let former = self.get_label(id).await?;
        let label = terms.as_label(id);
        let act = by.act(&self.world, "label.update", Some(&id)).changing(
            Some(told(&former).to_string()),
            Some(told(&label).to_string()),
        );
        self.store.update_label(&label, &act).await?;
        Ok(label)
    }

    /// Deletes a label, from every business that bears it too.
    pub async fn delete_label(&self, id: LabelId, by: &Author) -> Result<(), StoreError> {
        let former = self.get_label(id).await?;
        let act = by.act(&self.world, "label.delete", Some(&id));
        let act = act.changing(Some(told(&former).to_string()), None);
        self.store.delete_label(id, &act).await
    }

    /// One label.
    pub async fn get_label(&self, id: LabelId) -> Result<Label, StoreError> {
        let found = self.list_labels().await?.into_iter().find(|l| l.id == id);
        found.ok_or_else(|| StoreError::NotFound(format!("label {id}")))
    }

    /// Every label, by name.
    pub async fn list_labels(&self) -> Result<Vec<Label>, StoreError> {
        self.store.list_labels().await
    }

    /// The labels of a business, by name.
    pub async fn labels_of(&self, id: BusinessId) -> Result<Vec<Label>, StoreError> {
        self.store.labels_of(id).await
    }

    /// Puts a label on a business; twice is as good as once.
    pub async fn put_label(
        &self,
        label: LabelId,
        on: BusinessId,
        by: &Author,
    ) -> Result<(), StoreError> {
        let act = by.act(&self.world, "business.label", Some(&on));
        let act = act.changing(
            None,
            Some(json!({"label_id": label.to_string()}).to_string()),
        );
        self.store.put_label(label, on, &act).await
    }

    /// Takes a label off a business.
    pub async fn take_label(
        &self,
        label: LabelId,
        off: BusinessId,
        by: &Author,
    ) -> Result<(), StoreError> {
        let act = by.act(&self.world, "business.unlabel", Some(&off));
        let act = act.changing(
            Some(json!({"label_id": label.to_string()}).to_string()),
            None,
        );
        self.store.take_label(label, off, &act).await
    }

    /// Notes something on a business.
    pub async fn add_note(
        &self,
        business: BusinessId,
        text: &Text<4000>,
        by: &Author,
    ) -> Result<Note, StoreError> {
        let act = by.act(&self.world, "business.note", Some(&business));
        let note = Note {
            id: NoteId::new(self.world.new_id()),
            at: act.at,
            actor: by.actor.to_string(),
            text: text.as_str().to_owned(),
        };
        let told = json!({"note_id": note.id.to_string()});
        let act = act.changing(None, Some(told.to_string()));
        self.store.insert_note(business, &note, &act).await?;
        Ok(note)
    }

    /// Deletes a note.
    pub async fn delete_note(
        &self,
        business: BusinessId,
        note: NoteId,
        by: &Author,
    ) -> Result<(), StoreError> {
        let act = by.act(&self.world, "business.delete_note", Some(&business));
        let act = act.changing(Some(json!({"note_id": note.to_string()}).to_string()), None);
        self.store.delete_note(business, note, &act).await
    }

    /// Notes on a business before one, newest first; and the one before which the next page starts.
    pub async fn notes(
        &self,
        business: BusinessId,
        before: Option<NoteId>,
        limit: u32,
    ) -> Result<(Vec<Note>, Option<NoteId>), StoreError> {
        self.get(business).await?;
        let mut notes = self.store.list_notes(business, before, limit + 1).await?;
        let more = notes.len() > limit as usize;
        notes.truncate(limit as usize);
        let next = notes.last().filter(|_| more).map(|note| note.id);
        Ok((notes, next))
    }
}

fn told(label: &Label) -> Value {
    json!({"name": label.name, "colour": label.colour})
}

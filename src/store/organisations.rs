//! Organisations, and what people note on businesses: labels and notes.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::domain::{Act, BusinessId, LabelId, NoteId, OrganisationId};

/// A partner that owns businesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is called, 1–200 characters; unique.
    pub name: String,
    /// Since when it is known.
    pub created_at: Timestamp,
}

/// Organisations.
#[async_trait]
pub trait OrganisationStore: Send + Sync {
    /// Adds one; `Conflict` when its name is taken.
    async fn insert_organisation(&self, new: &Organisation, act: &Act) -> Result<(), StoreError>;
    /// Gives it another name; `Conflict` when that is taken.
    async fn rename_organisation(
        &self,
        id: OrganisationId,
        name: &str,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// One organisation.
    async fn get_organisation(
        &self,
        id: OrganisationId,
    ) -> Result<Option<Organisation>, StoreError>;
    /// Organisations after one, oldest first.
    async fn list_organisations(
        &self,
        after: Option<OrganisationId>,
        limit: u32,
    ) -> Result<Vec<Organisation>, StoreError>;
}

/// A label of businesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Its id.
    pub id: LabelId,
    /// What it says, 1–60 characters; unique.
    pub name: String,
    /// Six hexadecimal digits, `rrggbb`.
    pub colour: String,
}

/// What somebody noted on a business, for colleagues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// The text.
    pub text: String,
}

/// Labels and notes. They are no part of a profile: checks know nothing of them.
#[async_trait]
pub trait LabelStore: Send + Sync {
    /// Adds a label; `Conflict` when its name is taken.
    async fn insert_label(&self, label: &Label, act: &Act) -> Result<(), StoreError>;
    /// Changes a label's name and colour.
    async fn update_label(&self, label: &Label, act: &Act) -> Result<(), StoreError>;
    /// Deletes a label, from every business that bears it too.
    async fn delete_label(&self, id: LabelId, act: &Act) -> Result<(), StoreError>;
    /// Every label, by name.
    async fn list_labels(&self) -> Result<Vec<Label>, StoreError>;
    /// Puts a label on a business; `NotFound` when either is not there. Twice is as good as once.
    async fn put_label(&self, label: LabelId, on: BusinessId, act: &Act) -> Result<(), StoreError>;
    /// Takes a label off a business.
    async fn take_label(
        &self,
        label: LabelId,
        off: BusinessId,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// The labels of a business, by name.
    async fn labels_of(&self, business: BusinessId) -> Result<Vec<Label>, StoreError>;
    /// Adds a note; `NotFound` when the business is not there.
    async fn insert_note(
        &self,
        business: BusinessId,
        note: &Note,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Deletes a note.
    async fn delete_note(
        &self,
        business: BusinessId,
        note: NoteId,
        act: &Act,
    ) -> Result<(), StoreError>;
    /// Notes on a business before one, newest first.
    async fn list_notes(
        &self,
        business: BusinessId,
        before: Option<NoteId>,
        limit: u32,
    ) -> Result<Vec<Note>, StoreError>;
}

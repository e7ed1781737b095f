//! Names: folds that remember which disguise they undid, views of a fold, and what words mean.

mod beginnings;
pub mod bits;
mod disguise;
mod fold;
mod han;
pub mod lexicon;
mod looks;
pub mod rarity;
mod shipped;
mod sound;
pub mod spelling;
mod text;
mod view;

pub use beginnings::longest_word;
pub use disguise::Disguise;
pub use fold::{Folded, MAX_UNITS, Unit, clings, composed, is_dense, is_han_or_kana};
pub use shipped::shipped_tables;
pub use sound::SoundKey;
pub use view::{View, leet_letter, views};

//! How an index changes: layers on top, merged in time.

use std::ops::Range;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::Index;
use super::build::Builder;
use super::segment::Segment;
use super::words::{Counts, Occurrence};
use crate::domain::{Business, BusinessId};

/// Businesses up to which the newest layer is built anew with each change: about a millisecond's work.
const FRESH: usize = 128;
/// So many layers of about one size are merged; the next size is so many times as large.
const FAN: usize = 4;
/// Once layers and businesses gone are this part of the base, all is merged into a new one.
const BASE_SHARE: usize = 8;

/// A segment and which of its businesses have changed or gone since.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub segment: Arc<Segment>,
    pub gone: Arc<RoaringBitmap>,
    /// The next change may be built into it.
    open: bool,
}

impl Layer {
    pub fn new(segment: impl Into<Arc<Segment>>) -> Self {
        Self {
            segment: segment.into(),
            gone: Arc::default(),
            open: false,
        }
    }

    /// A layer that the next change may be built into.
    fn open(segment: Segment) -> Self {
        Self {
            open: true,
            ..Self::new(segment)
        }
    }

    /// How many businesses it holds.
    pub fn len(&self) -> usize {
        self.segment.len() - self.gone.len() as usize
    }

    /// Whether a business of the segment is still as it is there.
    pub fn holds(&self, business: u32) -> bool {
        self.gone.is_empty() || !self.gone.contains(business)
    }

    /// The businesses it holds.
    pub fn live(&self) -> impl Iterator<Item = u32> {
        (0..self.segment.len() as u32).filter(|&b| self.holds(b))
    }

    /// Adds the businesses it holds to those of a new segment, packed as they are.
    fn copy_to(&self, builder: &mut Builder) {
        for business in self.live() {
            builder.push_record(self.segment.id(business), self.segment.record(business));
        }
    }

    /// The layer without a business; none if it does not hold it.
    fn without(&mut self, id: BusinessId) -> Option<u32> {
        let business = self.segment.business(id).filter(|&b| self.holds(b))?;
        Arc::make_mut(&mut self.gone).insert(business);
        Some(business)
    }
}

/// Layers that are worth making one, as they stood when that was found.
#[derive(Debug, Clone)]
pub struct Merge {
    layers: Range<usize>,
    of: Vec<Layer>,
}

impl Merge {
    /// Whether all layers are merged, so that the outcome is a whole index.
    pub fn is_whole(&self) -> bool {
        self.layers.start == 0
    }

    /// Builds the one segment: heavy work, to be done beside the readers.
    pub fn build(&self) -> Segment {
        let mut builder = Builder::default();
        for layer in &self.of {
            layer.copy_to(&mut builder);
        }
        builder.finish()
    }
}

impl Index {
    /// The index after a change: `upserts` replace businesses of the same id, `removed` disappear.
    #[must_use]
    pub fn apply(&self, upserts: &[Business], removed: &[BusinessId]) -> Self {
        let mut layers = self.layers.clone();
        let mut lost: Vec<Vec<Occurrence>> = Vec::new();
        let changed = upserts.iter().map(|b| b.id).chain(removed.iter().copied());
        for id in changed {
            for layer in layers.iter_mut().rev() {
                if let Some(business) = layer.without(id) {
                    lost.push(layer.segment.words_of(business));
                    break;
                }
            }
        }
        let mut builder = Builder::default();
        if let Some(newest) =
            layers.pop_if(|newest| newest.open && newest.len() + upserts.len() <= FRESH)
        {
            newest.copy_to(&mut builder);
        }
        for business in upserts {
            builder.push(business);
        }
        if layers.is_empty() {
            return Self::of(builder.finish());
        }
        if !builder.is_empty() {
            layers.push(Layer::open(builder.finish()));
        }
        let gained = newly(&layers, upserts);
        let changes = (lost.iter().map(|words| (&**words, -1)))
            .chain(gained.iter().map(|words| (&**words, 1)));
        Self {
            counts: self.counts.with(changes),
            layers,
        }
    }

    /// The same index; the next change makes a layer of its own, so that layers can be merged meanwhile.
    #[must_use]
    pub fn closed(&self) -> Self {
        let mut layers = self.layers.clone();
        if let Some(newest) = layers.last_mut() {
            newest.open = false;
        }
        Self {
            layers,
            counts: self.counts.clone(),
        }
    }

    /// Layers that should be merged by now, if any; to be taken over by [`Index::with_merged`] into the [closed](Index::closed)
    /// index or one that grew from it.
    pub fn due(&self) -> Option<Merge> {
        let (base, tops) = self.layers.split_first()?;
        let on_top: usize = tops.iter().map(|l| l.segment.len()).sum();
        let stale = on_top + base.gone.len() as usize;
        let layers = if stale > FRESH && stale * BASE_SHARE > base.segment.len() {
            0..self.layers.len()
        } else {
            self.alike()?
        };
        Some(self.merge(layers))
    }

    fn merge(&self, layers: Range<usize>) -> Merge {
        Merge {
            of: self.layers[layers.clone()].to_vec(),
            layers,
        }
    }

    /// The first run of layers of about one size that is long enough, the base and the newest left out.
    fn alike(&self) -> Option<Range<usize>> {
        let size = |layer: &Layer| (layer.segment.len() / FRESH + 1).ilog(FAN);
        let settled = 1..self.layers.len().saturating_sub(1).max(1);
        let mut from = settled.start;
        for run in self.layers[settled].chunk_by(|a, b| size(a) == size(b)) {
            if run.len() >= FAN {
                return Some(from..from + run.len());
            }
            from += run.len();
        }
        None
    }

    /// The index with merged layers in place of those that were merged. It may have changed since: what has gone is
    /// gone from the merged segment, too. None if it is no longer made of the layers that were merged.
    pub fn with_merged(&self, merge: &Merge, segment: Arc<Segment>) -> Option<Self> {
        let now = self.layers.get(merge.layers.clone())?;
        let same = |(a, b): (&Layer, &Layer)| Arc::ptr_eq(&a.segment, &b.segment);
        if !now.iter().zip(&merge.of).all(same) {
            return None;
        }
        let mut merged = Layer::new(segment);
        for (before, now) in merge.of.iter().zip(now) {
            for business in &*now.gone - &*before.gone {
                merged.without(now.segment.id(business));
            }
        }
        let mut layers = self.layers.clone();
        layers.splice(merge.layers.clone(), [merged]);
        let mut index = Self {
            counts: self.counts.clone(),
            layers,
        };
        if merge.is_whole() {
            index.count_anew();
        }
        Some(index)
    }

    /// What has changed since the base was built, counted from the layers themselves.
    fn count_anew(&mut self) {
        let Some((base, tops)) = self.layers.split_first() else {
            return;
        };
        let lost: Vec<Vec<Occurrence>> = (base.gone.iter())
            .map(|b| base.segment.words_of(b))
            .collect();
        let gained: Vec<Vec<Occurrence>> = (tops.iter())
            .flat_map(|l| l.live().map(|b| l.segment.words_of(b)))
            .collect();
        let changes = (lost.iter().map(|words| (&**words, -1)))
            .chain(gained.iter().map(|words| (&**words, 1)));
        let fresh = Counts {
            businesses: base.segment.len() as u32,
            ..Counts::default()
        };
        self.counts = fresh.with(changes);
    }
}

/// The words of businesses that have just come.
fn newly(layers: &[Layer], upserts: &[Business]) -> Vec<Vec<Occurrence>> {
    let Some(newest) = layers.last() else {
        return Vec::new();
    };
    let mut ids: Vec<BusinessId> = upserts.iter().map(|b| b.id).collect();
    ids.sort_unstable();
    ids.dedup();
    (ids.into_iter())
        .filter_map(|id| newest.segment.business(id))
        .map(|b| newest.segment.words_of(b))
        .collect()
}

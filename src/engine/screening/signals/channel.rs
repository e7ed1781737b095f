//! What the account's channels say: are they the business's?

use super::Signal;
use crate::engine::screening::evidence::ChannelFact;

pub(super) const SIGNAL: Signal = Signal {
    code: "channel",
    bins: &[
        "none given",
        "not among all that it has",
        "not among those we know",
        "its own",
        "another business's",
        "a neighbour of its own",
    ],
    bin: |e| e.channel.bin(),
    sentence: |e| match &e.channel {
        ChannelFact::NoneGiven => None,
        ChannelFact::NotListed {
            shown,
            known,
            complete: true,
        } => Some(format!(
            "{shown} is not one of the {known} of {}, which says that these are all it has.",
            e.business().profile.name
        )),
        ChannelFact::NotListed {
            shown,
            known,
            complete: false,
        } => Some(format!(
            "{shown} is not among the {known} we know of {}; it may have others.",
            e.business().profile.name
        )),
        ChannelFact::Own { shown } => Some(format!(
            "{shown} is registered to {}.",
            e.business().profile.name
        )),
        ChannelFact::Others { shown, owner } => Some(format!(
            "{shown} is registered to {owner}, not to {}.",
            e.business().profile.name
        )),
        ChannelFact::Neighbour { shown, own } => Some(format!(
            "{shown} is not {}'s, but is nearly its {own}.",
            e.business().profile.name
        )),
    },
};

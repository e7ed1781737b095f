//! The single steps of a case. Each changes the case only where it is allowed.

use jiff::Timestamp;

use super::{Case, CaseClaim, CaseState, Proposal, Refused, Standing};
use crate::domain::{Decision, RulingId, RulingKind};

impl Case {
    pub(super) fn require(&self, state: CaseState) -> Result<(), Refused> {
        if self.state == state {
            return Ok(());
        }
        refuse(format!("the case is {}, not {state}", self.state))
    }

    /// Whoever asks must hold it; a lapsed claim still counts as long as nobody else has it.
    pub(super) fn held_by(&self, by: &str) -> Result<&CaseClaim, Refused> {
        self.require(CaseState::Claimed)?;
        match &self.claim {
            Some(claim) if claim.by == by => Ok(claim),
            _ => refuse("another reviewer holds the case"),
        }
    }

    pub(super) fn claim_for(
        &mut self,
        by: &str,
        at: Timestamp,
        until: Timestamp,
    ) -> Result<(), Refused> {
        match (self.state, &self.claim) {
            (CaseState::Open, _) => {}
            (CaseState::Claimed, Some(claim)) if claim.by == by || claim.until <= at => {}
            (CaseState::Claimed, _) => return refuse("another reviewer holds the case"),
            _ => return refuse(format!("the case is {}, not open", self.state)),
        }
        if self.proposal.as_ref().is_some_and(|p| p.by == by) {
            return refuse("you proposed its ruling; a second person has to look at it");
        }
        if self.escalated.as_ref().is_some_and(|(_, who)| who == by) {
            return refuse("you escalated it; somebody else has to look at it");
        }
        self.state = CaseState::Claimed;
        self.claim = Some(CaseClaim {
            by: by.to_owned(),
            at,
            until,
        });
        Ok(())
    }

    pub(super) fn put_back(&mut self) {
        self.state = CaseState::Open;
        self.claim = None;
    }

    pub(super) fn decide(&mut self, decision: &Decision, at: Timestamp) -> Result<(), Refused> {
        let claimed_at = self.held_by(&decision.by)?.at;
        let (ruling, kind) = (decision.ruling, decision.kind);
        if kind == RulingKind::Escalate {
            self.put_back();
            self.escalated = Some((at, decision.by.clone()));
            return Ok(());
        }
        let seconded = self.proposal.as_ref().filter(|p| p.kind == kind);
        if decision.needs_second && seconded.is_none() && self.golden.is_none() {
            self.put_back();
            self.proposal = Some(Proposal {
                ruling,
                kind,
                by: decision.by.clone(),
            });
            return Ok(());
        }
        self.standing = Some(Standing {
            ruling,
            kind,
            by: decision.by.clone(),
            first: seconded.map(|p| p.by.clone()),
            at,
            undo_until: at.checked_add(Self::UNDO).unwrap_or(Timestamp::MAX),
            handled_in: at.duration_since(claimed_at),
        });
        self.merged_into = decision.duplicate_of;
        self.proposal = None;
        self.escalated = None;
        self.claim = None;
        self.state = CaseState::Decided;
        Ok(())
    }

    pub(super) fn undo(&mut self, by: &str, at: Timestamp) -> Result<(), Refused> {
        self.require(CaseState::Decided)?;
        let Some(standing) = &self.standing else {
            return refuse("the case has no ruling");
        };
        if standing.by != by {
            return refuse("only who ruled can undo it; others can only be asked by an appeal");
        }
        if standing.undo_until < at {
            return refuse(format!("it could be undone until {}", standing.undo_until));
        }
        self.standing = None;
        self.merged_into = None;
        self.put_back();
        Ok(())
    }

    pub(super) fn reopen(&mut self) -> Result<(), Refused> {
        self.require(CaseState::Decided)?;
        let kind = self.standing.as_ref().map(|s| s.kind);
        if kind != Some(RulingKind::NotEnoughEvidence) {
            return refuse("only a ruling that there was not enough evidence is reopened by more");
        }
        self.standing = None;
        self.put_back();
        Ok(())
    }

    pub(super) fn appeal(&mut self, at: Timestamp) -> Result<(), Refused> {
        self.require(CaseState::Decided)?;
        let end = self.appeal_until();
        if end.is_none_or(|end| end < at) {
            return refuse("the six months for an appeal are over");
        }
        self.state = CaseState::Appealed;
        Ok(())
    }

    pub(super) fn judge(
        &mut self,
        by: &str,
        instead: Option<&(RulingId, RulingKind)>,
        at: Timestamp,
    ) -> Result<(), Refused> {
        self.require(CaseState::Appealed)?;
        let Some(standing) = &mut self.standing else {
            return refuse("the case has no ruling");
        };
        if standing.by == by || standing.first.as_deref() == Some(by) {
            return refuse("you took part in the ruling; another person judges the appeal");
        }
        if let Some(&(ruling, kind)) = instead {
            if kind == standing.kind {
                return refuse(format!("the ruling is {kind} already"));
            }
            standing.first = Some(std::mem::replace(&mut standing.by, by.to_owned()));
            standing.ruling = ruling;
            standing.kind = kind;
            standing.at = at;
            standing.undo_until = at;
        }
        self.state = CaseState::Closed;
        Ok(())
    }
}

/// Refuses a step.
pub(super) fn refuse<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

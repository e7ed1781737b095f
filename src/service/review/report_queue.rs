//! Reports on their way into the store: many come at once when a campaign runs, and each is written before it is answered.
//!
//! A bounded queue with one writer, which writes whatever waits in one transaction: a disk that takes 400 transactions a
//! second takes thousands of reports so. Who comes when the queue is full is told to come back.

use tokio::sync::{mpsc, oneshot};

use super::{Intake, ReviewError};
use crate::service::StoreError;
use crate::store::{Incoming, Taken};

/// Reports that may wait.
const WAITING: usize = 1_000;
/// Reports of one transaction.
const BATCH: usize = 100;

/// The queue; its writer ends with it.
#[derive(Clone)]
pub(super) struct ReportQueue(mpsc::Sender<Waiting>);

struct Waiting {
    incoming: Incoming,
    answer: oneshot::Sender<Result<Taken, StoreError>>,
}

impl ReportQueue {
    /// Starts the writer; within a runtime.
    pub(super) fn start(intake: Intake) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        tokio::spawn(write(receiver, intake));
        Self(sender)
    }

    /// Gives the case once the report is written for good.
    pub(super) async fn take(&self, incoming: Incoming) -> Result<Taken, ReviewError> {
        let (answer, written) = oneshot::channel();
        let full = |_| ReviewError::TooFast { wait: 1 };
        self.0
            .try_send(Waiting { incoming, answer })
            .map_err(full)?;
        let lost = || StoreError::Unavailable("the writer of reports has stopped".to_owned());
        Ok(written.await.map_err(|_| lost())??)
    }
}

async fn write(mut waiting: mpsc::Receiver<Waiting>, intake: Intake) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (incoming, answers): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(|waiting| (waiting.incoming, waiting.answer))
            .unzip();
        match intake.take(incoming.clone()).await {
            Ok(taken) => {
                for (answer, taken) in answers.into_iter().zip(taken) {
                    // Whoever asked may have gone; the report is written all the same.
                    let _ = answer.send(Ok(taken));
                }
            }
            Err(_) => one_by_one(&intake, incoming, answers).await,
        }
    }
}

/// A batch failed as a whole, maybe for one report in it: the others shall not fail with that.
async fn one_by_one(
    intake: &Intake,
    incoming: Vec<Incoming>,
    answers: Vec<oneshot::Sender<Result<Taken, StoreError>>>,
) {
    for (incoming, answer) in incoming.into_iter().zip(answers) {
        let taken = intake.take(vec![incoming]).await.and_then(|taken| {
            let none = || StoreError::Unavailable("the report was not written".to_owned());
            taken.first().copied().ok_or_else(none)
        });
        let _ = answer.send(taken);
    }
}

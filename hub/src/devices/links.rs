//! Sessions of agents: jobs go down, outcomes come up, each job once. Time is handed in, in milliseconds of a clock that
//! nobody sets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use duken_protocol::device::{FoundDevice, Job, KaspiCall, Outcome, Reason, Work};
use duken_protocol::link::HubMessage;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::drivers::{lost, not_begun};

/// How long a job that was handed over waits for an agent that was cut off to come back with its outcome, in milliseconds.
const GRACE_MS: i64 = 15_000;
/// The longest a job may take while the agent is there, in milliseconds: a long receipt over a slow line takes minutes.
const LONGEST_MS: i64 = 600_000;

/// One agent that is connected.
pub struct Link {
    /// The name of this connection; a later one replaces it.
    pub connection: u64,
    /// Where it came from.
    pub address: String,
    /// What is plugged in at its machine and not in use.
    pub found: Vec<FoundDevice>,
    sender: mpsc::UnboundedSender<HubMessage>,
}

/// What became of an outcome that an agent told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Who waited for it has it, and says when it is on disk: see [`Links::stored`].
    Awaited,
    /// Who waited for it has it; nobody writes it down, the agent may forget it.
    Over,
    /// Nobody waited.
    Late(Outcome),
}

/// Whether the outcome of such work is put on disk by whoever asked for it.
fn is_noted(work: &Work) -> bool {
    match work {
        Work::Print { .. } | Work::TestChart | Work::DrawerPulse { .. } => true,
        Work::AskState => false,
        Work::Kaspi { call, .. } => match call {
            KaspiCall::Register { .. } | KaspiCall::Refresh { .. } | KaspiCall::Payment { .. } | KaspiCall::Refund { .. } => true,
            KaspiCall::Status { .. } | KaspiCall::Actualize { .. } | KaspiCall::DeviceInfo | KaspiCall::Probe => false,
        },
    }
}

struct Pending {
    agent: i64,
    job: Job,
    since_ms: i64,
    answer: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct State {
    links: BTreeMap<i64, Link>,
    lost_at_ms: BTreeMap<i64, i64>,
    pending: BTreeMap<Uuid, Pending>,
    connections: u64,
}

/// The agents that are connected, and the jobs they have.
#[derive(Clone, Default)]
pub struct Links(Arc<Mutex<State>>);

impl Links {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an agent in; messages for it come out of the receiver. Jobs that are waited for are handed over again: it runs
    /// each once. An older connection of the same agent ends.
    #[must_use]
    pub fn join(&self, agent: i64, address: String, found: Vec<FoundDevice>) -> (u64, mpsc::UnboundedReceiver<HubMessage>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut state = self.lock();
        state.connections += 1;
        let connection = state.connections;
        state.lost_at_ms.remove(&agent);
        let mut waited_for: Vec<&Pending> = state.pending.values().filter(|pending| pending.agent == agent).collect();
        waited_for.sort_by_key(|pending| pending.since_ms);
        for pending in waited_for {
            let _receiver_is_here = sender.send(HubMessage::Job { job: pending.job.clone() });
        }
        state.links.insert(agent, Link { connection, address, found, sender });
        (connection, receiver)
    }

    /// Lets a connection go, unless a later one has replaced it.
    pub fn leave(&self, agent: i64, connection: u64, now_ms: i64) {
        let mut state = self.lock();
        if state.links.get(&agent).is_some_and(|link| link.connection == connection) {
            state.links.remove(&agent);
            state.lost_at_ms.insert(agent, now_ms);
        }
    }

    /// Closes the connection of an agent that was sent away.
    pub fn close(&self, agent: i64, now_ms: i64) {
        let mut state = self.lock();
        state.links.remove(&agent);
        state.lost_at_ms.insert(agent, now_ms);
    }

    /// Sends a message, if the agent is there.
    pub fn send(&self, agent: i64, message: HubMessage) -> bool {
        self.lock().links.get(&agent).is_some_and(|link| link.sender.send(message).is_ok())
    }

    /// Whether an agent is connected, and from where.
    #[must_use]
    pub fn address(&self, agent: i64) -> Option<String> {
        self.lock().links.get(&agent).map(|link| link.address.clone())
    }

    /// What is plugged in at every agent's machine.
    #[must_use]
    pub fn found(&self) -> Vec<(i64, FoundDevice)> {
        let state = self.lock();
        state.links.iter().flat_map(|(agent, link)| link.found.iter().map(|found| (*agent, found.clone()))).collect()
    }

    /// Takes what an agent found anew.
    pub fn has_found(&self, agent: i64, found: Vec<FoundDevice>) {
        if let Some(link) = self.lock().links.get_mut(&agent) {
            link.found = found;
        }
    }

    /// An outcome came; it is handed to who waits for it.
    pub fn outcome(&self, job: Uuid, outcome: Outcome) -> Heard {
        let Some(pending) = self.lock().pending.remove(&job) else { return Heard::Late(outcome) };
        let noted_later = is_noted(&pending.job.work);
        match pending.answer.send(outcome) {
            Ok(()) if noted_later => Heard::Awaited,
            Ok(()) => Heard::Over,
            Err(outcome) => Heard::Late(outcome),
        }
    }

    /// The outcome of a job is on disk: the agent may forget it.
    pub fn stored(&self, agent: i64, job: Uuid) {
        self.send(agent, HubMessage::OutcomeStored { job_id: job });
    }

    /// Runs a job at an agent. An agent that is not there has certainly not begun; one that is cut off in the middle may
    /// have, unless it comes back in time and says: see [`Links::give_up`].
    #[must_use]
    pub fn submit(&self, agent: i64, job: Job, now_ms: i64) -> oneshot::Receiver<Outcome> {
        let (answer, outcome) = oneshot::channel();
        let mut state = self.lock();
        let sent = state.links.get(&agent).is_some_and(|link| link.sender.send(HubMessage::Job { job: job.clone() }).is_ok());
        if sent {
            state.pending.insert(job.id, Pending { agent, job, since_ms: now_ms, answer });
        } else {
            let _waits = answer.send(not_begun(&job.work, Reason::Offline, "the agent is not connected"));
        }
        outcome
    }

    /// Gives up what was waited for too long: the agent stays away, or says nothing. Called every now and then.
    pub fn give_up(&self, now_ms: i64) {
        let mut state = self.lock();
        let state = &mut *state;
        let overdue = |pending: &Pending| {
            let away = state.lost_at_ms.get(&pending.agent).is_some_and(|at| now_ms - at > GRACE_MS);
            away || now_ms - pending.since_ms > LONGEST_MS
        };
        let late: Vec<Uuid> = state.pending.iter().filter(|(_, pending)| overdue(pending)).map(|(id, _)| *id).collect();
        for pending in late.iter().filter_map(|id| state.pending.remove(id)) {
            let _nobody_waits = pending.answer.send(lost(&pending.job.work, "the agent was cut off"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Job {
        Job { id: Uuid::from_u128(1), device_id: "1".into(), valid_for_ms: None, work: Work::TestChart }
    }

    #[tokio::test]
    async fn an_agent_that_is_not_there_has_not_begun() {
        let outcome = Links::default().submit(1, job(), 0).await.unwrap();
        assert_eq!(outcome, Outcome::not_printed(Reason::Offline, "the agent is not connected"));
    }

    #[tokio::test]
    async fn a_job_is_handed_over_again_after_a_break_until_its_outcome_is_there() {
        let links = Links::default();
        let (first, mut messages) = links.join(1, String::new(), vec![]);
        let waiting = links.submit(1, job(), 0);
        assert_eq!(messages.recv().await, Some(HubMessage::Job { job: job() }));
        links.leave(1, first, 10);
        links.give_up(10 + GRACE_MS);
        let (_, mut messages) = links.join(1, String::new(), vec![]);
        assert_eq!(messages.recv().await, Some(HubMessage::Job { job: job() }), "it may never have come, or died with the agent");
        links.give_up(1_000 + GRACE_MS);
        assert_eq!(links.outcome(job().id, Outcome::Done), Heard::Awaited, "acknowledged once it is on disk");
        assert_eq!(waiting.await.unwrap(), Outcome::Done);
        assert_eq!(links.outcome(job().id, Outcome::Done), Heard::Late(Outcome::Done), "nobody waits for it any more");
    }

    #[tokio::test]
    async fn what_nobody_writes_down_is_over_when_it_is_heard() {
        let links = Links::default();
        let (_, _messages) = links.join(1, String::new(), vec![]);
        let question = Job { work: Work::AskState, ..job() };
        let _waiting = links.submit(1, question, 0);
        assert_eq!(links.outcome(job().id, Outcome::Done), Heard::Over);
    }

    #[tokio::test]
    async fn an_agent_that_stays_away_or_says_nothing_leaves_an_unknown_job() {
        let cut_off = Outcome::unknown(Reason::LinkLost, "the agent was cut off");
        let links = Links::default();
        let (connection, _messages) = links.join(1, String::new(), vec![]);
        let mut waiting = links.submit(1, job(), 0);
        links.leave(1, connection, 5);
        links.give_up(5 + GRACE_MS);
        assert!(waiting.try_recv().is_err(), "it may still come back");
        links.give_up(6 + GRACE_MS);
        assert_eq!(waiting.await.unwrap(), cut_off);
        let (_, _messages) = links.join(1, String::new(), vec![]);
        let waiting = links.submit(1, job(), 0);
        links.give_up(LONGEST_MS + 1);
        assert_eq!(waiting.await.unwrap(), cut_off);
    }
}

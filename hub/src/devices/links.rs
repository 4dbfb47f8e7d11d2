//! Sessions of agents: jobs go down, outcomes come up, each job once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use duken_protocol::device::{FoundDevice, Job, Outcome, Reason};
use duken_protocol::link::HubMessage;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use uuid::Uuid;

use super::drivers::{lost, not_begun};

/// How long a job that was handed over waits for an agent that was cut off to come back with its outcome.
const GRACE: Duration = Duration::from_secs(15);
/// The longest a job may take while the agent is there: a long receipt over a slow line takes minutes.
const LONGEST: Duration = Duration::from_secs(600);

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

struct Pending {
    agent: i64,
    job: Job,
    acknowledged: bool,
    answer: oneshot::Sender<Outcome>,
}

#[derive(Default)]
struct State {
    links: HashMap<i64, Link>,
    lost_at: HashMap<i64, Instant>,
    pending: HashMap<Uuid, Pending>,
    connections: u64,
}

/// The agents that are connected, and the jobs they have.
#[derive(Clone, Default)]
pub struct Links(Arc<Mutex<State>>);

impl Links {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes an agent in; messages for it come out of the receiver. Jobs that it never acknowledged are sent again: it
    /// runs each once. An older connection of the same agent ends.
    #[must_use]
    pub fn join(&self, agent: i64, address: String, found: Vec<FoundDevice>) -> (u64, mpsc::UnboundedReceiver<HubMessage>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut state = self.lock();
        state.connections += 1;
        let connection = state.connections;
        state.lost_at.remove(&agent);
        for pending in state.pending.values().filter(|p| p.agent == agent && !p.acknowledged) {
            let _receiver_is_here = sender.send(HubMessage::Job { job: pending.job.clone() });
        }
        state.links.insert(agent, Link { connection, address, found, sender });
        (connection, receiver)
    }

    /// Lets a connection go, unless a later one has replaced it.
    pub fn leave(&self, agent: i64, connection: u64) {
        let mut state = self.lock();
        if state.links.get(&agent).is_some_and(|link| link.connection == connection) {
            state.links.remove(&agent);
            state.lost_at.insert(agent, Instant::now());
        }
    }

    /// Closes the connection of an agent that was sent away.
    pub fn close(&self, agent: i64) {
        self.lock().links.remove(&agent);
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

    /// The agent has the job on its disk.
    pub fn acknowledged(&self, job: Uuid) {
        if let Some(pending) = self.lock().pending.get_mut(&job) {
            pending.acknowledged = true;
        }
    }

    /// An outcome came; it is handed to who waits for it. Gives it back when nobody does.
    pub fn outcome(&self, job: Uuid, outcome: Outcome) -> Option<Outcome> {
        match self.lock().pending.remove(&job) {
            Some(pending) => pending.answer.send(outcome).err(),
            None => Some(outcome),
        }
    }

    /// Runs a job at an agent. An agent that is not there has certainly not begun; one that is cut off in the middle may
    /// have, unless it comes back in time and says.
    pub async fn submit(self, agent: i64, job: Job) -> Outcome {
        let (answer, mut outcome) = oneshot::channel();
        let id = job.id;
        let work = job.work.clone();
        {
            let mut state = self.lock();
            let sent = state.links.get(&agent).is_some_and(|link| link.sender.send(HubMessage::Job { job: job.clone() }).is_ok());
            if !sent {
                return not_begun(&work, Reason::Offline, "the agent is not connected");
            }
            state.pending.insert(id, Pending { agent, job, acknowledged: false, answer });
        }
        let begun = Instant::now();
        loop {
            match tokio::time::timeout(Duration::from_millis(500), &mut outcome).await {
                Ok(Ok(outcome)) => return outcome,
                Ok(Err(_)) => return lost(&work, "the job was forgotten"),
                Err(_) => {}
            }
            let cut_off = self.lock().lost_at.get(&agent).is_some_and(|at| at.elapsed() > GRACE);
            if cut_off || begun.elapsed() > LONGEST {
                self.lock().pending.remove(&id);
                return lost(&work, "the agent was cut off");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use duken_protocol::device::Work;

    use super::*;

    fn job() -> Job {
        Job { id: Uuid::from_u128(1), device_id: "1".into(), valid_for_ms: None, work: Work::TestChart }
    }

    #[tokio::test]
    async fn an_agent_that_is_not_there_has_not_begun() {
        let outcome = Links::default().submit(1, job()).await;
        assert_eq!(outcome, Outcome::not_printed(Reason::Offline, "the agent is not connected"));
    }

    #[tokio::test]
    async fn a_job_that_was_not_acknowledged_is_sent_again_after_a_break_and_runs_once() {
        let links = Links::default();
        let (first, mut messages) = links.join(1, String::new(), vec![]);
        let waiting = tokio::spawn(links.clone().submit(1, job()));
        assert_eq!(messages.recv().await, Some(HubMessage::Job { job: job() }));
        links.leave(1, first);
        let (second, mut messages) = links.join(1, String::new(), vec![]);
        assert_eq!(messages.recv().await, Some(HubMessage::Job { job: job() }));
        links.acknowledged(job().id);
        links.leave(1, second);
        let (_, mut messages) = links.join(1, String::new(), vec![]);
        assert!(messages.try_recv().is_err(), "it is on the agent's disk");
        assert_eq!(links.outcome(job().id, Outcome::Done), None);
        assert_eq!(waiting.await.unwrap(), Outcome::Done);
        assert_eq!(links.outcome(job().id, Outcome::Done), Some(Outcome::Done), "nobody waits for it any more");
    }

    #[tokio::test(start_paused = true)]
    async fn an_agent_that_stays_away_leaves_an_unknown_job() {
        let links = Links::default();
        let (connection, _messages) = links.join(1, String::new(), vec![]);
        let waiting = tokio::spawn(links.clone().submit(1, job()));
        tokio::task::yield_now().await;
        links.leave(1, connection);
        assert_eq!(waiting.await.unwrap(), Outcome::unknown(Reason::LinkLost, "the agent was cut off"));
    }
}

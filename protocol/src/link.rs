//! The link between an agent and its hub: JSON messages over one WebSocket that the agent opens.
//!
//! Both sides ignore fields and message types they do not know, so that either may be a version ahead.
//!
//! - pairing: `POST /link/pair` with [`PairRequest`], answered by [`PairAnswer`];
//! - link: `GET /link` as WebSocket with `Authorization: Bearer <token>`; the agent speaks first ([`AgentMessage::Hello`]).
//!
//! A job goes down; the agent acknowledges it, notes it on its disk before the first byte, runs it once, and sends its
//! outcome until the hub says [`HubMessage::OutcomeStored`]. After a break the hub hands over again what it waits for, and
//! recalls what it has given up ([`HubMessage::Recall`]): so an outcome is unknown only where bytes had gone out. Only
//! outcomes are sent again after a break; events die with the link.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::device::{DeviceDescription, DeviceEvent, FoundDevice, Job, Outcome};

/// Version of this language.
pub const LINK_VERSION: u16 = 1;

/// Path of the WebSocket on the hub.
pub const LINK_PATH: &str = "/link";

/// Path of pairing on the hub.
pub const PAIR_PATH: &str = "/link/pair";

/// From agent to hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AgentMessage {
    /// First message of a link.
    Hello {
        /// [`LINK_VERSION`] of the agent.
        link: u16,
        /// The agent, as named at pairing.
        agent_id: String,
        /// Version and build of the program.
        build: String,
        /// The agent's clock, milliseconds since 1970 UTC: the hub compares it with its own.
        #[serde(default)]
        clock_ms: i64,
        /// Devices that the agent drives by its own settings or the hub's last ones.
        #[serde(default)]
        devices: Vec<DeviceDescription>,
        /// Devices that are plugged in and not in use.
        #[serde(default)]
        found: Vec<FoundDevice>,
    },
    /// The job has come and will run. It is on the agent's disk before its first byte leaves.
    Ack {
        /// Which job.
        job_id: Uuid,
    },
    /// The end of a job; repeated after a break until stored.
    Outcome {
        /// Which job.
        job_id: Uuid,
        /// How it ended.
        outcome: Outcome,
    },
    /// News from a device.
    Event {
        /// The news.
        event: DeviceEvent,
    },
    /// What is plugged in has changed.
    Found {
        /// All that is plugged in and not in use.
        devices: Vec<FoundDevice>,
    },
    /// A message of a later version.
    #[serde(other)]
    Unknown,
}

/// From hub to agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HubMessage {
    /// Answer to the hello.
    Welcome {
        /// [`LINK_VERSION`] of the hub.
        link: u16,
        /// Id of the hub.
        hub_id: String,
        /// Version and build of the hub.
        build: String,
        /// The devices that this agent shall drive, all of them.
        #[serde(default)]
        devices: Vec<DeviceDescription>,
    },
    /// The hub will not talk to this agent; the link closes.
    Refused {
        /// Stable code: `agent.unknown`, `agent.too_old`.
        code: String,
        /// A sentence for the log.
        #[serde(default)]
        detail: String,
    },
    /// The devices that this agent shall drive, all of them, from now on.
    Devices {
        /// All of them.
        devices: Vec<DeviceDescription>,
    },
    /// Something to do.
    Job {
        /// The job.
        job: Job,
    },
    /// The outcome is on the hub's disk and need not be sent again.
    OutcomeStored {
        /// Which job.
        job_id: Uuid,
    },
    /// These jobs are over for the hub, and it does not know how: each is answered by its outcome, at once or when it ends. A
    /// job that never began is not done, and must not begin any more.
    Recall {
        /// Which.
        job_ids: Vec<Uuid>,
    },
    /// Look again at what is plugged in.
    Rescan,
    /// A message of a later version.
    #[serde(other)]
    Unknown,
}

/// Asks to be taken on as an agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairRequest {
    /// The six digits that the hub shows.
    pub code: String,
    /// Name for people: the machine's.
    pub name: String,
    /// Version and build of the program.
    #[serde(default)]
    pub build: String,
    /// [`LINK_VERSION`] of the agent.
    pub link: u16,
}

/// Taken on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairAnswer {
    /// Id of this agent from now on.
    pub agent_id: String,
    /// Secret for the link.
    pub token: String,
    /// Id of the hub: it may change its address, not this.
    pub hub_id: String,
    /// Name of the store.
    #[serde(default)]
    pub store: String,
    /// SHA-256 of the hub's authority, which it shows behind its certificate, 64 hexadecimal digits: what the agent pins.
    /// Absent where the hub serves no HTTPS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl std::fmt::Debug for PairAnswer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("PairAnswer").field("agent_id", &self.agent_id).field("hub_id", &self.hub_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_later_version_is_understood_as_far_as_it_goes() {
        let message: HubMessage = serde_json::from_str(r#"{"type":"dance","tempo":3}"#).unwrap();
        assert_eq!(message, HubMessage::Unknown);
        let message: HubMessage = serde_json::from_str(r#"{"type":"welcome","link":9,"hub_id":"h","build":"b","mood":"good"}"#).unwrap();
        assert_eq!(message, HubMessage::Welcome { link: 9, hub_id: "h".into(), build: "b".into(), devices: vec![] });
    }

    #[test]
    fn messages_survive_the_wire() {
        let message = AgentMessage::Outcome { job_id: Uuid::nil(), outcome: Outcome::Done };
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(text, r#"{"type":"outcome","job_id":"00000000-0000-0000-0000-000000000000","outcome":{"outcome":"done"}}"#);
        assert_eq!(serde_json::from_str::<AgentMessage>(&text).unwrap(), message);
    }
    fn messages() -> impl Strategy<Value = AgentMessage> {
        let id = || any::<u128>().prop_map(Uuid::from_u128);
        let hello = (any::<u16>(), ".{0,20}", ".{0,20}", any::<i64>()).prop_map(|(link, agent_id, build, clock_ms)| AgentMessage::Hello {
            link,
            agent_id,
            build,
            clock_ms,
            devices: Vec::new(),
            found: Vec::new(),
        });
        let outcome = (id(), ".{0,40}").prop_map(|(job_id, detail)| AgentMessage::Outcome {
            job_id,
            outcome: Outcome::not_printed(crate::device::Reason::PaperOut, detail),
        });
        prop_oneof![hello, outcome, id().prop_map(|job_id| AgentMessage::Ack { job_id })]
    }

    proptest! {
        #[test]
        fn what_is_said_is_heard_also_with_fields_of_a_later_version(message in messages(), later in "[a-z]{9,12}", value in any::<i64>()) {
            let mut said = serde_json::to_value(&message).unwrap();
            prop_assert_eq!(&serde_json::from_value::<AgentMessage>(said.clone()).unwrap(), &message);
            said[&later] = value.into();
            prop_assert_eq!(serde_json::from_value::<AgentMessage>(said).unwrap(), message);
        }

        #[test]
        fn a_hub_is_heard_by_an_older_agent(ids in prop::collection::vec(any::<u128>().prop_map(Uuid::from_u128), 0..5), word in "[a-z]{3,9}x") {
            let message = HubMessage::Recall { job_ids: ids };
            let said = serde_json::to_string(&message).unwrap();
            prop_assert_eq!(serde_json::from_str::<HubMessage>(&said).unwrap(), message);
            let strange = serde_json::json!({ "type": word }).to_string();
            prop_assert_eq!(serde_json::from_str::<HubMessage>(&strange).unwrap(), HubMessage::Unknown);
        }
    }
}

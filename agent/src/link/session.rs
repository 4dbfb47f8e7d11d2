//! One life of the link: hello, jobs down, outcomes and news up, until it breaks.

use std::time::Duration;

use duken_protocol::device::{DeviceDescription, DeviceEvent, FoundDevice, Job, Outcome};
use duken_protocol::link::{AgentMessage, HubMessage, LINK_PATH, LINK_VERSION};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use super::address::HubAddress;
use super::dial::{DialError, Stream, dial};
use crate::devices::{Event, Runtime};
use crate::trust::Trust;

/// Longest wait for the hub to say welcome.
const WELCOME: Duration = Duration::from_secs(10);

/// Between two signs of life.
const PING_EVERY: Duration = Duration::from_secs(10);

/// Silence after which the link counts as dead.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Why a link ended.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The hub was not reached or not trusted.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// It broke.
    #[error("the link broke: {0}")]
    Broken(#[from] Box<tungstenite::Error>),
    /// It closed or fell silent.
    #[error("the hub {0}")]
    Ended(&'static str),
    /// The hub will not talk to this agent.
    #[error("the hub refused this agent: {code} {detail}")]
    Refused {
        /// Its stable code.
        code: String,
        /// Its sentence.
        detail: String,
    },
    /// The token cannot be sent.
    #[error("the token is damaged: pair again")]
    BadToken,
}

impl From<tungstenite::Error> for LinkError {
    fn from(error: tungstenite::Error) -> Self {
        match error {
            tungstenite::Error::Http(answer) if answer.status() == 401 || answer.status() == 403 => {
                Self::Refused { code: format!("HTTP {}", answer.status().as_u16()), detail: "pair again".to_owned() }
            }
            other => Self::Broken(Box::new(other)),
        }
    }
}

/// Who this agent is to its hub.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Where the hub is.
    pub address: HubAddress,
    /// How it is trusted.
    pub trust: Trust,
    /// Id from pairing.
    pub agent_id: String,
    /// Secret from pairing.
    pub token: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Identity").field("address", &self.address).field("agent_id", &self.agent_id).finish_non_exhaustive()
    }
}

/// A job that has ended.
type Ended = (Uuid, Outcome);

/// What lives longer than one link.
pub(super) struct Home {
    pub runtime: Runtime,
    pub events: mpsc::Receiver<Event>,
    /// Devices of this machine's own settings.
    pub own: Vec<DeviceDescription>,
    pub outcomes: (mpsc::UnboundedSender<Ended>, mpsc::UnboundedReceiver<Ended>),
    pub found: Box<dyn Fn() -> Vec<FoundDevice> + Send + Sync>,
    pub clock_ms: fn() -> i64,
}

impl Home {
    /// News that nobody hears die here.
    pub(super) fn forget_news(&mut self) {
        while self.events.try_recv().is_ok() {}
    }
}

type Socket = WebSocketStream<Box<dyn Stream>>;

/// Opens the link and says hello.
pub(super) async fn open(identity: &Identity, home: &mut Home) -> Result<Socket, LinkError> {
    let dialed = dial(&identity.address, &identity.trust).await?;
    let scheme = if identity.address.tls { "wss" } else { "ws" };
    let mut request = format!("{scheme}://{}{LINK_PATH}", identity.address.authority()).into_client_request()?;
    let token = HeaderValue::from_str(&format!("Bearer {}", identity.token)).map_err(|_| LinkError::BadToken)?;
    request.headers_mut().insert(AUTHORIZATION, token);
    let (mut socket, _) =
        timeout(WELCOME, client_async(request, dialed.stream)).await.map_err(|_| LinkError::Ended("does not answer"))??;
    let hello = AgentMessage::Hello {
        link: LINK_VERSION,
        agent_id: identity.agent_id.clone(),
        build: crate::BUILD.to_owned(),
        clock_ms: (home.clock_ms)(),
        devices: home.runtime.devices(),
        found: (home.found)(),
    };
    send(&mut socket, &hello).await?;
    Ok(socket)
}

/// Serves the link until it ends. `welcomed` is called once, when the hub has taken this agent in.
pub(super) async fn serve(mut socket: Socket, home: &mut Home, welcomed: impl FnOnce(&str)) -> LinkError {
    match first_answer(&mut socket, home, welcomed).await {
        Ok(()) => {}
        Err(error) => return error,
    }
    match talk(&mut socket, home).await {
        Ok(()) => LinkError::Ended("closed the link"),
        Err(error) => error,
    }
}

async fn first_answer(socket: &mut Socket, home: &mut Home, welcomed: impl FnOnce(&str)) -> Result<(), LinkError> {
    let until = Instant::now() + WELCOME;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let message = timeout(left, socket.next()).await.map_err(|_| LinkError::Ended("does not say welcome"))?;
        let Some(message) = message else { return Err(LinkError::Ended("closed the link before its welcome")) };
        let Message::Text(text) = message? else { continue };
        match serde_json::from_str(text.as_str()) {
            Ok(HubMessage::Welcome { hub_id, devices, .. }) => {
                take_devices(home, devices);
                welcomed(&hub_id);
                break;
            }
            Ok(HubMessage::Refused { code, detail }) => return Err(LinkError::Refused { code, detail }),
            Ok(_) | Err(_) => {}
        }
    }
    // What happened while there was no link: outcomes are told again, news is not; the states of now are.
    while home.outcomes.1.try_recv().is_ok() {}
    home.forget_news();
    for (job_id, outcome) in home.runtime.unstored() {
        send(socket, &AgentMessage::Outcome { job_id, outcome }).await?;
    }
    for device in home.runtime.devices() {
        if let Some(report) = home.runtime.state(&device.id) {
            send(socket, &AgentMessage::Event { event: DeviceEvent::State(report) }).await?;
        }
    }
    Ok(())
}

async fn talk(socket: &mut Socket, home: &mut Home) -> Result<(), LinkError> {
    let mut ping = interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard_at = Instant::now();
    loop {
        tokio::select! {
            biased;
            message = socket.next() => {
                let Some(message) = message else { return Ok(()) };
                heard_at = Instant::now();
                match message? {
                    Message::Text(text) => hear(socket, home, text.as_str()).await?,
                    Message::Close(_) => return Ok(()),
                    Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
                }
            }
            Some((job_id, outcome)) = home.outcomes.1.recv() => send(socket, &AgentMessage::Outcome { job_id, outcome }).await?,
            Some(event) = home.events.recv() => {
                if let Some(event) = event.news() {
                    send(socket, &AgentMessage::Event { event }).await?;
                }
            }
            _ = ping.tick() => {
                if heard_at.elapsed() > SILENCE_MAX {
                    return Err(LinkError::Ended("fell silent"));
                }
                socket.send(Message::Ping(Vec::new().into())).await?;
            }
        }
    }
}

async fn hear(socket: &mut Socket, home: &mut Home, text: &str) -> Result<(), LinkError> {
    match serde_json::from_str(text) {
        Ok(HubMessage::Job { job }) => take_job(socket, home, job).await,
        Ok(HubMessage::OutcomeStored { job_id }) => {
            home.runtime.stored(job_id);
            Ok(())
        }
        Ok(HubMessage::Devices { devices } | HubMessage::Welcome { devices, .. }) => {
            take_devices(home, devices);
            Ok(())
        }
        Ok(HubMessage::Refused { code, detail }) => Err(LinkError::Refused { code, detail }),
        Ok(HubMessage::Recall { job_ids }) => {
            for job_id in job_ids {
                if let Some(outcome) = home.runtime.recall(job_id) {
                    send(socket, &AgentMessage::Outcome { job_id, outcome }).await?;
                }
            }
            Ok(())
        }
        Ok(HubMessage::Rescan) => send(socket, &AgentMessage::Found { devices: (home.found)() }).await,
        Ok(HubMessage::Unknown) => Ok(()),
        Err(error) => {
            tracing::warn!(%error, "a message of the hub cannot be read");
            Ok(())
        }
    }
}

async fn take_job(socket: &mut Socket, home: &mut Home, job: Job) -> Result<(), LinkError> {
    let job_id = job.id;
    let ticket = home.runtime.accept(job);
    let outcomes = home.outcomes.0.clone();
    tokio::spawn(async move {
        let _ = outcomes.send((job_id, ticket.outcome().await));
    });
    send(socket, &AgentMessage::Ack { job_id }).await
}

fn take_devices(home: &Home, mut devices: Vec<DeviceDescription>) {
    devices.extend(home.own.iter().filter(|own| !devices.iter().any(|device| device.id == own.id)).cloned().collect::<Vec<_>>());
    home.runtime.set_devices(&devices);
}

async fn send(socket: &mut Socket, message: &AgentMessage) -> Result<(), LinkError> {
    let text = serde_json::to_string(message).map_err(|error| tungstenite::Error::Io(error.into()))?;
    timeout(SILENCE_MAX, socket.send(Message::text(text))).await.map_err(|_| LinkError::Ended("takes no messages"))??;
    Ok(())
}

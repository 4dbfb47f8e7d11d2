//! The agents' own way in: pairing by six digits, then one WebSocket that the agent opens.

use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocketUpgrade};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use duken_kernel::vault::read_secret;
use duken_protocol::device::Outcome;
use duken_protocol::link::{AgentMessage, HubMessage, LINK_PATH, LINK_VERSION, PAIR_PATH, PairAnswer, PairRequest};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::timeout;

use crate::devices::links::Heard;
use crate::devices::{AGENT_UNKNOWN, PAIR_CODE_WRONG, commands, events, jobs, queries, terminals};
use crate::hub::App;
use crate::staff::{Attempt, THROTTLED};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Json, MALFORMED, Peer, Problem, Route, json_body};

/// An agent that says nothing for so long is gone; it is pinged three times in that.
const SILENT_MS: i64 = 30_000;
const SILENT: Duration = Duration::from_millis(SILENT_MS.unsigned_abs());
/// An agent that was away for longer is not asked any more: what it has, it tells by itself.
const RECALLED_MS: i64 = 24 * 3_600_000;
const PING: Duration = Duration::from_secs(10);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(PAIR_PATH, Access::Public, "An agent asks to be taken on", pair),
        Route::get(LINK_PATH, Access::Public, "The link of an agent (WebSocket)", open),
    ]
}

/// The largest request of an agent that wants to be taken on.
const PAIR_BYTES_MAX: usize = 4 << 10;

async fn pair(State(app): State<App>, peer: Peer, headers: HeaderMap, body: Body) -> Answer<PairAnswer> {
    let body = json_body(&headers, body, PAIR_BYTES_MAX).await?;
    let request: PairRequest = serde_json::from_slice(&body).map_err(|e| MALFORMED.refuse().with("reason", e.to_string()))?;
    let attempt = Attempt::at_code("pair_agent", peer.0, THROTTLED);
    app.run(app.own_caller(), attempt.clone().begin()).await?;
    if !app.devices.pairing.take(request.code.trim(), app.clock.now_ms()) {
        app.run(app.own_caller(), attempt.failed(PAIR_CODE_WRONG)).await?;
        return Err(PAIR_CODE_WRONG.refuse().into());
    }
    let mut bytes = [0_u8; 32];
    app.chance.fill(&mut bytes);
    let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let take_on = commands::pair_agent(&app, request.name, &secret);
    let agent = app
        .run(app.own_caller(), move |tx| {
            attempt.succeeded(tx)?;
            take_on(tx)
        })
        .await?;
    Ok(Json(PairAnswer {
        agent_id: agent.to_string(),
        token: format!("{agent}.{secret}"),
        hub_id: app.node_id.clone(),
        store: app.settings().store.name.clone(),
        fingerprint: app.devices.pairing.reached().map(|reached| reached.fingerprint),
    }))
}

/// The agent whose token this is.
fn known(app: &App, headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let Some((agent, secret)) = token.and_then(|token| token.split_once('.')) else { return Ok(None) };
    let Ok(agent) = agent.parse::<i64>() else { return Ok(None) };
    let kept = app.read_now(|read| Ok(read_secret(read, &app.key, &commands::verifier_id(agent))?))?;
    let given = commands::verifier(app, secret);
    let same = kept.is_some_and(|kept| kept.len() == given.len() && kept.iter().zip(&given).fold(0, |d, (a, b)| d | (a ^ b)) == 0);
    Ok(same.then_some(agent))
}

async fn open(State(app): State<App>, headers: HeaderMap, peer: Peer, upgrade: WebSocketUpgrade) -> Result<Response, Problem> {
    let address = peer.0.to_string();
    let Some(agent) = known(&app, &headers)? else { return Err(AGENT_UNKNOWN.refuse().into()) };
    Ok(upgrade.max_message_size(4 << 20).on_upgrade(move |socket| async move {
        serve(app, agent, address, socket).await;
    }))
}

/// What an agent's messages come and go by.
pub trait Socket: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin + Send {}

impl<S: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin + Send> Socket for S {}

/// Serves the link of an agent that was recognised, until it ends.
pub async fn serve(app: App, agent: i64, address: String, mut socket: impl Socket) {
    let Ok(Some(Ok(Message::Text(first)))) = timeout(SILENT, socket.next()).await else { return };
    let Ok(AgentMessage::Hello { link, found, clock_ms, .. }) = serde_json::from_str(&first) else { return };
    if link > LINK_VERSION {
        tracing::info!(agent, link, "an agent of a later version");
    }
    let (connection, mut messages) = app.devices.links.join(agent, address, found);
    tracing::info!(agent, "an agent is here");
    // An agent of an older program says nothing of its clock.
    if clock_ms > 0 {
        crate::settings::compare_clock(&app, &format!("agent:{agent}"), clock_ms).await;
    }
    moved(&app, agent);
    let (mut sink, mut stream) = socket.split();
    let welcome = HubMessage::Welcome {
        link: LINK_VERSION,
        hub_id: app.node_id.clone(),
        build: crate::web::server::build().to_owned(),
        devices: devices_of(&app, agent),
    };
    let mut alive = send(&mut sink, &welcome).await;
    match recalls(&app, agent) {
        Ok(job_ids) if !job_ids.is_empty() => alive = alive && send(&mut sink, &HubMessage::Recall { job_ids }).await,
        Ok(_) => {}
        Err(reject) => tracing::error!(%reject, agent, "jobs that were given up cannot be read"),
    }
    let mut heard_ms = app.clock.running_ms();
    let mut ping = tokio::time::interval(PING);
    while alive {
        tokio::select! {
            biased;
            message = messages.recv() => match message {
                Some(message) => alive = send(&mut sink, &message).await,
                None => {
                    let goodbye = CloseFrame { code: 1000, reason: "replaced".into() };
                    let _already_gone = sink.send(Message::Close(Some(goodbye))).await;
                    alive = false;
                }
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    heard_ms = app.clock.running_ms();
                    if let Some(reply) = heard(&app, agent, &text).await {
                        alive = send(&mut sink, &reply).await;
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => heard_ms = app.clock.running_ms(),
                Some(Ok(Message::Close(_)) | Err(_)) | None => alive = false,
            },
            _ = ping.tick() => {
                alive = app.clock.running_ms() - heard_ms < SILENT_MS && sink.send(Message::Ping(axum::body::Bytes::new())).await.is_ok();
            }
        }
    }
    app.devices.links.leave(agent, connection, app.clock.running_ms());
    tracing::info!(agent, "an agent is gone");
    moved(&app, agent);
}

/// The jobs of an agent that were given up without an outcome: it may know one.
fn recalls(app: &App, agent: i64) -> Result<Vec<uuid::Uuid>, duken_kernel::Reject> {
    let after_ms = app.clock.now_ms() - RECALLED_MS;
    let (devices, attempts) = app.read_now(|read| {
        let devices = queries::devices(read)?.into_iter().filter(|device| device.card.agent == Some(agent));
        let devices: Vec<(i64, i64)> = devices.map(|device| (device.id, device.version)).collect();
        let ids: Vec<i64> = devices.iter().map(|(id, _)| *id).collect();
        let attempts = jobs::given_up(read, &ids, after_ms)?;
        Ok((devices, attempts))
    })?;
    let mut ids: Vec<uuid::Uuid> = attempts.iter().filter_map(|attempt| attempt.parse().ok()).collect();
    ids.extend(crate::domains::recalled_starts(app, &devices)?);
    Ok(ids)
}

fn devices_of(app: &App, agent: i64) -> Vec<duken_protocol::device::DeviceDescription> {
    let devices = app.read_now(|read| Ok(queries::devices(read)?)).unwrap_or_default();
    let own = devices.iter().filter(|device| device.card.agent == Some(agent) && !device.card.archived);
    own.map(crate::devices::Device::description).collect()
}

fn moved(app: &App, agent: i64) {
    let payload = serde_json::json!({ "agent": agent.to_string() });
    app.live.publish(&crate::live::notice("devices", payload));
}

async fn send(sink: &mut (impl Sink<Message> + Unpin), message: &HubMessage) -> bool {
    let Ok(text) = serde_json::to_string(message) else { return true };
    timeout(SILENT, sink.send(Message::Text(text.into()))).await.is_ok_and(|sent| sent.is_ok())
}

/// What an agent said; the answer to it, if it wants one.
async fn heard(app: &App, agent: i64, text: &str) -> Option<HubMessage> {
    let Ok(message) = serde_json::from_str::<AgentMessage>(text) else {
        tracing::warn!(agent, "a message of an agent cannot be read");
        return None;
    };
    match message {
        AgentMessage::Ack { job_id } => tracing::debug!(agent, %job_id, "a job has come to its agent"),
        AgentMessage::Event { event } => events::heard(app, Some(agent), event),
        AgentMessage::Found { devices } => {
            app.devices.links.has_found(agent, devices);
            moved(app, agent);
        }
        AgentMessage::Outcome { job_id, outcome } => {
            match app.devices.links.outcome(job_id, outcome) {
                // It is acknowledged once it is on disk: a hub that dies before hears it again.
                Heard::Awaited => return None,
                Heard::Over => {}
                // The hub was restarted, or gave the job up as unknown.
                Heard::Late(late) => {
                    if let Err(fault) = came_late(app, agent, job_id, late).await {
                        tracing::error!(%fault, agent, %job_id, "a late outcome could not be kept: it will be told again");
                        return None;
                    }
                }
            }
            return Some(HubMessage::OutcomeStored { job_id });
        }
        AgentMessage::Hello { .. } | AgentMessage::Unknown => {}
    }
    None
}

/// Takes in an outcome that comes late: of a print job, of a refresh of tokens, or of a call that began a payment.
async fn came_late(app: &App, agent: i64, job: uuid::Uuid, outcome: Outcome) -> Result<(), duken_kernel::Reject> {
    match app.run(app.own_caller().to_close(), commands::finish_late(job.to_string(), outcome.clone())).await {
        Ok(_) => return Ok(()),
        Err(duken_kernel::Reject::Refused(refusal)) if refusal.code != CARD_NOT_FOUND => return Ok(()),
        Err(duken_kernel::Reject::Refused(_)) => {}
        Err(fault) => return Err(fault),
    }
    if terminals::late_tokens(app, agent, job, &outcome).await? {
        return Ok(());
    }
    if let Some(further) = crate::domains::late_start(app, job, outcome).await? {
        app.devices.links.send(agent, HubMessage::Recall { job_ids: vec![further] });
    }
    Ok(())
}

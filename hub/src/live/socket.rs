//! The WebSocket itself: one task per client.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::http::HeaderMap;
use axum::response::Response;
use duken_kernel::refusal::Code;
use futures_util::{SinkExt, StreamExt};
use tokio::time::Instant;

use super::client::Client;
use super::{may_follow, wire};
use crate::hub::App;
use crate::web::{Actor, DENIED, TOO_LARGE};

/// How often a link is tried, and its session looked at again.
const BEAT: Duration = Duration::from_secs(20);
/// A link that is silent or takes nothing for so long is dead.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest message a client may send.
const MESSAGE_BYTES_MAX: usize = 64 << 10;
/// What is read from a client at once; each link has so much memory for itself. Clients say little.
const READ_BYTES: usize = 4 << 10;

/// Who is at the other end of a link.
pub trait Follower: Send + 'static {
    /// Looks again: what it was let in by may have ended, or changed what it may.
    fn is_here(&mut self, app: &App) -> bool;

    /// Whether it may follow a topic.
    fn may_follow(&self, topic: &str) -> bool;
}

/// A person's device.
struct Person {
    headers: HeaderMap,
    actor: Actor,
}

impl Follower for Person {
    fn is_here(&mut self, app: &App) -> bool {
        let Ok(actor) = app.sessions.actor(app, &self.headers) else { return false };
        self.actor = actor;
        true
    }

    fn may_follow(&self, topic: &str) -> bool {
        may_follow(&self.actor, topic)
    }
}

/// `GET /api/live`. Origin and session were looked at by the guard of the route.
pub(super) async fn open(State(app): State<App>, actor: Actor, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    serve(app, upgrade, Person { headers, actor })
}

/// Serves a link to a follower that was let in.
pub fn serve(app: App, upgrade: WebSocketUpgrade, who: impl Follower) -> Response {
    let upgrade = upgrade.max_message_size(MESSAGE_BYTES_MAX).max_frame_size(MESSAGE_BYTES_MAX).read_buffer_size(READ_BYTES);
    upgrade.on_upgrade(move |socket| async move {
        let client = app.live.join();
        Link { app: &app, client: &client, who }.serve(socket).await;
        app.live.leave(&client);
    })
}

struct Link<'l, F> {
    app: &'l App,
    client: &'l Arc<Client>,
    who: F,
}

impl<F: Follower> Link<'_, F> {
    async fn serve(mut self, socket: WebSocket) {
        let (mut out, mut from_client) = socket.split();
        let journal_end = *self.app.live.journal_end().borrow();
        if out.send(Message::Text(wire::hello(journal_end).into())).await.is_err() {
            return;
        }
        let mut sessions = self.app.sessions.changes();
        let mut beat = tokio::time::interval(BEAT);
        let mut heard_at = Instant::now();
        loop {
            let messages = tokio::select! {
                biased;
                _ = sessions.changed() => self.look_again(),
                _ = beat.tick() => {
                    if heard_at.elapsed() > PATIENCE {
                        return;
                    }
                    let mut messages = self.look_again();
                    messages.push(Message::Ping(Bytes::new()));
                    messages
                }
                heard = from_client.next() => {
                    heard_at = Instant::now();
                    match heard {
                        Some(Ok(Message::Text(text))) => self.heard(text.as_str()),
                        Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => Vec::new(),
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    }
                }
                texts = self.client.next() => texts.into_iter().map(Message::Text).collect(),
            };
            let closing = messages.iter().any(|message| matches!(message, Message::Close(_)));
            let sending = async {
                for message in messages {
                    out.feed(message).await?;
                }
                out.flush().await
            };
            if !matches!(tokio::time::timeout(PATIENCE, sending).await, Ok(Ok(()))) || closing {
                return;
            }
        }
    }

    /// Looks at the follower again: its session may have ended, or the person may have lost rights.
    fn look_again(&mut self) -> Vec<Message> {
        if !self.who.is_here(self.app) {
            return vec![ended()];
        }
        let lost: Vec<_> = self.client.followed().into_iter().filter(|topic| !self.who.may_follow(topic)).collect();
        lost.iter()
            .map(|topic| {
                self.app.live.unfollow(self.client, topic);
                refused(topic, DENIED)
            })
            .collect()
    }

    /// Takes what the client says; what is to be answered at once. Words it does not know are passed over.
    fn heard(&self, text: &str) -> Vec<Message> {
        let Ok(said) = serde_json::from_str::<wire::FromClient>(text) else { return Vec::new() };
        for topic in &said.unsubscribe {
            self.app.live.unfollow(self.client, topic);
        }
        let mut answers = Vec::new();
        for wanted in &said.subscribe {
            let why = if !self.who.may_follow(&wanted.topic) {
                Some(DENIED)
            } else if !self.app.live.follow(self.client, &wanted.topic, wanted.from) {
                Some(TOO_LARGE)
            } else {
                None
            };
            answers.extend(why.map(|code| refused(&wanted.topic, code)));
        }
        answers
    }
}

fn refused(topic: &str, code: Code) -> Message {
    Message::Text(wire::refused(topic, code.code).into())
}

fn ended() -> Message {
    Message::Close(Some(CloseFrame { code: close_code::POLICY, reason: "session.expired".into() }))
}

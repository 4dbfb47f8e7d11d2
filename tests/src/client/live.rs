//! The live link as a screen holds it: follows topics, hears that they moved, opens itself again after a break.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Api;

/// How long a test waits before it says that something never came.
const PATIENCE: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Topics that are followed.
#[derive(Debug)]
pub struct Watch {
    api: Api,
    topics: Vec<String>,
    socket: Option<Socket>,
}

impl Api {
    /// Follows topics; what moves from now on is heard.
    ///
    /// # Panics
    /// When the link cannot be opened or a topic is refused.
    pub async fn follow(&self, topics: &[&str]) -> Watch {
        let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
        let mut watch = Watch { api: self.clone(), topics, socket: None };
        watch.open().await;
        watch
    }
}

impl Api {
    /// The same; nothing when the hub does not answer just now.
    pub async fn try_follow(&self, topics: &[&str]) -> Option<Watch> {
        let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
        let mut watch = Watch { api: self.clone(), topics, socket: None };
        watch.try_open().await.then_some(watch)
    }
}

impl Watch {
    async fn open(&mut self) {
        assert!(self.try_open().await, "the hub takes the live link");
    }

    async fn try_open(&mut self) -> bool {
        let address = self.api.address().get().replace("http://", "ws://");
        let mut request = format!("{address}/api/live").into_client_request().expect("an address");
        let cookie = self.api.cookie().expect("signed in");
        request.headers_mut().insert("cookie", cookie.parse().expect("a header"));
        let Ok((mut socket, _)) = connect_async(request).await else { return false };
        let subscribe: Vec<Value> = self.topics.iter().map(|topic| json!({ "topic": topic })).collect();
        if socket.send(Message::text(json!({ "subscribe": subscribe }).to_string())).await.is_err() {
            return false;
        }
        self.socket = Some(socket);
        for _ in 0..self.topics.len() {
            let answer = loop {
                let Some(message) = self.hear().await else { return false };
                // A topic that moved a moment ago is to be fetched, which every look does.
                if message["followed"].is_string() || message["refused"].is_string() || message["refetch"] == true {
                    break message;
                }
            };
            assert!(answer["refused"].is_null(), "{answer}");
        }
        true
    }

    /// Waits for any message, or for a moment: for what moves on without a word. Nothing when the link is broken.
    pub async fn heard_or(&mut self, moment: Duration) -> Option<()> {
        match tokio::time::timeout(moment, self.hear()).await {
            Ok(None) => None,
            Ok(Some(_)) | Err(_) => Some(()),
        }
    }

    /// The next message; nothing when the link is broken.
    async fn hear(&mut self) -> Option<Value> {
        let socket = self.socket.as_mut()?;
        loop {
            match socket.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    self.socket = None;
                    return None;
                }
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next message that is as wanted.
    ///
    /// # Panics
    /// When it does not come, or the link breaks.
    pub async fn next(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let message = self.hear().await.expect("the link is up");
                if wanted(&message) {
                    return message;
                }
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.expect("a message in time")
    }

    /// Looks now, and again whenever a followed topic moves, until there is an answer. A link that broke because the hub
    /// was started again is opened anew.
    ///
    /// # Panics
    /// When there is none in a minute; `what` names it.
    pub async fn until<T>(&mut self, what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
        self.until_told(what, |_| true, look).await
    }

    /// The same, but looks again only at messages that matter, and when messages were lost.
    ///
    /// # Panics
    /// As [`Watch::until`].
    pub async fn until_told<T>(&mut self, what: &str, matters: impl Fn(&Value) -> bool, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let waiting = async {
            loop {
                if self.socket.is_none() {
                    self.open().await;
                }
                if let Some(found) = look().await {
                    return found;
                }
                while self.hear().await.is_some_and(|message| message["refetch"] != true && !matters(&message)) {}
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(found) => found,
            Err(_) => panic!("never: {what}"),
        }
    }
}

//! Browsers that follow what is sold.

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// A browser's link.
pub type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// A browser that follows the sales.
pub async fn browser(address: &str, cookie: &str) -> Socket {
    let mut request = format!("{}/api/live", address.replace("http://", "ws://")).into_client_request().expect("a request");
    request.headers_mut().insert("Cookie", cookie.parse().expect("a cookie"));
    let (mut socket, _) = connect_async(request).await.expect("the hub listens");
    let follow = json!({ "subscribe": [{ "topic": "sales" }] });
    socket.send(Message::Text(follow.to_string().into())).await.expect("sent");
    loop {
        let text = next_text(&mut socket).await.expect("an answer");
        if text.contains("followed") || text.contains("refetch") {
            return socket;
        }
    }
}

/// The next message; nothing when the link ended.
pub async fn next_text(socket: &mut Socket) -> Option<String> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(text.to_string()),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
}

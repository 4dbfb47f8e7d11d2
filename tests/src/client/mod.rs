//! An ordinary user of the hub's API: signs in, sends every write under an id of its own, keeps its cookie.

mod answer;
mod live;
mod raw;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

pub use answer::Answer;
pub use live::Watch;
pub use raw::{Raw, RawAnswer};
use reqwest::Method;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::{Value, json};
use uuid::Uuid;

/// Where the hub answers: shared by all its users, because a hub that is started again answers elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Address(Arc<RwLock<String>>);

impl Address {
    /// The address, such as `http://127.0.0.1:7070`.
    #[must_use]
    pub fn get(&self) -> String {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The hub answers here from now on.
    pub fn moved(&self, to: &str) {
        to.clone_into(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

/// One request, before it is sent: it may be sent again under the same id.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path with its query.
    pub path: String,
    /// The id of a write.
    pub id: Option<String>,
    /// The body as bytes, with its type.
    pub body: Option<(String, Vec<u8>)>,
    /// More headers.
    pub headers: Vec<(String, String)>,
}

impl Call {
    /// A reading.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), id: None, body: None, headers: Vec::new() }
    }

    /// A write under an id made now.
    #[must_use]
    pub fn write(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let body = Some(("application/json".to_owned(), body.to_string().into_bytes()));
        Self { method, path: path.into(), id: Some(new_id()), body, headers: Vec::new() }
    }

    /// A `POST` under an id made now.
    #[must_use]
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::write(Method::POST, path, body)
    }

    /// The same call under this id.
    #[must_use]
    pub fn under(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same call with another header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same call with a body of bytes that need not be JSON.
    #[must_use]
    pub fn saying(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some((kind.to_owned(), body.into()));
        self
    }
}

/// The id of a write: a UUID of version 7.
#[must_use]
pub fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// A sum of money on the wire.
#[must_use]
pub fn money(amount: &str, currency: &str) -> Value {
    json!({ "amount": amount, "currency": currency })
}

/// A sum in tenge.
#[must_use]
pub fn tenge(amount: &str) -> Value {
    money(amount, "KZT")
}

/// A user of the API. Clones share the sign-in: they are the same device.
#[derive(Debug, Clone)]
pub struct Api {
    http: reqwest::Client,
    address: Address,
    cookie: Arc<Mutex<Option<String>>>,
}

impl Api {
    /// A device on which nobody is signed in.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    #[must_use]
    pub fn new(address: Address) -> Self {
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        Self { http, address, cookie: Arc::default() }
    }

    /// Another device that reaches the same hub.
    #[must_use]
    pub fn another_device(&self) -> Self {
        Self { http: self.http.clone(), address: self.address.clone(), cookie: Arc::default() }
    }

    /// The hub's address.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The cookie that names the session.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a cookie into use, or forgets it.
    pub fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = cookie;
    }

    /// Keeps `name=value` beside the cookies of other names; an empty value takes it away.
    fn take_cookie(&self, pair: &str) {
        let name = pair.split('=').next().unwrap_or_default();
        let mut kept = self.cookie.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.take().unwrap_or_default();
        let others = before.split("; ").filter(|other| !other.is_empty() && other.split('=').next() != Some(name));
        let all: Vec<&str> = others.chain((!pair.ends_with('=')).then_some(pair)).collect();
        *kept = (!all.is_empty()).then(|| all.join("; "));
    }

    /// Sends a call once; a cookie in the answer is kept.
    ///
    /// # Errors
    /// When no whole answer came: nobody knows then whether the hub did it.
    pub async fn try_send(&self, call: &Call) -> Result<Answer, reqwest::Error> {
        let mut request = self.http.request(call.method.clone(), format!("{}{}", self.address.get(), call.path));
        request = request.header(ACCEPT_LANGUAGE, "en");
        if let Some(cookie) = self.cookie() {
            request = request.header(COOKIE, cookie);
        }
        if let Some(id) = &call.id {
            request = request.header("Idempotency-Key", id);
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if let Some((kind, body)) = &call.body {
            request = request.header(CONTENT_TYPE, kind).body(body.clone());
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        if let Some(set) = response.headers().get(SET_COOKIE).and_then(|v| v.to_str().ok()) {
            self.take_cookie(set.split(';').next().unwrap_or_default());
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let bytes = response.bytes().await?.to_vec();
        Ok(Answer { asked: format!("{} {}", call.method, call.path), status, kind, bytes })
    }

    /// Sends a call to a hub that runs.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn send(&self, call: Call) -> Answer {
        self.try_send(&call).await.unwrap_or_else(|error| panic!("{} {}: {error:?}", call.method, call.path))
    }

    /// Reads.
    pub async fn get(&self, path: impl Into<String>) -> Answer {
        self.send(Call::get(path)).await
    }

    /// Writes under a new id.
    pub async fn post(&self, path: impl Into<String>, body: Value) -> Answer {
        self.send(Call::post(path, &body)).await
    }

    /// Writes under a new id.
    pub async fn put(&self, path: impl Into<String>, body: Value) -> Answer {
        self.send(Call::write(Method::PUT, path, &body)).await
    }

    /// Writes under a new id.
    pub async fn delete(&self, path: impl Into<String>) -> Answer {
        self.send(Call::write(Method::DELETE, path, &json!({}))).await
    }

    /// Signs in with phone and password.
    pub async fn sign_in(&self, phone: &str, password: &str) -> Answer {
        self.post("/api/session", json!({ "phone": phone, "password": password })).await
    }

    /// Every row of a paged list.
    ///
    /// # Panics
    /// When a page is refused.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = match &cursor {
                Some(cursor) => self.get(format!("{path}{joint}limit=500&cursor={cursor}")).await.done(),
                None => self.get(format!("{path}{joint}limit=500")).await.done(),
            };
            rows.extend(page["items"].as_array().cloned().unwrap_or_default());
            match page["next"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => return rows,
            }
        }
    }
}

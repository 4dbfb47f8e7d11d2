//! Who may: the person behind a request, and what a route asks of him.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{Extensions, HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use duken_kernel::Refusal;

use super::door::{OverTls, Seat};
use super::{BUSY, DENIED, Problem, SESSION_LOCKED, SESSION_MISSING, WRONG_ORIGIN};
use crate::hub::App;
use crate::staff::Scope;

/// The session's cookie.
pub const SESSION_COOKIE: &str = "duken_session";

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone who reaches the hub.
    Public,
    /// A device where somebody signed in, even when its screen is locked.
    Device,
    /// A person who is signed in.
    SignedIn,
    /// A person with this permission.
    Needs(&'static str),
    /// A person with one of these permissions.
    NeedsAny(&'static [&'static str]),
    /// A person with all of these permissions.
    NeedsAll(&'static [&'static str]),
}

/// The person behind a request.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    /// The number of his card; none for the public and for the hub itself.
    pub user: Option<i64>,
    /// The session, by its local number.
    pub session: Option<i64>,
    /// The till this device works as.
    pub till: Option<i64>,
    /// What he may.
    pub permissions: Arc<BTreeMap<String, Scope>>,
    /// The largest discount he may give, in hundredths of a percent.
    pub discount_limit: i64,
    /// Whether the screen is locked.
    pub locked: bool,
}

impl Actor {
    /// Whether he holds a permission.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.contains_key(permission)
    }

    /// How far a permission reaches.
    #[must_use]
    pub fn scope(&self, permission: &str) -> Option<Scope> {
        self.permissions.get(permission).copied()
    }

    /// Whose documents he sees under a permission: his own number when it reaches no further.
    #[must_use]
    pub fn only_own(&self, permission: &str) -> Option<i64> {
        if self.scope(permission) == Some(Scope::Own) { self.user } else { None }
    }

    /// Asks for a permission.
    ///
    /// # Errors
    /// `access.denied`, naming the permission.
    pub fn need(&self, permission: &str) -> Result<(), Refusal> {
        if self.may(permission) { Ok(()) } else { Err(DENIED.refuse().with("permission", permission)) }
    }
}

impl Access {
    /// Whether this caller may use the route.
    ///
    /// # Errors
    /// `session.missing`, then `session.locked`, then `access.denied`.
    pub fn admit(self, actor: &Actor) -> Result<(), Refusal> {
        if self == Self::Public {
            return Ok(());
        }
        if actor.user.is_none() {
            return Err(SESSION_MISSING.refuse());
        }
        if actor.locked && self != Self::Device {
            return Err(SESSION_LOCKED.refuse());
        }
        match self {
            Self::Public | Self::Device | Self::SignedIn => Ok(()),
            Self::Needs(permission) => actor.need(permission),
            Self::NeedsAny(permissions) if permissions.iter().any(|p| actor.may(p)) => Ok(()),
            Self::NeedsAny(permissions) => Err(DENIED.refuse().with("permission", permissions.first().copied().unwrap_or(""))),
            Self::NeedsAll(permissions) => permissions.iter().try_for_each(|permission| actor.need(permission)),
        }
    }
}

/// Middleware of one route: finds the person, admits or refuses him.
pub async fn guard(State((app, access)): State<(App, Access)>, mut request: Request, next: Next) -> Response {
    if let Err(refusal) = same_origin(request.method(), request.headers(), &app.config.names) {
        return Problem(refusal).into_response();
    }
    let seat = request.extensions().get::<Arc<Seat>>();
    if request.headers().contains_key(header::UPGRADE) && seat.is_some_and(|seat| !seat.may_link()) {
        return Problem(BUSY.refuse()).into_response();
    }
    let actor = match app.sessions.actor(&app, request.headers()) {
        Ok(actor) => actor,
        Err(_) if access == Access::Public => Actor::default(),
        Err(problem) => return problem.into_response(),
    };
    if let Err(refusal) = access.admit(&actor) {
        if refusal.code == DENIED {
            let Peer(address) = Peer::of(request.extensions());
            crate::staff::refused(&app, &actor, address, request.uri().path(), &refusal);
        }
        return Problem(refusal).into_response();
    }
    request.extensions_mut().insert(actor);
    next.run(request).await
}

/// A write from a page must come from this hub's own pages; programs that send no `Origin` are no browsers. A page can be
/// of the same origin under a name that its owner points at this machine, so the name must be one of this hub's, too.
///
/// # Errors
/// `request.wrong_origin`.
pub fn same_origin(method: &Method, headers: &HeaderMap, names: &[String]) -> Result<(), Refusal> {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && !headers.contains_key(header::UPGRADE);
    let text = |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok());
    match text(header::ORIGIN) {
        Some(origin) if !reads => {
            let host = text(header::HOST).unwrap_or("");
            let own = origin.split_once("://").is_some_and(|(_, authority)| authority == host) && is_own_name(host, names);
            if own { Ok(()) } else { Err(WRONG_ORIGIN.refuse()) }
        }
        _ => Ok(()),
    }
}

/// Whether a hub can be known by this name: an address, a name of the local network (which nobody can buy), or one that
/// its configuration gives it.
fn is_own_name(host: &str, names: &[String]) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase();
    let local = !name.contains('.') || [".local", ".localhost"].iter().any(|end| name.ends_with(end));
    local || name.parse::<IpAddr>().is_ok() || names.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

impl<S: Send + Sync> FromRequestParts<S> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Problem(SESSION_MISSING.refuse()))
    }
}

/// The address a request came from; this machine when the server does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    fn of(extensions: &Extensions) -> Self {
        Self(extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |told| told.0.ip()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}

/// Whether a request came over TLS: its cookie is then for TLS only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secured(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for Secured {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<OverTls>().is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_the_hubs_own_under_the_hubs_own_names_only() {
        let names = ["kassa.example.kz".to_owned()];
        let cases: &[(&str, &str, bool)] = &[
            ("http://127.0.0.1:7070", "127.0.0.1:7070", true),
            ("https://192.168.1.5", "192.168.1.5", true),
            ("https://[fd00::5]:8443", "[fd00::5]:8443", true),
            ("https://hub.duken.local:8443", "hub.duken.local:8443", true),
            ("http://localhost:7070", "localhost:7070", true),
            ("https://kassa", "kassa", true),
            ("https://Kassa.Example.kz", "Kassa.Example.kz", true),
            ("https://rebound.example.com:7070", "rebound.example.com:7070", false),
            ("https://evil.kz", "127.0.0.1:7070", false),
            ("http://127.0.0.1:7071", "127.0.0.1:7070", false),
            ("null", "127.0.0.1:7070", false),
        ];
        for &(origin, host, own) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            headers.insert(header::HOST, host.parse().unwrap());
            assert_eq!(same_origin(&Method::POST, &headers, &names).is_ok(), own, "{origin} at {host}");
            assert!(same_origin(&Method::GET, &headers, &names).is_ok(), "a reading changes nothing");
            headers.insert(header::UPGRADE, "websocket".parse().unwrap());
            assert_eq!(same_origin(&Method::GET, &headers, &names).is_ok(), own, "a link from {origin} at {host}");
        }
    }
}

//! Accepting connections and serving each of them.

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

use super::body::{Answered, Within};
use super::seats::{Seat, Seats};
use super::watched::Watched;

/// How long requests under way may take once the hub is told to stop.
const STOP_PATIENCE: Duration = Duration::from_secs(3);
/// The largest head of a request.
const HEAD_BYTES_MAX: usize = 64 << 10;
/// The most headers of a request.
const HEADERS_MAX: usize = 100;
/// Requests under way at a time on one HTTP/2 connection.
const STREAMS_MAX: u32 = 64;
/// How often a silent HTTP/2 connection is pinged, and how long it may take to answer.
const PING: Duration = Duration::from_secs(20);
/// A machine without a free file for a moment.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The configuration of TLS, which may be exchanged for another while the hub serves.
#[derive(Clone)]
pub struct Tls(Arc<RwLock<Arc<ServerConfig>>>);

impl Tls {
    /// Begins with this configuration.
    #[must_use]
    pub fn new(config: Arc<ServerConfig>) -> Self {
        Self(Arc::new(RwLock::new(config)))
    }

    /// Connections from now on use this one.
    pub fn exchange(&self, config: Arc<ServerConfig>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = config;
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

/// What a listener's connections go through.
#[derive(Clone)]
pub struct Door {
    /// The seats, which all listeners share.
    pub seats: Arc<Seats>,
    /// TLS; without it, plain HTTP.
    pub tls: Option<Tls>,
}

impl Door {
    /// Plain HTTP.
    #[must_use]
    pub fn plain(seats: &Arc<Seats>) -> Self {
        Self { seats: seats.clone(), tls: None }
    }
}

/// Serves until told to stop; then requests under way have a moment to get their answers, and a client that only
/// listens does not hold the hub up.
///
/// # Errors
/// None today: a socket that cannot be accepted is tried again.
pub async fn serve(listener: TcpListener, router: Router, door: Door, mut stop: watch::Receiver<bool>) -> std::io::Result<()> {
    let (under_way, mut all_over) = mpsc::channel::<std::convert::Infallible>(1);
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, address)) => {
                let connected = connection(socket, address, router.clone(), door.clone(), stop.clone());
                let under_way = under_way.clone();
                tokio::spawn(async move {
                    connected.await;
                    drop(under_way);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop((listener, under_way));
    let _all_answered_or_late = tokio::time::timeout(STOP_PATIENCE, all_over.recv()).await;
    Ok(())
}

async fn connection(socket: TcpStream, address: SocketAddr, router: Router, door: Door, stop: watch::Receiver<bool>) {
    let Some(held) = door.seats.take(address.ip()) else {
        tracing::warn!(%address, "every seat is taken by a request under way: a connection is turned away");
        return;
    };
    // Answers are small and wanted at once.
    let _slower_without = socket.set_nodelay(true);
    let mut watched = Watched::new(socket, held);
    let seat = watched.seat().clone();
    let limits = *door.seats.limits();
    let Some(tls) = door.tls else {
        watched.expects_heads();
        return one(watched, seat, address, router, Speaks::Http1, limits, stop).await;
    };
    let shaking = tls.acceptor().accept(watched);
    let shaken = tokio::select! {
        biased;
        shaken = tokio::time::timeout(limits.handshake(), shaking) => shaken,
        why = seat.has_to_go(&limits) => return tracing::debug!(%address, why, "a connection is closed"),
    };
    match shaken {
        Ok(Ok(mut stream)) => {
            let speaks = if stream.get_ref().1.alpn_protocol() == Some(b"h2") { Speaks::Http2 } else { Speaks::Http1 };
            if speaks == Speaks::Http1 {
                stream.get_mut().0.expects_heads();
            }
            let router = router.layer(axum::Extension(OverTls));
            one(stream, seat, address, router, speaks, limits, stop).await;
        }
        Ok(Err(error)) => tracing::debug!(%address, %error, "no TLS"),
        Err(_) => tracing::debug!(%address, "a TLS handshake took too long"),
    }
}

/// The request came over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverTls;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Http1,
    Http2,
}

/// Serves one connection to its end.
async fn one(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    seat: Arc<Seat>,
    address: SocketAddr,
    router: Router,
    speaks: Speaks,
    limits: super::Limits,
    mut stop: watch::Receiver<bool>,
) {
    let routed = TowerToHyperService::new(router);
    let sitting = seat.clone();
    let service = service_fn(move |request: Request<Incoming>| answer(routed.clone(), sitting.clone(), address, limits, request));
    let io = TokioIo::new(stream);
    let stopped = async move {
        let _sender_gone = stop.wait_for(|stop| *stop).await;
    };
    tokio::pin!(stopped);
    let why = match speaks {
        Speaks::Http1 => {
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(HEAD_BYTES_MAX).max_headers(HEADERS_MAX);
            let serving = builder.serve_connection(io, service).with_upgrades();
            tokio::pin!(serving);
            tokio::select! {
                biased;
                _ended = serving.as_mut() => return,
                why = seat.has_to_go(&limits) => why,
                () = &mut stopped => {
                    serving.as_mut().graceful_shutdown();
                    let _ended = serving.await;
                    return;
                }
            }
        }
        Speaks::Http2 => {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder.timer(TokioTimer::new()).keep_alive_interval(PING).keep_alive_timeout(PING).max_concurrent_streams(STREAMS_MAX);
            builder.max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX));
            let serving = builder.serve_connection(io, service);
            tokio::pin!(serving);
            tokio::select! {
                biased;
                _ended = serving.as_mut() => return,
                why = seat.has_to_go(&limits) => why,
                () = &mut stopped => {
                    serving.as_mut().graceful_shutdown();
                    let _ended = serving.await;
                    return;
                }
            }
        }
    };
    tracing::debug!(%address, why, "a connection is closed");
}

async fn answer(
    routed: TowerToHyperService<Router>,
    seat: Arc<Seat>,
    address: SocketAddr,
    limits: super::Limits,
    request: Request<Incoming>,
) -> Result<Response<Body>, std::convert::Infallible> {
    let turn = seat.begins();
    let (parts, body) = request.into_parts();
    let (body, reading) = Within::new(body, limits, seat.clone());
    let mut request = Request::from_parts(parts, Body::new(body));
    let extensions = request.extensions_mut();
    extensions.insert(ConnectInfo(address));
    extensions.insert(seat.clone());
    extensions.insert(reading);
    let response = routed.call(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        seat.linked();
    }
    Ok(response.map(|body| Body::new(Answered::new(body, turn))))
}

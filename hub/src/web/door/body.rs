//! Bodies: one that comes too slowly is not waited for; whether one was read to its end is known.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

use super::Limits;
use super::seats::{Seat, Turn};

/// How the reading of a request's body went; an extension of the request.
#[derive(Debug, Clone, Default)]
pub struct Reading(Arc<Went>);

#[derive(Debug, Default)]
struct Went {
    slow: AtomicBool,
    whole: AtomicBool,
}

impl Reading {
    /// Whether it came too slowly.
    #[must_use]
    pub fn was_slow(&self) -> bool {
        self.0.slow.load(Ordering::Relaxed)
    }

    /// Whether it was read to its end.
    #[must_use]
    pub fn was_whole(&self) -> bool {
        self.0.whole.load(Ordering::Relaxed)
    }
}

/// It came too slowly.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
struct TooSlow;

/// A request's body within its time.
pub(super) struct Within {
    body: Incoming,
    limits: Limits,
    seat: Arc<Seat>,
    reading: Reading,
    received: u64,
    /// Since when it is read, and when somebody looks whether it comes.
    began: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Within {
    pub fn new(body: Incoming, limits: Limits, seat: Arc<Seat>) -> (Self, Reading) {
        let reading = Reading::default();
        reading.0.whole.store(http_body::Body::is_end_stream(&body), Ordering::Relaxed);
        (Self { body, limits, seat, reading: reading.clone(), received: 0, began: None }, reading)
    }

    /// Ready when its time is over.
    fn is_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let has = self.limits.body(self.received);
        let (began, sleep) = self.began.get_or_insert_with(|| {
            let now = Instant::now();
            (now, Box::pin(tokio::time::sleep_until(now + has)))
        });
        let ends = *began + has;
        if sleep.deadline() != ends {
            sleep.as_mut().reset(ends);
        }
        sleep.as_mut().poll(cx)
    }
}

impl http_body::Body for Within {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Pending => {
                self.seat.waits_for_body(true);
                self.is_late(cx).map(|()| {
                    self.reading.0.slow.store(true, Ordering::Relaxed);
                    Some(Err(TooSlow.into()))
                })
            }
            Poll::Ready(frame) => {
                self.seat.waits_for_body(false);
                let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len)).unwrap_or(0);
                self.received += bytes as u64;
                if frame.is_none() || self.body.is_end_stream() {
                    self.reading.0.whole.store(true, Ordering::Relaxed);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        self.seat.waits_for_body(false);
    }
}

/// An answer's body; its request is over when it is.
pub(super) struct Answered {
    body: Body,
    _turn: Turn,
}

impl Answered {
    pub fn new(body: Body, turn: Turn) -> Self {
        Self { body, _turn: turn }
    }
}

impl http_body::Body for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

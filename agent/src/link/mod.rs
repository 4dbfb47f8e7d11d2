//! The link from an agent to its hub: dialed, kept, and dialed again for ever.

mod address;
mod backoff;
mod dial;
mod pair;
mod session;

pub use address::{AddressError, HUB_PORT, HubAddress};
pub use backoff::{Backoff, PAUSE_MAX};
pub use dial::DialError;
pub use pair::{PairError, pair};
pub use session::{Identity, LinkError};

use duken_protocol::device::{DeviceDescription, FoundDevice};
use tokio::sync::{mpsc, watch};

use crate::devices::{Event, Runtime};
use session::Home;

/// How the link is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// Being dialed.
    Dialing,
    /// The hub has taken this agent in.
    Up {
        /// Id of the hub.
        hub_id: String,
    },
    /// Not up; dialed again after a pause.
    Down {
        /// Why, as a sentence.
        detail: String,
    },
}

/// The agent's side of the link.
pub struct Link {
    identity: Identity,
    home: Home,
    state: watch::Sender<LinkState>,
    chance: fn() -> u8,
    elsewhere: Option<watch::Receiver<Option<HubAddress>>>,
}

impl Link {
    /// A link for a runtime with its events. `own` are devices of this machine's own settings, driven beside the hub's;
    /// `found` lists what is plugged in; `clock_ms` is the wall clock; `chance` spreads the pauses.
    pub fn new(
        identity: Identity,
        runtime: Runtime,
        events: mpsc::Receiver<Event>,
        own: Vec<DeviceDescription>,
        found: impl Fn() -> Vec<FoundDevice> + Send + Sync + 'static,
        clock_ms: fn() -> i64,
        chance: fn() -> u8,
    ) -> Self {
        runtime.set_devices(&own);
        let home = Home { runtime, events, own, outcomes: mpsc::unbounded_channel(), found: Box::new(found), clock_ms };
        Self { identity, home, state: watch::Sender::new(LinkState::Dialing), chance, elsewhere: None }
    }

    /// Where else the hub was seen: every second try goes there. The pinned certificate decides whether it is the hub.
    #[must_use]
    pub fn with_elsewhere(mut self, elsewhere: watch::Receiver<Option<HubAddress>>) -> Self {
        self.elsewhere = Some(elsewhere);
        self
    }

    /// How the link is doing, now and from now on.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<LinkState> {
        self.state.subscribe()
    }

    /// Dials, serves, and dials again, for ever. Drop it to end.
    pub async fn run(mut self) {
        let mut backoff = Backoff::default();
        let mut tries = 0_u64;
        loop {
            self.state.send_replace(LinkState::Dialing);
            let seen = self.elsewhere.as_ref().and_then(|seen| seen.borrow().clone()).filter(|_| tries % 2 == 1);
            let identity = Identity { address: seen.unwrap_or_else(|| self.identity.address.clone()), ..self.identity.clone() };
            tries += 1;
            let error = match session::open(&identity, &mut self.home).await {
                Ok(socket) => {
                    let state = &self.state;
                    session::serve(socket, &mut self.home, |hub_id| {
                        backoff.reset();
                        tracing::info!(hub_id, "the hub has taken this agent in");
                        state.send_replace(LinkState::Up { hub_id: hub_id.to_owned() });
                    })
                    .await
                }
                Err(error) => error,
            };
            tracing::warn!(%error, "no link to the hub");
            self.state.send_replace(LinkState::Down { detail: error.to_string() });
            tokio::time::sleep(backoff.pause((self.chance)())).await;
            self.home.forget_news();
        }
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Link").field("identity", &self.identity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

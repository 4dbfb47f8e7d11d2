//! The link from an agent to its hub: dialed, kept, and dialed again for ever.

mod address;
mod backoff;
mod dial;
mod invitation;
mod pair;
mod session;

pub use address::{AddressError, HUB_PORT, HubAddress};
pub use backoff::{Backoff, PAUSE_MAX};
pub use dial::DialError;
pub use invitation::{Invitation, InvitationError};
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
        /// Where it was reached.
        address: HubAddress,
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
    elsewhere: watch::Receiver<Vec<HubAddress>>,
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
        Self { identity, home, state: watch::Sender::new(LinkState::Dialing), chance, elsewhere: watch::channel(Vec::new()).1 }
    }

    /// Where else the hub was seen: every second try goes there, one address after the other, and a new sighting is tried
    /// at once. The pinned certificate decides whether it is the hub.
    #[must_use]
    pub fn with_elsewhere(mut self, elsewhere: watch::Receiver<Vec<HubAddress>>) -> Self {
        self.elsewhere = elsewhere;
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
        let mut tries = 0_usize;
        loop {
            self.state.send_replace(LinkState::Dialing);
            let address = self.next_address(tries);
            tries += 1;
            let identity = Identity { address: address.clone(), ..self.identity.clone() };
            let mut reached = false;
            let error = match session::open(&identity, &mut self.home).await {
                Ok(socket) => {
                    let state = &self.state;
                    session::serve(socket, &mut self.home, |hub_id| {
                        reached = true;
                        backoff.reset();
                        tracing::info!(hub_id, %address, "the hub has taken this agent in");
                        state.send_replace(LinkState::Up { hub_id: hub_id.to_owned(), address: address.clone() });
                    })
                    .await
                }
                Err(error) => error,
            };
            if reached {
                (self.identity.address, tries) = (address.clone(), 0);
            }
            tracing::warn!(%error, %address, "no link to the hub");
            self.state.send_replace(LinkState::Down { detail: error.to_string() });
            let pause = backoff.pause((self.chance)());
            if self.seen_elsewhere_within(pause).await {
                tries = 1;
            }
            self.home.forget_news();
        }
    }

    fn next_address(&self, tries: usize) -> HubAddress {
        let seen = self.elsewhere.borrow();
        let known = &self.identity.address;
        if tries % 2 == 1 && !seen.is_empty() { seen[tries / 2 % seen.len()].clone() } else { known.clone() }
    }

    /// Waits; ends early when the hub is seen at a new address.
    async fn seen_elsewhere_within(&mut self, pause: std::time::Duration) -> bool {
        let elsewhere = &mut self.elsewhere;
        let seen = async {
            if elsewhere.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::time::timeout(pause, seen).await.is_ok() && !self.elsewhere.borrow().is_empty()
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Link").field("identity", &self.identity).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

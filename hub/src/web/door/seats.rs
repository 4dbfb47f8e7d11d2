//! Who is connected, and what he is doing: the count, the limits, and who gives his seat up.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use tokio::sync::Notify;

use super::Limits;

/// Every connection of every listener.
pub struct Seats {
    limits: Limits,
    most: usize,
    upgraded: AtomicUsize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    seats: HashMap<u64, Arc<Seat>>,
    by_address: HashMap<IpAddr, usize>,
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// Nothing of a request has come.
    Waiting { since: Instant, served: bool },
    /// The head of a request is coming in.
    Asking { since: Instant, served: bool },
    /// So many requests are being answered.
    Answering(usize),
    /// It is a WebSocket now.
    Linked,
}

/// One connection.
pub struct Seat {
    id: u64,
    address: IpAddr,
    doing: Mutex<Doing>,
    /// Since when the client takes nothing of its answer.
    blocked: Mutex<Option<Instant>>,
    /// Since when the rest of a body is waited for.
    reading: Mutex<Option<Instant>>,
    /// It has to go, because others need the seat.
    asked_to_leave: Notify,
    seats: Weak<Seats>,
}

/// A seat that is given back when this is dropped.
pub struct Held(Arc<Seat>);

/// A request that is being answered; over when this is dropped.
pub struct Turn(Arc<Seat>);

impl Seats {
    /// Seats within these limits, at most so many in all.
    #[must_use]
    pub fn new(limits: Limits, most: usize) -> Arc<Self> {
        Arc::new(Self { limits, most, upgraded: AtomicUsize::new(0), taken: Mutex::default() })
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many are taken.
    #[must_use]
    pub fn count(&self) -> usize {
        self.taken().seats.len()
    }

    /// A seat for a connection from an address. When there is none, the one that waits longest goes; nothing when all
    /// are busy.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Held> {
        let mut taken = self.taken();
        let from_there = taken.by_address.get(&address).copied().unwrap_or(0);
        let mut leaver = None;
        if !address.is_loopback() && from_there >= self.limits.connections_per_address {
            leaver = Some(taken.idlest(Some(address))?);
        } else if taken.seats.len() >= self.most {
            leaver = Some(taken.idlest(None)?);
        }
        if let Some(leaver) = leaver {
            taken.remove(&leaver);
            leaver.asked_to_leave.notify_one();
        }
        taken.next += 1;
        let seat = Arc::new(Seat {
            id: taken.next,
            address,
            doing: Mutex::new(Doing::Waiting { since: Instant::now(), served: false }),
            blocked: Mutex::new(None),
            reading: Mutex::new(None),
            asked_to_leave: Notify::new(),
            seats: Arc::downgrade(self),
        });
        taken.seats.insert(seat.id, seat.clone());
        *taken.by_address.entry(address).or_default() += 1;
        Some(Held(seat))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// Who is waited for longest: first among those that never asked anything, last among those that are sending a body.
    fn idlest(&self, address: Option<IpAddr>) -> Option<Arc<Seat>> {
        let there = self.seats.values().filter(|seat| address.is_none_or(|address| seat.address == address));
        let waiting = there.filter_map(|seat| match *lock(&seat.doing) {
            Doing::Waiting { since, served } | Doing::Asking { since, served } => Some(((u8::from(served), since, seat.id), seat)),
            Doing::Answering(_) => lock(&seat.reading).map(|since| ((2, since, seat.id), seat)),
            Doing::Linked => None,
        });
        waiting.min_by_key(|(order, _)| *order).map(|(_, seat)| seat.clone())
    }

    fn remove(&mut self, seat: &Seat) {
        if self.seats.remove(&seat.id).is_none() {
            return;
        }
        if let Some(count) = self.by_address.get_mut(&seat.address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&seat.address);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seat {
    /// Bytes came in.
    pub(super) fn heard(&self) {
        let mut doing = lock(&self.doing);
        if let Doing::Waiting { served, .. } = *doing {
            *doing = Doing::Asking { since: Instant::now(), served };
        }
    }

    /// The client takes its answer, or does not.
    pub(super) fn takes(&self, takes: bool) {
        let mut blocked = lock(&self.blocked);
        *blocked = if takes { None } else { Some(blocked.unwrap_or_else(Instant::now)) };
    }

    /// The rest of a body is waited for, or is there.
    pub(super) fn waits_for_body(&self, waits: bool) {
        let mut reading = lock(&self.reading);
        *reading = if waits { Some(reading.unwrap_or_else(Instant::now)) } else { None };
    }

    /// A request is there.
    pub(super) fn begins(self: &Arc<Self>) -> Turn {
        let mut doing = lock(&self.doing);
        *doing = match *doing {
            Doing::Answering(turns) => Doing::Answering(turns + 1),
            Doing::Waiting { .. } | Doing::Asking { .. } => Doing::Answering(1),
            Doing::Linked => Doing::Linked,
        };
        Turn(self.clone())
    }

    /// It becomes a WebSocket.
    pub(super) fn linked(&self) {
        let before = std::mem::replace(&mut *lock(&self.doing), Doing::Linked);
        if before != Doing::Linked
            && let Some(seats) = self.seats.upgrade()
        {
            seats.upgraded.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether there is room for one more WebSocket: half of the seats are theirs.
    #[must_use]
    pub fn may_link(&self) -> bool {
        self.seats.upgrade().is_none_or(|seats| seats.upgraded.load(Ordering::Relaxed) < seats.most / 2)
    }

    /// Why its time is over, if it is.
    fn overdue(&self, limits: &Limits) -> Option<&'static str> {
        let doing = *lock(&self.doing);
        let late = match doing {
            Doing::Waiting { since, served: false } => (since.elapsed() >= limits.head()).then_some("it never asked anything"),
            Doing::Waiting { since, served: true } => (since.elapsed() >= limits.idle()).then_some("it was idle"),
            Doing::Asking { since, .. } => (since.elapsed() >= limits.head()).then_some("its request took too long"),
            Doing::Answering(_) | Doing::Linked => None,
        };
        let blocked = *lock(&self.blocked);
        late.or_else(|| blocked.filter(|since| since.elapsed() >= limits.stalled()).map(|_| "it takes nothing of its answer"))
    }

    /// Waits until the connection has to go; why.
    pub(super) async fn has_to_go(&self, limits: &Limits) -> &'static str {
        let mut look = tokio::time::interval(limits.look_every());
        loop {
            tokio::select! {
                biased;
                () = self.asked_to_leave.notified() => return "others need its seat",
                _ = look.tick() => {
                    if let Some(why) = self.overdue(limits) {
                        return why;
                    }
                }
            }
        }
    }
}

impl Held {
    pub(super) fn seat(&self) -> &Arc<Seat> {
        &self.0
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(seats) = self.0.seats.upgrade() else { return };
        if *lock(&self.0.doing) == Doing::Linked {
            seats.upgraded.fetch_sub(1, Ordering::Relaxed);
        }
        seats.taken().remove(&self.0);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut doing = lock(&self.0.doing);
        *doing = match *doing {
            Doing::Answering(turns) if turns > 1 => Doing::Answering(turns - 1),
            Doing::Linked => Doing::Linked,
            _ => Doing::Waiting { since: Instant::now(), served: true },
        };
    }
}

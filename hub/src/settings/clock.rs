//! The clock [architecture, Time]: a jump of more than five minutes, back against the last entry, or either way against the
//! head office, an agent, or how long the program has been running, makes it suspect. Sales then wait until a manager has
//! looked at the date and said that it is right.

use std::collections::BTreeMap;
use std::time::Duration;

use duken_kernel::journal::Draft;
use duken_kernel::writer::{meta, set_meta};
use duken_kernel::{Fault, Read, Reject, Tx};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::CLOCK_SUSPECT;
use crate::hub::App;

/// A named person confirmed the hub's date.
pub const CORRECTED: &str = "clock.corrected";

/// Clocks that are nearer than this are taken for one.
const MOST_APART_MS: i64 = 5 * 60_000;
/// How long a confirmed clock may stay behind the last entry.
const CONFIRMED_MS: i64 = 24 * 3_600_000;
/// How often the clock is held against how long the program has been running.
const LOOKED_AT_EVERY: Duration = Duration::from_secs(20);
/// What the running program itself is called among those who see the clock.
const MACHINE: &str = "machine";

/// By how much the hub's clock is ahead, by who says so: milliseconds.
pub type Apart = BTreeMap<String, i64>;

/// Who says now that the clock is wrong.
const SUSPECT: &str = "clock.suspect";
/// What a person has said to be right all the same.
const ACCEPTED: &str = "clock.accepted";
const CONFIRMED: &str = "clock.confirmed_ms";

/// The body of `clock.corrected`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Corrected {
    /// What the clock showed, milliseconds since 1970 UTC.
    pub at: i64,
    /// Who said otherwise, and by how much.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub apart: Apart,
}

fn kept(read: &dyn Read, key: &str) -> Result<Apart, Fault> {
    Ok(meta(read, key)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
}

fn keep(tx: &Tx<'_>, key: &str, apart: &Apart) -> Result<(), Fault> {
    set_meta(tx.engine(), key, &serde_json::to_string(apart)?)
}

/// Who says that the clock is wrong, and by how much it is ahead of theirs.
///
/// # Errors
/// The engine's.
pub fn suspects(read: &dyn Read) -> Result<Apart, Fault> {
    kept(read, SUSPECT)
}

/// Who says so still, although a person has said that it is right.
///
/// # Errors
/// The engine's.
pub fn accepted(read: &dyn Read) -> Result<Apart, Fault> {
    kept(read, ACCEPTED)
}

/// Whether a person has lately said that the clock is right, although it is behind what was recorded.
fn is_confirmed(tx: &Tx<'_>) -> Result<bool, Fault> {
    let confirmed: i64 = meta(tx, CONFIRMED)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(confirmed > 0 && confirmed <= tx.now_ms && tx.now_ms - confirmed < CONFIRMED_MS)
}

/// Whether sales may go on by this clock. `recorded_ms` is the moment of the last document of their kind.
///
/// # Errors
/// `clock.suspect`.
pub fn holds(tx: &Tx<'_>, recorded_ms: i64) -> Result<(), Reject> {
    let behind = tx.now_ms + MOST_APART_MS < recorded_ms.max(tx.last_recorded_ms());
    if (behind && !is_confirmed(tx)?) || !suspects(tx)?.is_empty() {
        return CLOCK_SUSPECT.err();
    }
    Ok(())
}

/// Confirms the clock as it is now: sales go on.
pub fn confirm() -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    |tx| {
        let (at, apart) = (tx.now_ms, suspects(tx)?);
        let mut accepted = kept(tx, ACCEPTED)?;
        accepted.extend(apart.clone());
        keep(tx, ACCEPTED, &accepted)?;
        keep(tx, SUSPECT, &Apart::new())?;
        let seq = tx.record(Draft::new(CORRECTED, &Corrected { at, apart })?)?;
        set_meta(tx.engine(), CONFIRMED, &at.to_string())?;
        tx.notify("settings", serde_json::json!({ "clock": seq }));
        Ok(seq)
    }
}

/// What follows from somebody's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    Suspect,
    Cleared,
}

fn follows(source: &str, ahead_ms: i64, suspects: &Apart, accepted: &Apart) -> Follows {
    let near = |other: &i64| (other - ahead_ms).abs() <= MOST_APART_MS;
    match (ahead_ms.abs() > MOST_APART_MS, suspects.contains_key(source)) {
        (true, false) if !accepted.get(source).is_some_and(near) => Follows::Suspect,
        (false, true) => Follows::Cleared,
        _ => Follows::Nothing,
    }
}

/// Holds the hub's clock against another: that of the head office, of an agent, of the running program.
pub async fn compare(app: &App, source: &str, other_ms: i64) {
    let ahead_ms = app.clock.now_ms() - other_ms;
    let known = app.read_now(|read| Ok((suspects(read)?, kept(read, ACCEPTED)?)));
    let what = match known {
        Ok((suspects, accepted)) => follows(source, ahead_ms, &suspects, &accepted),
        Err(reject) => return tracing::error!(%reject, "what is known of the clock cannot be read"),
    };
    match what {
        Follows::Nothing => return,
        Follows::Suspect => tracing::warn!(source, ahead_ms, "the clock is suspect: sales wait until a manager confirms the date"),
        Follows::Cleared => tracing::info!(source, "the clock agrees again"),
    }
    let source = source.to_owned();
    let noted = app.run(app.own_caller(), move |tx| {
        let mut suspects = suspects(tx)?;
        if what == Follows::Suspect {
            suspects.insert(source, ahead_ms)
        } else {
            suspects.remove(&source)
        };
        keep(tx, SUSPECT, &suspects)?;
        tx.notify("settings", serde_json::json!({ "clock": suspects }));
        Ok(0)
    });
    if let Err(reject) = noted.await {
        tracing::error!(%reject, "that the clock is suspect could not be kept");
    }
}

/// The clock beside one that nobody sets.
struct Running {
    began_ms: i64,
    running_ms: i64,
    doubted: bool,
}

impl Running {
    fn new(app: &App) -> Self {
        Self { began_ms: app.clock.now_ms(), running_ms: app.clock.running_ms(), doubted: false }
    }

    async fn look(&mut self, app: &App) {
        let by_running_ms = self.began_ms + (app.clock.running_ms() - self.running_ms);
        let apart = (app.clock.now_ms() - by_running_ms).abs() > MOST_APART_MS;
        // A doubt from before a restart is not this program's to clear: it has no beginning to compare with.
        if apart || self.doubted {
            compare(app, MACHINE, by_running_ms).await;
        }
        self.doubted = apart;
    }
}

/// Holds the clock against how long the program has been running, until told to stop.
pub async fn watch(app: App, mut stop: watch::Receiver<bool>) {
    let mut running = Running::new(&app);
    let mut looking = tokio::time::interval(LOOKED_AT_EVERY);
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => return,
            _ = looking.tick() => {}
        }
        running.look(&app).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    use duken_kernel::context::{Clock, SystemChance};
    use duken_kernel::journal::Draft;

    use super::*;
    use crate::config::Config;
    use crate::hub::Hub;

    const NOON: i64 = 1_795_000_000_000;
    const HOUR: i64 = 3_600_000;

    /// A clock that people set, beside one that runs.
    #[derive(Default)]
    struct Hands {
        wall: AtomicI64,
        running: AtomicI64,
    }

    impl Clock for Hands {
        fn now_ms(&self) -> i64 {
            self.wall.load(Ordering::Relaxed)
        }

        fn running_ms(&self) -> i64 {
            self.running.load(Ordering::Relaxed)
        }
    }

    struct Shop {
        app: App,
        hands: Arc<Hands>,
        _folder: tempfile::TempDir,
    }

    impl Shop {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let hands = Arc::new(Hands::default());
            hands.wall.store(NOON, Ordering::Relaxed);
            let database = crate::test_database::on_a_server(folder.path());
            let config = Config { data: folder.path().to_owned(), database, ..Config::default() };
            let app = Hub::open_with(config, hands.clone(), Arc::new(SystemChance)).unwrap();
            Self { app, hands, _folder: folder }
        }

        fn set(&self, wall_ms: i64) {
            self.hands.wall.store(wall_ms, Ordering::Relaxed);
        }

        fn sells(&self) -> bool {
            let tried = self.app.run_and_wait(self.app.own_caller(), |tx| holds(tx, 0).map(|()| 0));
            !matches!(tried, Err(Reject::Refused(refusal)) if refusal.code == CLOCK_SUSPECT)
        }

        fn confirm(&self) {
            self.app.run_and_wait(self.app.own_caller(), confirm()).unwrap();
        }
    }

    #[tokio::test]
    async fn a_clock_behind_the_last_entry_of_any_kind_waits_for_a_person() {
        let shop = Shop::new();
        let anything = |tx: &mut Tx<'_>| Ok(tx.record(Draft::new(crate::settings::SAVED, &crate::settings::Settings::default())?)?);
        shop.app.run_and_wait(shop.app.own_caller(), anything).unwrap();
        shop.set(NOON - 4 * 60_000);
        assert!(shop.sells(), "four minutes are borne");
        shop.set(NOON - HOUR);
        // What is recorded meanwhile makes the wrong clock no better.
        shop.app.run_and_wait(shop.app.own_caller(), anything).unwrap();
        assert!(!shop.sells());
        shop.confirm();
        assert!(shop.sells());
        shop.app.stop();
    }

    #[tokio::test]
    async fn who_sees_another_time_makes_it_suspect_until_confirmed_or_mended() {
        let shop = Shop::new();
        for ahead in [HOUR, -HOUR] {
            compare(&shop.app, "office", NOON - 4 * 60_000).await;
            assert!(shop.sells());
            compare(&shop.app, "office", NOON - ahead).await;
            assert!(!shop.sells(), "{ahead}");
            // Set right by itself.
            compare(&shop.app, "office", NOON).await;
            assert!(shop.sells());
            compare(&shop.app, "agent:7", NOON - ahead).await;
            compare(&shop.app, "office", NOON).await;
            assert!(!shop.sells(), "the head office does not speak for the agent");
            shop.confirm();
            compare(&shop.app, "agent:7", NOON - ahead - 60_000).await;
            assert!(shop.sells(), "a person has looked: the agent is wrong, and may stay so");
        }
        let confirmed: i64 = shop.app.read_now(|read| Ok(duken_kernel::journal::tip(read, duken_kernel::journal::OWN)?.seq)).unwrap();
        assert_eq!(confirmed, 2, "each confirmation is an entry");
        // Both clocks are wrong alike: nobody can tell; an agent whose clock is right can.
        shop.set(NOON + 50 * HOUR);
        compare(&shop.app, "office", NOON + 50 * HOUR).await;
        assert!(shop.sells());
        compare(&shop.app, "agent:8", NOON + 2 * HOUR).await;
        assert!(!shop.sells());
        shop.app.stop();
    }

    #[tokio::test]
    async fn a_jump_of_the_running_machines_clock_is_seen() {
        let shop = Shop::new();
        let mut running = Running::new(&shop.app);
        for jump in [HOUR, -HOUR] {
            let wall = NOON + jump / 60;
            shop.set(wall);
            shop.hands.running.store(wall - NOON, Ordering::Relaxed);
            running.look(&shop.app).await;
            assert!(shop.sells(), "time passed, and the clock with it");
            shop.set(wall + jump);
            running.look(&shop.app).await;
            assert!(!shop.sells(), "an hour passed in no time");
            shop.set(wall);
            running.look(&shop.app).await;
            assert!(shop.sells(), "and was taken back");
        }
        shop.set(NOON + HOUR);
        running.look(&shop.app).await;
        shop.confirm();
        running.look(&shop.app).await;
        assert!(shop.sells(), "a person has looked");
        shop.app.stop();
    }
}

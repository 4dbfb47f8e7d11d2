//! Attempts at secrets (passwords, PINs, one-time codes): few are free, then one waits, longer each time; wrong ones are in
//! the trail.
//!
//! Every attempt is charged to several sources at once: what is tried (an account, a device's screen) and where it comes
//! from. It is counted before the secret is looked at, so that many at once are no way around the waiting. The counts lie
//! in a local table: a restart forgets none of them.

use std::net::IpAddr;

use duken_kernel::journal::Draft;
use duken_kernel::refusal::Code;
use duken_kernel::{Fault, Read, Refusal, Reject, Tx};

use super::project::{REFUSED, Refused};
use crate::hub::App;
use crate::web::Actor;

/// What an attempt is charged to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Source {
    key: String,
    /// Attempts before waiting begins.
    free: i64,
    /// Whether a success forgets all that was counted here, or only itself.
    forgiven: Forgiven,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forgiven {
    /// Who knows the secret is the one who mistyped it.
    All,
    /// Others come from there, too.
    Itself,
}

/// One attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    what: String,
    address: IpAddr,
    sources: Vec<Source>,
    /// The refusal of who has to wait; it takes `seconds`.
    throttled: Code,
}

/// Free attempts at one account or screen.
const FREE_AT_ONE: i64 = 5;
/// Free attempts of one address at everything of a kind.
const FREE_FROM_ADDRESS: i64 = 30;
/// Free attempts of one address at one-time codes, which nobody has to know by heart.
const FREE_AT_CODES: i64 = 10;
/// Free attempts of all addresses together at one-time codes.
const FREE_FROM_ALL: i64 = 200;
/// The first wait; each further failure doubles it.
const FIRST_WAIT_S: i64 = 2;
/// The longest wait.
const LONGEST_WAIT_S: i64 = 300;
/// Counts that nobody added to for so long are forgotten.
const FORGOTTEN_MS: i64 = 24 * 3_600_000;
/// The same refusal of the same source is noted once in this time.
const NOTED_EVERY_MS: i64 = 60_000;

impl Attempt {
    /// Somebody shows the password of an account; `what` for stands in the trail.
    #[must_use]
    pub fn at_account(what: &str, account: &str, address: IpAddr) -> Self {
        let sources = vec![
            Source { key: account.to_owned(), free: FREE_AT_ONE, forgiven: Forgiven::All },
            Source { key: format!("sign_in:{address}"), free: FREE_FROM_ADDRESS, forgiven: Forgiven::Itself },
        ];
        // A number that is nobody's may be a customer's, or a password typed into the wrong field.
        let shown = match account.strip_prefix("phone:") {
            Some(digits) => format!("phone:…{}", digits.get(digits.len().saturating_sub(2)..).unwrap_or("")),
            None => account.to_owned(),
        };
        Self { what: format!("{what} {shown}"), address, sources, throttled: super::THROTTLED }
    }

    /// Somebody types a person's PIN on a device.
    #[must_use]
    pub fn at_pin(session: i64, user: i64, address: IpAddr) -> Self {
        let source = |key| Source { key, free: FREE_AT_ONE, forgiven: Forgiven::All };
        let sources = vec![source(format!("pin:{session}")), source(format!("pin-of:{user}"))];
        Self { what: format!("pin user:{user}"), address, sources, throttled: super::THROTTLED }
    }

    /// Somebody shows a one-time code.
    #[must_use]
    pub fn at_code(kind: &'static str, address: IpAddr, throttled: Code) -> Self {
        let sources = vec![
            Source { key: format!("{kind}:{address}"), free: FREE_AT_CODES, forgiven: Forgiven::Itself },
            Source { key: kind.to_owned(), free: FREE_FROM_ALL, forgiven: Forgiven::Itself },
        ];
        Self { what: kind.to_owned(), address, sources, throttled }
    }

    /// Begins it: counted, unless it comes too early.
    ///
    /// # Errors
    /// `session.throttled`, or the attempt's own code, with the seconds to wait.
    pub fn begin(self) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
        move |tx| {
            match self.wait_s(tx, tx.now_ms)? {
                0 => {}
                seconds => return Err(self.throttled.refuse().with("seconds", seconds).into()),
            }
            for source in &self.sources {
                tx.execute(
                    "INSERT INTO attempt (source, failures, last_ms) VALUES (?1, 1, ?2) ON CONFLICT (source) DO UPDATE SET failures = attempt.failures + 1, last_ms = excluded.last_ms",
                    &[(&source.key).into(), tx.now_ms.into()],
                )?;
            }
            tx.execute("DELETE FROM attempt WHERE last_ms < ?1", &[(tx.now_ms - FORGOTTEN_MS).into()])?;
            Ok(0)
        }
    }

    /// How long it has to wait, in seconds; 0 when it may be made.
    fn wait_s(&self, read: &dyn Read, now_ms: i64) -> Result<i64, Fault> {
        let mut longest = 0;
        for source in &self.sources {
            let row = read.row("SELECT failures, last_ms FROM attempt WHERE source = ?1", &[(&source.key).into()])?;
            let Some(row) = row else { continue };
            let over = row.get::<i64>(0)? - source.free;
            if over >= 0 {
                let wait_s = (FIRST_WAIT_S << over.min(10)).min(LONGEST_WAIT_S);
                let left_ms = row.get::<i64>(1)? + wait_s * 1000 - now_ms;
                longest = longest.max((left_ms + 999) / 1000);
            }
        }
        Ok(longest.clamp(0, LONGEST_WAIT_S))
    }

    /// It failed: it goes into the trail.
    pub fn failed(self, code: Code) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
        move |tx| note(tx, self.what, code, self.address.to_string())
    }

    /// It succeeded: what was counted is forgotten.
    ///
    /// # Errors
    /// The engine's.
    pub fn succeeded(&self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        for source in &self.sources {
            let sql = match source.forgiven {
                Forgiven::All => "DELETE FROM attempt WHERE source = ?1",
                Forgiven::Itself => "UPDATE attempt SET failures = failures - 1 WHERE source = ?1 AND failures > 0",
            };
            tx.execute(sql, &[(&source.key).into()])?;
        }
        Ok(())
    }
}

/// Puts a refusal into the trail, at most once a minute for what was tried and where it came from.
fn note(tx: &mut Tx<'_>, what: String, code: Code, source: String) -> Result<i64, Reject> {
    let by = tx.caller.by.unwrap_or(0);
    let key = format!("refused:{by}:{source}:{what}");
    let last_ms = tx.row("SELECT last_ms FROM attempt WHERE source = ?1", &[(&key).into()])?.map_or(Ok(0), |r| r.get::<i64>(0))?;
    if tx.now_ms - last_ms < NOTED_EVERY_MS {
        return Ok(0);
    }
    tx.execute(
        "INSERT INTO attempt (source, failures, last_ms) VALUES (?1, 0, ?2) ON CONFLICT (source) DO UPDATE SET last_ms = excluded.last_ms",
        &[(&key).into(), tx.now_ms.into()],
    )?;
    Ok(tx.record(Draft::new(REFUSED, &Refused { what, code: code.code.to_owned(), source })?)?)
}

/// Puts what a person was refused into the trail.
pub(super) fn note_refused(app: &App, actor: &Actor, address: IpAddr, path: &str, refusal: &Refusal) {
    let caller = app.caller(actor, None);
    let (what, code, app) = (path.to_owned(), refusal.code, app.clone());
    tokio::spawn(async move {
        if let Err(reject) = app.run(caller, move |tx| note(tx, what, code, address.to_string())).await {
            tracing::warn!(%reject, "a refused attempt could not be noted");
        }
    });
}

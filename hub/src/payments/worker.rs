//! Carries out the steps of payments under way: one task per payment, from its intent to its end.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use duken_kernel::failure::point;
use duken_kernel::journal::OWN;
use duken_kernel::writer::{Committed, Notice};
use duken_kernel::{Fault, Reject};
use duken_protocol::device::{KaspiCall, KaspiError, Outcome};
use serde_json::{Map, json};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::commands::{Note, note};
use super::drive::{Drive, Stage, Step};
use super::model::{Payment, State};
use super::{TOPIC, queries};
use crate::hub::App;
use crate::texts::{self, Language};

/// A person wants the terminal asked, or the payment has come to its end elsewhere.
enum Nudge {
    Ask,
    /// Its process is known after all.
    Started(String),
    Ended,
}

struct UnderWay {
    stage: Stage,
    nudge: mpsc::UnboundedSender<Nudge>,
}

/// Payments under way.
#[derive(Default)]
pub struct Payments {
    running: OnceLock<(Handle, watch::Receiver<bool>)>,
    under_way: Mutex<BTreeMap<i64, UnderWay>>,
}

impl Payments {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, UnderWay>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up every payment that is not settled. Must be called inside the runtime, before requests are served.
    pub fn start(&self, app: &App, stop: watch::Receiver<bool>) {
        if self.running.set((Handle::current(), stop)).is_err() {
            return;
        }
        match app.read_now(|read| Ok(queries::unsettled(read, OWN)?)) {
            Ok(payments) => payments.iter().for_each(|payment| self.take_up(app, payment, Drive::resume(payment, app.clock.now_ms()))),
            Err(reject) => tracing::error!(%reject, "unsettled payments cannot be read"),
        }
    }

    /// Hears of a durable group: new intents are begun, settled payments are let go.
    pub fn committed(&self, app: &App, committed: &Committed) {
        for notice in committed.notices.iter().filter(|notice| notice.topic == TOPIC) {
            if let Err(reject) = self.moved(app, notice) {
                tracing::error!(%reject, "a payment could not be taken up");
            }
        }
    }

    fn moved(&self, app: &App, notice: &Notice) -> Result<(), Reject> {
        let text = |name: &str| notice.payload.get(name).and_then(|value| value.as_str()).unwrap_or("");
        let Ok(id) = text("id").parse::<i64>() else { return Ok(()) };
        match State::parse(text("state")) {
            Some(State::Intent) => {
                let payment =
                    app.read_now(|read| Ok(queries::find(read, OWN, id)?))?.ok_or_else(|| Fault::Other("no such payment".to_owned()))?;
                let original = match payment.original {
                    Some(original) => app.read_now(|read| Ok(queries::find(read, OWN, original)?))?,
                    None => None,
                };
                self.take_up(app, &payment, Drive::begin(&payment, original.as_ref(), app.clock.now_ms()));
            }
            Some(state) if state.is_settled() => self.nudge(id, Nudge::Ended),
            Some(_) | None => {}
        }
        Ok(())
    }

    fn take_up(&self, app: &App, payment: &Payment, drive: Drive) {
        let Some((runtime, stop)) = self.running.get() else { return };
        let (nudge, nudges) = mpsc::unbounded_channel();
        let mut under_way = self.lock();
        // Whoever comes second finds the payment taken up: nothing is begun twice.
        if under_way.contains_key(&payment.id) {
            return;
        }
        under_way.insert(payment.id, UnderWay { stage: drive.stage().clone(), nudge });
        runtime.spawn(carry(app.clone(), payment.clone(), drive, nudges, stop.clone()));
    }

    fn nudge(&self, id: i64, nudge: Nudge) {
        if let Some(under_way) = self.lock().get(&id) {
            let _task_has_ended = under_way.nudge.send(nudge);
        }
    }

    /// Lets the terminal be asked about a payment now.
    pub fn ask(&self, id: i64) {
        self.nudge(id, Nudge::Ask);
    }

    /// What the terminal is doing with a payment.
    #[must_use]
    pub fn stage(&self, id: i64) -> Option<Stage> {
        self.lock().get(&id).map(|under_way| under_way.stage.clone())
    }

    /// The sentence for the cashier: what happens now, or how it ended.
    #[must_use]
    pub fn sentence(&self, language: Language, payment: &Payment) -> String {
        let mut params = Map::new();
        let word = match payment.state {
            State::Intent | State::Waiting => {
                let word = self.stage(payment.id).map_or("asking", |stage| stage.word);
                return texts::say(language, &format!("payment.stage.{word}"), &params);
            }
            State::Failed | State::Unknown => format!("payment.reason.{}", payment.outcome.reason),
            State::Succeeded | State::DecidedPaid | State::DecidedUnpaid => String::new(),
        };
        let reason = texts::find(language, &word).unwrap_or_default();
        params.insert("reason".to_owned(), reason.into());
        let own = &payment.outcome.detail;
        let said = texts::say(language, &format!("payment.state.{}", payment.state.code()), &params);
        let said = said.trim().to_owned();
        // The terminal's own sentence to the buyer, where it is one and not a line from the system.
        let declined = matches!(payment.outcome.reason.as_str(), "declined" | "busy" | "bad_parameter" | "other");
        if payment.state == State::Failed && declined && !own.is_empty() { format!("{said} «{own}»") } else { said }
    }
}

async fn carry(app: App, payment: Payment, mut drive: Drive, mut nudges: mpsc::UnboundedReceiver<Nudge>, mut stop: watch::Receiver<bool>) {
    let mut started = false;
    loop {
        show(&app, &payment, &drive);
        let step = if drive.is_fresh() && another_is_first(&app, &payment) {
            Step::Wait(app.clock.now_ms() + 300)
        } else {
            drive.next(app.clock.now_ms())
        };
        let pause = match step {
            Step::Call(call) => {
                let starts = matches!(call, KaspiCall::Payment { .. } | KaspiCall::Refund { .. });
                let seed = starts.then(|| seed(&payment));
                started = started || starts;
                point("payment.calling");
                let answer = crate::devices::call_terminal(&app, payment.terminal, call, seed.as_deref()).await;
                point("payment.called");
                drive.heard(app.clock.now_ms(), answer);
                continue;
            }
            Step::Record(what) => match app.run(app.own_caller().to_close(), note(payment.id, what)).await {
                Ok(_) => {
                    point("payment.noted");
                    told(&app, &payment, &mut started);
                    drive.noted(app.clock.now_ms(), false);
                    continue;
                }
                Err(Reject::Refused(refusal)) => {
                    tracing::warn!(%refusal, payment = payment.id, "a payment has come to its end elsewhere");
                    told(&app, &payment, &mut started);
                    drive.noted(app.clock.now_ms(), true);
                    continue;
                }
                Err(Reject::Fault(Fault::Stopped)) => break,
                // What was heard stays in memory until the disk takes it; nothing further is asked before.
                Err(Reject::Fault(_)) => Duration::from_secs(1),
            },
            Step::Wait(until_ms) => {
                let wait_ms = (until_ms - app.clock.now_ms()).clamp(1, 5_000);
                Duration::from_millis(wait_ms.unsigned_abs())
            }
            Step::Rest => Duration::from_secs(3_600),
            Step::End => break,
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            nudge = nudges.recv() => match nudge {
                Some(Nudge::Ask) => drive.ask_now(app.clock.now_ms()),
                Some(Nudge::Started(process_id)) => drive.started_late(app.clock.now_ms(), process_id),
                Some(Nudge::Ended) | None => break,
            },
            () = tokio::time::sleep(pause) => {}
        }
    }
    app.payments.lock().remove(&payment.id);
}

/// What the start call brought is on disk: an agent that made it may forget it. Said once.
fn told(app: &App, payment: &Payment, started: &mut bool) {
    if std::mem::take(started) {
        crate::devices::start_stored(app, payment.terminal, &seed(payment));
    }
}

/// Names what a start call starts: the intent and its moment, so that a restored database never names an older one.
fn seed(payment: &Payment) -> String {
    format!("{}:{}", payment.id, payment.started_at_ms)
}

/// The unsettled payments that have no process: nobody knows whether the terminal heard of them.
fn without_process(app: &App) -> Result<Vec<Payment>, Reject> {
    let all = app.read_now(|read| Ok(queries::unsettled(read, OWN)?))?;
    Ok(all.into_iter().filter(|payment| payment.state == State::Unknown && payment.process_id.is_none()).collect())
}

/// The names of the jobs that began payments at these terminals (number and version of each card), where the answer was
/// given up. A terminal whose card changed since may hang on another agent, which knows nothing of it.
///
/// # Errors
/// The engine's.
pub fn recalled_starts(app: &App, terminals: &[(i64, i64)]) -> Result<Vec<Uuid>, Reject> {
    let same = |payment: &Payment| terminals.iter().any(|(id, version)| *id == payment.terminal && *version < payment.id);
    let lost = without_process(app)?.into_iter().filter(same);
    Ok(lost.map(|payment| crate::devices::start_job(app, &seed(&payment), 0)).collect())
}

/// Takes in the answer to a start call after it was given up. A try at which the terminal certainly did nothing may have
/// been followed by another: its job is named, to be recalled.
///
/// # Errors
/// The engine's.
pub async fn late_start(app: &App, job: Uuid, outcome: Outcome) -> Result<Option<Uuid>, Reject> {
    let named = |payment: &Payment, number: u8| crate::devices::start_job(app, &seed(payment), number);
    let lost = without_process(app)?;
    let found = lost.iter().flat_map(|payment| (0..crate::devices::START_TRIES).map(move |number| (payment, number)));
    let Some((payment, number)) = found.into_iter().find(|(payment, number)| named(payment, *number) == job) else { return Ok(None) };
    let answer = crate::devices::terminal_answer(outcome);
    let again = matches!(
        answer,
        Err(KaspiError::TokenExpired | KaspiError::NeverSent { .. } | KaspiError::NotTrusted { .. } | KaspiError::NotRegistered)
    );
    if again && number + 1 < crate::devices::START_TRIES {
        return Ok(Some(named(payment, number + 1)));
    }
    let Some(what) = Drive::late(answer) else { return Ok(None) };
    match app.run(app.own_caller().to_close(), note(payment.id, what.clone())).await {
        Ok(_) => {}
        Err(Reject::Refused(refusal)) => {
            tracing::warn!(%refusal, payment = payment.id, "a late answer came after the end");
            return Ok(None);
        }
        Err(fault) => return Err(fault),
    }
    if let Note::Started { process_id } = what {
        app.payments.nudge(payment.id, Nudge::Started(process_id));
    }
    Ok(None)
}

/// Whether an older payment at the same terminal is not settled: the refunds of one return go one after the other.
fn another_is_first(app: &App, payment: &Payment) -> bool {
    let first = app.read_now(|read| Ok(queries::unsettled_at(read, OWN, payment.terminal)?));
    !matches!(first, Ok(Some(first)) if first.id == payment.id)
}

/// Tells the till's screens of a new stage.
fn show(app: &App, payment: &Payment, drive: &Drive) {
    let stage = drive.stage();
    {
        let mut under_way = app.payments.lock();
        let Some(known) = under_way.get_mut(&payment.id).filter(|known| known.stage != *stage) else { return };
        known.stage = stage.clone();
    }
    let payload = json!({ "payment": { "id": payment.id.to_string(), "stage": stage.word, "sub_status": stage.sub_status } });
    if let Some(cart) = payment.cart {
        app.live.publish(&crate::live::notice(format!("cart:{cart}"), payload.clone()));
    }
    app.live.publish(&crate::live::notice(format!("till:{}", payment.till), payload));
}

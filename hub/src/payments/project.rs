//! Entries → rows of payments, and the postings of money that moved.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::ledger::{Account, MoneyPosting};
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_protocol::money::{Amount, Currency};
use serde::{Deserialize, Serialize};

use super::model::{Direction, Outcome, State};

pub(super) const INTENDED: &str = "payment.intended";
pub(super) const STARTED: &str = "payment.started";
pub(super) const SETTLED: &str = "payment.settled";
pub(super) const UNKNOWN: &str = "payment.unknown";
pub(super) const DECIDED: &str = "payment.decided";
pub(super) const KINDS: &[&str] = &[INTENDED, STARTED, SETTLED, UNKNOWN, DECIDED];

/// What never changes of a payment; its number is that of the intent entry.
pub static PAYMENT: Table = Table {
    name: "payment",
    key: &[Column::int("id")],
    values: &[
        Column::text("direction"),
        Column::int("till"),
        Column::int("terminal"),
        Column::int("cart"),
        Column::int("pending_return"),
        Column::int("original"),
        Column::int("amount"),
        Column::text("currency"),
        Column::int("by"),
        Column::int("started_at"),
    ],
    indexes: &[&["cart"], &["pending_return"], &["original"]],
    sums: Sums::AtOnce,
};

/// The terminal's process of a payment.
pub static PAYMENT_PROCESS: Table = Table {
    name: "payment_process",
    key: &[Column::int("id")],
    values: &[Column::text("process_id"), Column::int("at")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Where a payment stands; each entry sets the whole row.
pub static PAYMENT_STATE: Table = Table {
    name: "payment_state",
    key: &[Column::int("id")],
    values: &[
        Column::text("state"),
        Column::int("at"),
        Column::text("outcome"),
        Column::int("settled_sum"),
        Column::int("decided_by"),
        Column::text("decision"),
    ],
    indexes: &[&["state"]],
    sums: Sums::AtOnce,
};

pub(super) static TABLES: &[&Table] = &[&PAYMENT, &PAYMENT_PROCESS, &PAYMENT_STATE];

/// Before the call: what is to be asked of the terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Intended {
    pub direction: Direction,
    pub till: i64,
    pub terminal: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_return: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<i64>,
    pub amount: Amount,
    pub currency: Currency,
}

/// The terminal began: its process, before the first poll. Late = the payment was unknown already and stays so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Started {
    pub payment: i64,
    pub process_id: String,
    #[serde(default)]
    pub late: bool,
}

/// What the postings of a payment need, in every entry that ends it (J5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Way {
    pub direction: Direction,
    pub till: i64,
    pub terminal: i64,
    pub currency: Currency,
    /// The sum that moved; zero when none did.
    pub sum: Amount,
}

/// The terminal told the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settled {
    pub payment: i64,
    pub succeeded: bool,
    pub way: Way,
    pub outcome: Outcome,
}

/// Nobody knows whether the money moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Unknown {
    pub payment: i64,
    pub outcome: Outcome,
}

/// A named person looked at the terminal and decided; the envelope names him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Decided {
    pub payment: i64,
    pub paid: bool,
    pub reason: String,
    pub way: Way,
    pub outcome: Outcome,
}

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let head = entry.head();
    match entry.kind() {
        INTENDED => {
            let intended: Intended = entry.body()?;
            let direction = match intended.direction {
                Direction::Payment => "payment",
                Direction::Refund => "refund",
            };
            writes.put(
                &PAYMENT,
                [entry.seq.into()],
                [
                    direction.into(),
                    intended.till.into(),
                    intended.terminal.into(),
                    intended.cart.into(),
                    intended.pending_return.into(),
                    intended.original.into(),
                    intended.amount.into(),
                    intended.currency.code().into(),
                    head.by.into(),
                    head.at.into(),
                ],
            );
            state(writes, entry, entry.seq, State::Intent, &Outcome::default(), Amount(0), None)?;
        }
        STARTED => {
            let started: Started = entry.body()?;
            writes.put(&PAYMENT_PROCESS, [started.payment.into()], [started.process_id.into(), head.at.into()]);
            if !started.late {
                state(writes, entry, started.payment, State::Waiting, &Outcome::default(), Amount(0), None)?;
            }
        }
        SETTLED => {
            let settled: Settled = entry.body()?;
            let end = if settled.succeeded { State::Succeeded } else { State::Failed };
            state(writes, entry, settled.payment, end, &settled.outcome, settled.way.sum, None)?;
            post(writes, settled.way);
        }
        UNKNOWN => {
            let unknown: Unknown = entry.body()?;
            state(writes, entry, unknown.payment, State::Unknown, &unknown.outcome, Amount(0), None)?;
        }
        DECIDED => {
            let decided: Decided = entry.body()?;
            let end = if decided.paid { State::DecidedPaid } else { State::DecidedUnpaid };
            state(writes, entry, decided.payment, end, &decided.outcome, decided.way.sum, Some(&decided.reason))?;
            post(writes, decided.way);
        }
        other => return Err(Fault::invariant("J5", format!("payments does not project {other}"))),
    }
    Ok(())
}

fn state(
    writes: &mut Writes,
    entry: &Entry,
    payment: i64,
    state: State,
    outcome: &Outcome,
    sum: Amount,
    decision: Option<&str>,
) -> Result<(), Fault> {
    let decided_by = if decision.is_some() { entry.head().by } else { None };
    writes.put(
        &PAYMENT_STATE,
        [payment.into()],
        [
            state.code().into(),
            entry.head().at.into(),
            serde_json::to_string(outcome)?.into(),
            sum.into(),
            decided_by.into(),
            decision.unwrap_or("").into(),
        ],
    );
    Ok(())
}

/// Money that moved stands on the terminal's account against suspense; the sale or return takes it from there.
fn post(writes: &mut Writes, way: Way) {
    let debit = match way.direction {
        Direction::Payment => way.sum,
        Direction::Refund => -way.sum,
    };
    writes.money(MoneyPosting { account: Account::Terminal, a: way.till, b: way.terminal, amount: debit, currency: way.currency });
    writes.money(MoneyPosting { account: Account::Suspense, a: way.till, b: 0, amount: -debit, currency: way.currency });
}

//! Entries → tills, shifts, running sums, cash postings.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::ledger::{Account, MoneyPosting};
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_protocol::money::{Amount, Currency};
use serde::{Deserialize, Serialize};

use super::model::{Method, OperationKind};

pub(super) const TILL_SAVED: &str = "till.saved";
pub(super) const OPENED: &str = "shift.opened";
pub(super) const OPERATED: &str = "shift.cash_moved";
pub(super) const CLOSED: &str = "shift.closed";
pub(super) const KINDS: &[&str] = &[TILL_SAVED, OPENED, OPERATED, CLOSED];

static TILL: Table = Table {
    name: "till",
    key: &[Column::int("id")],
    values: &[
        Column::int("version"),
        Column::text("name"),
        Column::int("number"),
        Column::int("printer"),
        Column::int("terminal"),
        Column::int("scanner"),
        Column::int("drawer"),
        Column::int("archived"),
    ],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// The shift now open on a till (0 = none), and the last number given.
static SHIFT_NOW: Table = Table {
    name: "shift_now",
    key: &[Column::int("till")],
    values: &[Column::int("shift"), Column::int("number")],
    indexes: &[],
    sums: Sums::AtOnce,
};

static SHIFT_OPENED: Table = Table {
    name: "shift_opened",
    key: &[Column::int("shift")],
    values: &[
        Column::int("till"),
        Column::int("number"),
        Column::int("at"),
        Column::int("person"),
        Column::int("date"),
        Column::int("counted"),
        Column::int("difference"),
        Column::text("currency"),
    ],
    indexes: &[&["date", "shift"]],
    sums: Sums::AtOnce,
};

static SHIFT_CLOSED: Table = Table {
    name: "shift_closed",
    key: &[Column::int("shift")],
    values: &[
        Column::int("seq"),
        Column::int("at"),
        Column::int("person"),
        Column::int("expected"),
        Column::int("counted"),
        Column::text("explanation"),
    ],
    indexes: &[],
    sums: Sums::AtOnce,
};

static SHIFT_OPERATION: Table = Table {
    name: "shift_operation",
    key: &[Column::int("shift"), Column::int("seq")],
    values: &[Column::int("at"), Column::int("kind"), Column::int("amount"), Column::text("reason"), Column::int("person")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Running sums of a shift.
static SHIFT_SUM: Table = Table {
    name: "shift_sum",
    key: &[Column::int("shift")],
    values: &[
        Column::int("receipts"),
        Column::int("sales_count"),
        Column::int("sales"),
        Column::int("returns_count"),
        Column::int("returns"),
        Column::int("discounts"),
        Column::int("rounding"),
        Column::int("cash_in"),
        Column::int("cash_out"),
    ],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Running sums of a shift per way of payment.
static SHIFT_METHOD: Table = Table {
    name: "shift_method",
    key: &[Column::int("shift"), Column::int("method")],
    values: &[Column::int("sales"), Column::int("returns")],
    indexes: &[],
    sums: Sums::AtOnce,
};

pub(super) static TABLES: &[&Table] = &[&TILL, &SHIFT_NOW, &SHIFT_OPENED, &SHIFT_CLOSED, &SHIFT_OPERATION, &SHIFT_SUM, &SHIFT_METHOD];

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TillSaved {
    pub id: Option<i64>,
    pub name: String,
    pub number: i64,
    pub printer: Option<i64>,
    pub terminal: Option<i64>,
    pub scanner: Option<i64>,
    pub drawer: bool,
    pub archived: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Opened {
    pub till: i64,
    pub number: i64,
    pub counted: Amount,
    /// Counted less what the register says.
    pub difference: Amount,
    /// The register was empty and never used: the sum is the float, not a difference.
    pub first: bool,
    pub currency: Currency,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Operated {
    pub till: i64,
    pub shift: i64,
    pub kind: OperationKind,
    pub amount: Amount,
    pub reason: String,
    pub currency: Currency,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Closed {
    pub till: i64,
    pub shift: i64,
    pub number: i64,
    pub expected: Amount,
    pub counted: Amount,
    pub explanation: String,
    pub currency: Currency,
}

/// What a document adds to the sums of its shift.
#[derive(Debug, Clone, Default)]
pub struct ShiftSums {
    /// Whether it is a return.
    pub is_return: bool,
    /// Its total.
    pub total: Amount,
    /// Discounts in it.
    pub discount: Amount,
    /// Rounding in it.
    pub rounding: Amount,
    /// Its payments.
    pub payments: Vec<(Method, Amount)>,
}

/// Adds a sale or a return to its shift; every document takes one receipt number.
pub fn add_to_shift(writes: &mut Writes, shift: i64, sums: &ShiftSums) {
    let (total, discount, rounding) = (sums.total.0, sums.discount.0, sums.rounding.0);
    let deltas =
        if sums.is_return { [1, 0, 0, 1, total, -discount, -rounding, 0, 0] } else { [1, 1, total, 0, 0, discount, rounding, 0, 0] };
    writes.add(&SHIFT_SUM, [shift.into()], deltas);
    for (method, amount) in &sums.payments {
        let deltas = if sums.is_return { [0, amount.0] } else { [amount.0, 0] };
        writes.add(&SHIFT_METHOD, [shift.into(), (*method as i64).into()], deltas);
    }
}

fn cash(writes: &mut Writes, till: i64, amount: Amount, against: Account, currency: Currency) {
    writes.money(MoneyPosting { account: Account::Cash, a: till, b: 0, amount, currency });
    writes.money(MoneyPosting { account: against, a: till, b: 0, amount: -amount, currency });
}

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let head = entry.head();
    match entry.kind() {
        TILL_SAVED => {
            let till: TillSaved = entry.body()?;
            writes.put(
                &TILL,
                [till.id.unwrap_or(entry.seq).into()],
                [
                    entry.seq.into(),
                    till.name.into(),
                    till.number.into(),
                    till.printer.into(),
                    till.terminal.into(),
                    till.scanner.into(),
                    till.drawer.into(),
                    till.archived.into(),
                ],
            );
        }
        OPENED => {
            let body: Opened = entry.body()?;
            writes.put(&SHIFT_NOW, [body.till.into()], [entry.seq.into(), body.number.into()]);
            let difference = if body.first { Amount::ZERO } else { body.difference };
            writes.put(
                &SHIFT_OPENED,
                [entry.seq.into()],
                [
                    body.till.into(),
                    body.number.into(),
                    head.at.into(),
                    head.by.into(),
                    head.date.into(),
                    body.counted.into(),
                    difference.into(),
                    body.currency.code().into(),
                ],
            );
            let against = if body.first { Account::OwnerCash } else { Account::OverShort };
            cash(writes, body.till, body.difference, against, body.currency);
        }
        OPERATED => {
            let body: Operated = entry.body()?;
            writes.put(
                &SHIFT_OPERATION,
                [body.shift.into(), entry.seq.into()],
                [head.at.into(), (body.kind as i64).into(), body.amount.into(), body.reason.into(), head.by.into()],
            );
            let (cash_in, cash_out) = match body.kind {
                OperationKind::CashIn => (body.amount.0, 0),
                OperationKind::CashOut => (0, body.amount.0),
                OperationKind::DrawerOpened => (0, 0),
            };
            writes.add(&SHIFT_SUM, [body.shift.into()], [0, 0, 0, 0, 0, 0, 0, cash_in, cash_out]);
            cash(writes, body.till, Amount(cash_in - cash_out), Account::OwnerCash, body.currency);
        }
        CLOSED => {
            let body: Closed = entry.body()?;
            writes.put(&SHIFT_NOW, [body.till.into()], [0.into(), body.number.into()]);
            writes.put(
                &SHIFT_CLOSED,
                [body.shift.into()],
                [entry.seq.into(), head.at.into(), head.by.into(), body.expected.into(), body.counted.into(), body.explanation.into()],
            );
            cash(writes, body.till, body.counted - body.expected, Account::OverShort, body.currency);
        }
        other => return Err(Fault::invariant("J5", format!("tills do not project {other}"))),
    }
    Ok(())
}

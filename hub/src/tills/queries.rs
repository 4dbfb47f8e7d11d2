//! What screens and other domains ask about tills and shifts.

use duken_kernel::journal::OWN;
use duken_kernel::ledger::Account;
use duken_kernel::store::Row;
use duken_kernel::{Fault, Read};
use duken_protocol::money::{Amount, Currency};

use super::model::{Method, OperationKind};

/// A till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Till {
    /// Its number among cards.
    pub id: i64,
    /// The version of the card.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Its number for people, on receipts.
    pub number: i64,
    /// Its receipt printer.
    pub printer: Option<i64>,
    /// Its payment terminal.
    pub terminal: Option<i64>,
    /// Its scanner.
    pub scanner: Option<i64>,
    /// Whether a drawer hangs on the printer.
    pub drawer: bool,
    /// Whether it was put away.
    pub archived: bool,
}

/// A shift that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenShift {
    /// Its number among documents.
    pub id: i64,
    /// Its till.
    pub till: i64,
    /// Its number on the till.
    pub number: i64,
    /// When it was opened, milliseconds since 1970 UTC.
    pub opened_ms: i64,
    /// Who opened it.
    pub opened_by: Option<i64>,
    /// Receipts given so far.
    pub receipts: i64,
}

const TILL_COLUMNS: &str = "id, version, name, number, printer, terminal, scanner, drawer, archived";

fn till(row: &Row) -> Result<Till, Fault> {
    Ok(Till {
        id: row.get(0)?,
        version: row.get(1)?,
        name: row.get(2)?,
        number: row.get(3)?,
        printer: row.get(4)?,
        terminal: row.get(5)?,
        scanner: row.get(6)?,
        drawer: row.get(7)?,
        archived: row.get(8)?,
    })
}

/// The till with this number.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, id: i64) -> Result<Option<Till>, Fault> {
    find_of(read, OWN, id)
}

/// A till of a node.
///
/// # Errors
/// The engine's.
pub fn find_of(read: &dyn Read, node: i64, id: i64) -> Result<Option<Till>, Fault> {
    read.row(&format!("SELECT {TILL_COLUMNS} FROM till WHERE node = ?1 AND id = ?2"), &[node.into(), id.into()])?
        .as_ref()
        .map(till)
        .transpose()
}

/// All tills of a node, by their number for people.
///
/// # Errors
/// The engine's.
pub fn all(read: &dyn Read, node: i64) -> Result<Vec<Till>, Fault> {
    read.rows(&format!("SELECT {TILL_COLUMNS} FROM till WHERE node = ?1 ORDER BY number, id"), &[node.into()])?.iter().map(till).collect()
}

/// The name of a till of this node.
///
/// # Errors
/// The engine's.
pub fn name_of(read: &dyn Read, id: i64) -> Result<Option<String>, Fault> {
    Ok(find(read, id)?.map(|till| till.name))
}

const OPEN: &str = "SELECT o.shift, o.till, o.number, o.at, o.person, COALESCE(s.receipts, 0) FROM shift_now n \
    JOIN shift_opened o ON o.node = n.node AND o.shift = n.shift LEFT JOIN shift_sum s ON s.node = o.node AND s.shift = o.shift";

fn open(row: &Row) -> Result<OpenShift, Fault> {
    Ok(OpenShift {
        id: row.get(0)?,
        till: row.get(1)?,
        number: row.get(2)?,
        opened_ms: row.get(3)?,
        opened_by: row.get(4)?,
        receipts: row.get(5)?,
    })
}

/// The shift that is open on a till.
///
/// # Errors
/// The engine's.
pub fn open_shift(read: &dyn Read, node: i64, till: i64) -> Result<Option<OpenShift>, Fault> {
    read.row(&format!("{OPEN} WHERE n.node = ?1 AND n.till = ?2"), &[node.into(), till.into()])?.as_ref().map(open).transpose()
}

/// A shift by its number, while it is open.
///
/// # Errors
/// The engine's.
pub fn open_shift_by_id(read: &dyn Read, node: i64, shift: i64) -> Result<Option<OpenShift>, Fault> {
    read.row(&format!("{OPEN} WHERE n.node = ?1 AND n.shift = ?2"), &[node.into(), shift.into()])?.as_ref().map(open).transpose()
}

/// The shifts that are open now.
///
/// # Errors
/// The engine's.
pub fn open_shifts(read: &dyn Read, node: i64) -> Result<Vec<OpenShift>, Fault> {
    read.rows(&format!("{OPEN} WHERE n.node = ?1 AND n.shift > 0 ORDER BY o.shift"), &[node.into()])?.iter().map(open).collect()
}

/// The number of the last shift of a till.
///
/// # Errors
/// The engine's.
pub fn last_number(read: &dyn Read, till: i64) -> Result<i64, Fault> {
    read.row("SELECT number FROM shift_now WHERE node = ?1 AND till = ?2", &[OWN.into(), till.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// What should lie in the drawer of a till.
///
/// # Errors
/// The engine's.
pub fn cash_in_drawer(read: &dyn Read, node: i64, till: i64, currency: Currency) -> Result<Amount, Fault> {
    read.row(
        "SELECT amount FROM money_balance WHERE node = ?1 AND account = ?2 AND a = ?3 AND b = 0 AND currency = ?4",
        &[node.into(), (Account::Cash as i64).into(), till.into(), currency.code().into()],
    )?
    .map_or(Ok(Amount::ZERO), |row| row.get(0))
}

/// A shift with all its sums.
#[derive(Debug, Clone)]
pub struct Shift {
    /// Its number among documents.
    pub id: i64,
    /// Its till.
    pub till: i64,
    /// Its number on the till.
    pub number: i64,
    /// Milliseconds since 1970 UTC.
    pub opened_ms: i64,
    /// Who opened it.
    pub opened_by: Option<i64>,
    /// Business date of its opening, `yyyymmdd`.
    pub date: i32,
    /// Counted at opening.
    pub opening: Amount,
    /// Counted at opening less what the register said.
    pub opening_difference: Amount,
    /// Its currency.
    pub currency: Currency,
    /// How it was closed.
    pub closing: Option<Closing>,
    /// Receipts, sales count, sales, returns count, returns, discounts, rounding, cash in, cash out.
    pub sums: [i64; 9],
    /// Sales and returns per way of payment.
    pub methods: Vec<(Method, Amount, Amount)>,
    /// Operations with cash.
    pub operations: Vec<Operation>,
}

/// How a shift was closed.
#[derive(Debug, Clone)]
pub struct Closing {
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Who.
    pub by: Option<i64>,
    /// What the register said.
    pub expected: Amount,
    /// What was counted.
    pub counted: Amount,
    /// Why they differ.
    pub explanation: String,
}

/// An operation with cash.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// What.
    pub kind: OperationKind,
    /// How much.
    pub amount: Amount,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Option<i64>,
}

/// The number of a shift on its till.
///
/// # Errors
/// The engine's.
pub fn shift_number(read: &dyn Read, node: i64, id: i64) -> Result<i64, Fault> {
    read.row("SELECT number FROM shift_opened WHERE node = ?1 AND shift = ?2", &[node.into(), id.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// A shift of a node.
///
/// # Errors
/// The engine's.
pub fn shift(read: &dyn Read, node: i64, id: i64) -> Result<Option<Shift>, Fault> {
    let row = read.row(
        "SELECT o.till, o.number, o.at, o.person, o.date, o.counted, o.difference, o.currency, \
         COALESCE(s.receipts, 0), COALESCE(s.sales_count, 0), COALESCE(s.sales, 0), COALESCE(s.returns_count, 0), COALESCE(s.returns, 0), \
         COALESCE(s.discounts, 0), COALESCE(s.rounding, 0), COALESCE(s.cash_in, 0), COALESCE(s.cash_out, 0) \
         FROM shift_opened o LEFT JOIN shift_sum s ON s.node = o.node AND s.shift = o.shift WHERE o.node = ?1 AND o.shift = ?2",
        &[node.into(), id.into()],
    )?;
    let Some(row) = row else { return Ok(None) };
    let mut sums = [0; 9];
    for (index, sum) in sums.iter_mut().enumerate() {
        *sum = row.get(8 + index)?;
    }
    Ok(Some(Shift {
        id,
        till: row.get(0)?,
        number: row.get(1)?,
        opened_ms: row.get(2)?,
        opened_by: row.get(3)?,
        date: row.get(4)?,
        opening: row.get(5)?,
        opening_difference: row.get(6)?,
        currency: row.get::<String>(7)?.parse().unwrap_or(Currency::KZT),
        closing: closing(read, node, id)?,
        sums,
        methods: methods(read, node, id)?,
        operations: operations(read, node, id)?,
    }))
}

fn closing(read: &dyn Read, node: i64, shift: i64) -> Result<Option<Closing>, Fault> {
    read.row(
        "SELECT at, person, expected, counted, explanation FROM shift_closed WHERE node = ?1 AND shift = ?2",
        &[node.into(), shift.into()],
    )?
    .map(|row| Ok(Closing { at_ms: row.get(0)?, by: row.get(1)?, expected: row.get(2)?, counted: row.get(3)?, explanation: row.get(4)? }))
    .transpose()
}

fn methods(read: &dyn Read, node: i64, shift: i64) -> Result<Vec<(Method, Amount, Amount)>, Fault> {
    let rows = read.rows(
        "SELECT method, sales, returns FROM shift_method WHERE node = ?1 AND shift = ?2 ORDER BY method",
        &[node.into(), shift.into()],
    )?;
    let parsed = rows.iter().map(|row| Ok(Method::of_number(row.get(0)?).map(|m| Ok::<_, Fault>((m, row.get(1)?, row.get(2)?)))));
    parsed.filter_map(|row: Result<_, Fault>| row.transpose()).map(|row| row?).collect()
}

fn operations(read: &dyn Read, node: i64, shift: i64) -> Result<Vec<Operation>, Fault> {
    let rows = read.rows(
        "SELECT at, kind, amount, reason, person FROM shift_operation WHERE node = ?1 AND shift = ?2 ORDER BY seq",
        &[node.into(), shift.into()],
    )?;
    let mut operations = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(kind) = OperationKind::of_number(row.get(1)?) {
            operations.push(Operation { at_ms: row.get(0)?, kind, amount: row.get(2)?, reason: row.get(3)?, by: row.get(4)? });
        }
    }
    Ok(operations)
}

/// The numbers of shifts of a node, newest first, before a number, perhaps of one till, one person, some days.
///
/// # Errors
/// The engine's.
pub fn list(read: &dyn Read, node: i64, filter: &ShiftFilter, limit: i64) -> Result<Vec<i64>, Fault> {
    let rows = read.rows(
        "SELECT shift FROM shift_opened WHERE node = ?1 AND shift < ?2 AND date BETWEEN ?3 AND ?4 AND (?5 IS NULL OR till = ?5) \
         AND (?6 IS NULL OR person = ?6) ORDER BY shift DESC LIMIT ?7",
        &[
            node.into(),
            filter.before.unwrap_or(i64::MAX).into(),
            filter.from.unwrap_or(0).into(),
            filter.to.unwrap_or(i32::MAX).into(),
            filter.till.into(),
            filter.person.into(),
            limit.into(),
        ],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Which shifts.
#[derive(Debug, Clone, Default)]
pub struct ShiftFilter {
    /// Only older ones than this number.
    pub before: Option<i64>,
    /// From this day on, `yyyymmdd`.
    pub from: Option<i32>,
    /// Up to this day.
    pub to: Option<i32>,
    /// Of this till.
    pub till: Option<i64>,
    /// Opened by this person.
    pub person: Option<i64>,
}

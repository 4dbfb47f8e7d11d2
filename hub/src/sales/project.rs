//! Entries → receipts, what came back, statistics, postings.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::ledger::{Account, MoneyPosting, periods};
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_protocol::money::{Amount, Currency};

use super::document::{
    COMPLETED, Completed, LINE_REMOVED, Line, LineTotals, Number, PAYMENT_REMOVED, Paid, RETURNED, Returned, Series, totals,
};
use crate::stock::door::{Movement, MovementKind, WAREHOUSE, movement};
use crate::tills::{Method, ShiftSums, add_to_shift};

pub(super) const KINDS: &[&str] = &[COMPLETED, RETURNED, LINE_REMOVED, PAYMENT_REMOVED];

/// Sales and returns, one row each: what lists show. The lines stay in the entry.
static RECEIPT: Table = Table {
    name: "receipt",
    key: &[Column::int("id")],
    values: &[
        Column::int("series"),
        Column::int("number"),
        Column::int("receipt"),
        Column::int("till"),
        Column::int("shift"),
        Column::int("cashier"),
        Column::int("customer"),
        Column::int("date"),
        Column::int("at"),
        Column::int("total"),
        Column::int("methods"),
        Column::int("sale"),
    ],
    indexes: &[&["date", "id"], &["series", "number"]],
    sums: Sums::AtOnce,
};

/// The last number given in a series and year.
static DOCUMENT_NUMBER: Table = Table {
    name: "document_number",
    key: &[Column::int("series"), Column::int("year")],
    values: &[Column::int("serial")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// What of a sale's line came back.
static RETURNED_LINE: Table = Table {
    name: "returned_line",
    key: &[Column::int("sale"), Column::int("line")],
    values: &[Column::int("quantity"), Column::int("sum")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// What of a sale's payment was given back.
static REFUNDED: Table = Table {
    name: "refunded",
    key: &[Column::int("sale"), Column::int("payment")],
    values: &[Column::int("amount")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// The returns of a sale.
static RETURN_OF: Table = Table {
    name: "return_of",
    key: &[Column::int("sale"), Column::int("id")],
    values: &[Column::int("total")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Sales by period.
static SALES_DAY: Table = Table {
    name: "sales_day",
    key: &[Column::int("period")],
    values: &[
        Column::int("sales_count"),
        Column::int("sales"),
        Column::int("returns_count"),
        Column::int("returns"),
        Column::int("discount"),
        Column::int("vat"),
        Column::int("cost"),
    ],
    indexes: &[],
    sums: Sums::AtEnd,
};

/// Sales by product and period; what was sold on the latest day stands under that day alone.
static SALES_PRODUCT: Table = Table {
    name: "sales_product",
    key: &[Column::int("period"), Column::int("product")],
    values: &[
        Column::int("quantity"),
        Column::int("sum"),
        Column::int("returned_quantity"),
        Column::int("returned_sum"),
        Column::int("discount"),
        Column::int("vat"),
        Column::int("cost"),
        Column::int("uncosted"),
    ],
    indexes: &[],
    sums: Sums::RolledUp,
};

/// Sales by person and period.
static SALES_PERSON: Table = Table {
    name: "sales_person",
    key: &[Column::int("period"), Column::int("person")],
    values: &[Column::int("sales_count"), Column::int("sales"), Column::int("returns_count"), Column::int("returns")],
    indexes: &[],
    sums: Sums::AtEnd,
};

pub(super) static TABLES: &[&Table] =
    &[&RECEIPT, &DOCUMENT_NUMBER, &RETURNED_LINE, &REFUNDED, &RETURN_OF, &SALES_DAY, &SALES_PRODUCT, &SALES_PERSON];

/// What sales and returns have in common when they are posted.
struct Document<'d> {
    series: Series,
    number: Number,
    receipt: i64,
    shift: i64,
    till: i64,
    customer: Option<i64>,
    sale: Option<i64>,
    currency: Currency,
    lines: &'d [Line],
    total: Amount,
    payments: &'d [Paid],
}

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    match entry.kind() {
        COMPLETED => {
            let body = entry.shared::<Completed>()?;
            let document = Document {
                series: Series::Sale,
                number: body.number,
                receipt: body.receipt,
                shift: body.shift,
                till: body.till,
                customer: body.customer,
                sale: None,
                currency: body.currency,
                lines: &body.lines,
                total: body.total,
                payments: &body.payments,
            };
            document.write(entry, writes);
        }
        RETURNED => {
            let body: Returned = entry.body()?;
            let document = Document {
                series: Series::Return,
                number: body.number,
                receipt: body.receipt,
                shift: body.shift,
                till: body.till,
                customer: body.customer,
                sale: body.sale,
                currency: body.currency,
                lines: &body.lines,
                total: body.total,
                payments: &body.payments,
            };
            document.write(entry, writes);
            if let Some(sale) = body.sale {
                writes.put(&RETURN_OF, [sale.into(), entry.seq.into()], [body.total.into()]);
                for line in &body.lines {
                    writes.add(&RETURNED_LINE, [sale.into(), line.of.unwrap_or(0).into()], [line.q.0, line.sum.0]);
                }
                for (paid, payment) in body.payments.iter().zip(&body.gives_back) {
                    writes.add(&REFUNDED, [sale.into(), (*payment).into()], [paid.a.0]);
                }
            }
        }
        // Removed lines and payments are in the trail; no table follows from them.
        LINE_REMOVED | PAYMENT_REMOVED => {}
        other => return Err(Fault::invariant("J5", format!("sales do not project {other}"))),
    }
    Ok(())
}

impl Document<'_> {
    fn write(&self, entry: &Entry, writes: &mut Writes) {
        let head = entry.head();
        let methods = self.payments.iter().fold(0, |set, paid| set | paid.m.bit());
        let series = self.series as u8;
        writes.put(
            &RECEIPT,
            [entry.seq.into()],
            [
                series.into(),
                self.number.packed().into(),
                self.receipt.into(),
                self.till.into(),
                self.shift.into(),
                head.by.into(),
                self.customer.into(),
                head.date.into(),
                head.at.into(),
                self.total.into(),
                methods.into(),
                self.sale.into(),
            ],
        );
        writes.put(&DOCUMENT_NUMBER, [series.into(), self.number.year.into()], [self.number.serial.into()]);
        let sums = totals(self.lines);
        self.statistics(head.date, head.by.unwrap_or(0), &sums, writes);
        self.goods(entry.seq, writes);
        self.money(&sums, writes);
        let shift_sums = ShiftSums {
            is_return: self.is_return(),
            total: self.total,
            discount: sums.discount,
            rounding: self.rounded(&sums),
            payments: self.payments.iter().map(|paid| (paid.m, paid.a)).collect(),
        };
        add_to_shift(writes, self.shift, &shift_sums);
    }

    fn is_return(&self) -> bool {
        self.series == Series::Return
    }

    /// The total less quantity times price less discounts.
    fn rounded(&self, sums: &LineTotals) -> Amount {
        self.total + sums.discount - sums.gross
    }

    /// What is positive in a sale is negative in a return.
    fn signed(&self, amount: Amount) -> Amount {
        if self.is_return() { -amount } else { amount }
    }

    fn statistics(&self, date: i32, person: i64, sums: &LineTotals, writes: &mut Writes) {
        let (sold, back) = if self.is_return() { (0, 1) } else { (1, 0) };
        let total = self.total.0;
        for period in periods(date) {
            let discount = self.signed(sums.discount).0;
            let deltas = [sold, sold * total, back, back * total, discount, self.signed(sums.vat).0, self.signed(sums.cost).0];
            writes.add(&SALES_DAY, [period.into()], deltas);
            writes.add(&SALES_PERSON, [period.into(), person.into()], [sold, sold * total, back, back * total]);
        }
        for line in self.lines {
            let uncosted = if line.cost.is_none() && !line.service { self.signed(Amount(line.q.0)).0 } else { 0 };
            writes.add(
                &SALES_PRODUCT,
                [date.into(), line.p.into()],
                [
                    sold * line.q.0,
                    sold * line.sum.0,
                    back * line.q.0,
                    back * line.sum.0,
                    self.signed(line.disc).0,
                    self.signed(line.vat).0,
                    self.signed(line.cost.unwrap_or_default()).0,
                    uncosted,
                ],
            );
        }
    }

    fn goods(&self, seq: i64, writes: &mut Writes) {
        for (index, line) in self.lines.iter().enumerate().filter(|(_, line)| !line.service) {
            let out = self.is_return();
            let quantity = if out { line.q } else { -line.q };
            let value = line.cost.map(|cost| if out { cost } else { -cost });
            let kind = if out { MovementKind::Return } else { MovementKind::Sale };
            movement(writes, &Movement { seq, line: index as i64 + 1, kind, product: line.p, warehouse: WAREHOUSE, quantity, value });
        }
    }

    fn money(&self, sums: &LineTotals, writes: &mut Writes) {
        let currency = self.currency;
        let mut post = |account, a, b, amount| {
            let amount = self.signed(amount);
            writes.money(MoneyPosting { account, a, b, amount, currency });
        };
        for paid in self.payments {
            let (account, a) = match paid.m {
                Method::Cash => (Account::Cash, self.till),
                Method::Kaspi => (Account::Suspense, self.till),
                Method::Card => (Account::Terminal, self.till),
                Method::Transfer => (Account::Bank, 0),
            };
            post(account, a, 0, paid.a);
        }
        post(Account::Discount, 0, 0, sums.discount);
        post(Account::Revenue, 0, 0, -(sums.gross - sums.vat));
        post(Account::TaxPayable, 0, 0, -sums.vat);
        // What rounding made of the exact sum, in lines and in the receipt.
        post(Account::Rounding, 0, 0, -self.rounded(sums));
        post(Account::CostOfGoods, 0, 0, sums.cost);
        post(Account::Inventory, WAREHOUSE, 0, -sums.cost);
    }
}

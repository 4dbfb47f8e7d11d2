//! Days of sales, written straight into the journal.

use std::collections::HashMap;
use std::path::Path;

use duken_kernel::Read;
use duken_kernel::journal::{self, Head, OWN, RawEntry, Tip, chain_hash};
use duken_kernel::store::{Engine, Sqlite};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::Shop;

const LINES: usize = 10;
const ZONE_MIN: i16 = 300;
/// Entries of one transaction.
const GROUP: usize = 5_000;

/// The goods of a database: number and price.
pub(super) fn goods(data: &Path, prices: &HashMap<String, i64>) -> anyhow::Result<Vec<(i64, i64)>> {
    let books = Sqlite::open_readonly(&data.join("duken.db"))?;
    let rows = books.rows("SELECT product, name FROM product WHERE node = ?1 ORDER BY product", &[OWN.into()])?;
    let mut goods = Vec::with_capacity(rows.len());
    for row in &rows {
        let (product, name): (i64, String) = (row.get(0)?, row.get(1)?);
        goods.extend(prices.get(&name).map(|price| (product, *price)));
    }
    Ok(goods)
}

/// A number from a committed seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    /// One of `count` things, of which the first are taken far more often.
    fn popular(&mut self, count: usize) -> usize {
        const STEPS: u64 = 1 << 20;
        let share = self.below(STEPS) as u128;
        let cubed = share * share * share * count as u128;
        usize::try_from(cubed / (u128::from(STEPS)).pow(3)).unwrap_or(0)
    }
}

/// The journal, open at its end.
struct Pen {
    books: Sqlite,
    node: String,
    tip: Tip,
    waiting: usize,
}

impl Pen {
    fn write(&mut self, kind: &str, at: i64, date: i32, by: i64, till: i64, body: &impl Serialize) -> anyhow::Result<i64> {
        if self.waiting == 0 {
            self.books.begin()?;
        }
        let body = serde_json::value::to_raw_value(body)?;
        let head =
            Head { kind: kind.to_owned(), v: 1, epoch: 0, at, date, zone: ZONE_MIN, by: Some(by), till: Some(till), req: None, body };
        let bytes = serde_json::to_vec(&head)?;
        let seq = self.tip.seq + 1;
        let hash = chain_hash(&self.node, &self.tip.hash, seq, &bytes);
        journal::append(&self.books, OWN, &RawEntry { seq, hash, bytes })?;
        self.tip = Tip { seq, hash };
        self.waiting += 1;
        if self.waiting == GROUP {
            self.done()?;
        }
        Ok(seq)
    }

    fn done(&mut self) -> anyhow::Result<()> {
        if self.waiting > 0 {
            self.books.commit()?;
            self.waiting = 0;
        }
        Ok(())
    }
}

/// Writes the shop's sales, a shift a day on each till.
pub(super) fn write(data: &Path, shop: &mut Shop) -> anyhow::Result<()> {
    let books = Sqlite::open(&data.join("duken.db"))?;
    let row = books.row("SELECT id FROM node WHERE number = ?1", &[OWN.into()])?.expect("the hub has made itself");
    let names: HashMap<i64, String> = books
        .rows("SELECT product, name FROM product WHERE node = ?1", &[OWN.into()])?
        .iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?)))
        .collect::<Result<_, duken_kernel::Fault>>()?;
    let mut pen = Pen { node: row.get(0)?, tip: journal::tip(&books, OWN)?, books, waiting: 0 };
    let mut chance = Chance(0x5eed_1234_5678_9abc);
    let today = jiff::Zoned::now().with_time_zone(jiff::tz::TimeZone::get("Asia/Almaty")?).date();
    let mut serials: HashMap<i16, i64> = HashMap::new();
    let (mut sold, tills) = (0_u64, shop.tills.len());
    for day in 0..shop.size.days {
        let date = today.checked_sub(jiff::Span::new().days(i64::from(shop.size.days - day)))?;
        let until = shop.size.sales * u64::from(day + 1) / u64::from(shop.size.days);
        let packed = i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day());
        let morning = date.at(4, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp().as_millisecond();
        let mut shifts = Vec::with_capacity(tills);
        for till in 0..tills {
            let body = json!({
                "till": shop.tills[till], "number": i64::from(day) + 2, "counted": shop.drawers[till], "difference": 0, "first": false,
                "currency": "KZT",
            });
            shifts.push(pen.write("shift.opened", morning, packed, shop.cashiers[till], shop.tills[till], &body)?);
        }
        let mut receipts = vec![0_i64; tills];
        for sale in sold..until {
            let till = usize::try_from(sale).unwrap_or(0) % tills;
            let at = morning + i64::try_from((sale - sold) * 43_200_000 / (until - sold).max(1))?;
            let serial = serials.entry(date.year()).or_default();
            *serial += 1;
            receipts[till] += 1;
            let place = Place { till, shift: shifts[till], receipt: receipts[till], serial: *serial };
            let (body, cash) = document(shop, &names, &mut chance, date, &place);
            shop.drawers[till] += cash;
            pen.write("sale.completed", at, packed, shop.cashiers[till], shop.tills[till], &body)?;
        }
        sold = until;
        let evening = morning + 46_800_000;
        for (till, shift) in shifts.iter().enumerate() {
            let body = json!({
                "till": shop.tills[till], "shift": shift, "number": i64::from(day) + 2, "expected": shop.drawers[till],
                "counted": shop.drawers[till], "explanation": "", "currency": "KZT",
            });
            pen.write("shift.closed", evening, packed, shop.cashiers[till], shop.tills[till], &body)?;
        }
        shop.last_day = packed;
    }
    pen.done()
}

struct Place {
    till: usize,
    shift: i64,
    receipt: i64,
    serial: i64,
}

/// One sale, and how much of it was cash.
fn document(shop: &Shop, names: &HashMap<i64, String>, chance: &mut Chance, date: Date, place: &Place) -> (Value, i64) {
    let rate = if date.year() >= 2026 { 16 } else { 12 };
    let mut picked: Vec<usize> = Vec::with_capacity(LINES);
    while picked.len() < LINES {
        let one = chance.popular(shop.goods.len());
        if !picked.contains(&one) {
            picked.push(one);
        }
    }
    let mut total = 0;
    let lines: Vec<Value> = picked
        .iter()
        .map(|one| {
            let (product, price) = shop.goods[*one];
            let quantity = 1 + chance.below(3) as i64;
            let sum = price * quantity;
            total += sum;
            let vat = (sum * rate * 2 + 100 + rate) / (2 * (100 + rate));
            json!({
                "p": product, "n": names.get(&product), "u": "pcs", "q": quantity * 1_000, "price": price, "sum": sum, "rate": rate, "vat": vat,
                "cost": price / 100 * 6 / 10 * 100 * quantity,
            })
        })
        .collect();
    let is_cash = chance.below(10) < 6;
    let mut body = json!({
        "number": { "year": date.year(), "serial": place.serial }, "receipt": place.receipt, "shift": place.shift,
        "till": shop.tills[place.till], "currency": "KZT", "lines": lines, "total": total,
        "payments": [{ "m": if is_cash { "cash" } else { "card" }, "a": total }],
    });
    if !shop.customers.is_empty() && chance.below(5) == 0 {
        body["customer"] = shop.customers[chance.below(shop.customers.len() as u64) as usize].into();
    }
    (body, if is_cash { total } else { 0 })
}

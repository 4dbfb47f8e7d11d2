//! What somebody at a till takes into his head: mostly lawful, sometimes not.

use super::auditor::{Book, Intent, Off};
use super::base::Shop;
use super::dice::Dice;

/// The next deed of somebody at a till who may give discounts up to `limit`, hundredths of a percent.
pub fn deed(dice: &mut Dice, shop: &Shop, book: &Book, till: i64, limit: i64) -> Intent {
    let cashier = limit < 10_000;
    let Some(shift) = book.shift_of(till) else {
        return match dice.below(10) {
            0 => sale(dice, shop, book, till, limit),
            1 => correction(dice, shop),
            _ => Intent::Open { till, counted: *dice.one_of(&[0, 1_000_000, 2_345_600]), cashier },
        };
    };
    match dice.below(100) {
        0..=49 => sale(dice, shop, book, till, limit),
        50..=69 => give_back(dice, book, till).unwrap_or_else(|| sale(dice, shop, book, till, limit)),
        70..=74 => Intent::Cash { shift, amount: dice.between(1, 200) * 10_000, cashier },
        75..=79 => Intent::Cash { shift, amount: -dice.between(1, 300) * 10_000, cashier },
        80..=82 => Intent::Close { shift, counted: book.drawer(till), explained: false, cashier },
        83 => Intent::Close { shift, counted: book.drawer(till) + dice.between(-500, 500), explained: dice.percent(70), cashier },
        84 => Intent::Open { till, counted: 0, cashier },
        85..=90 => price(dice, shop, book),
        91..=96 => correction(dice, shop),
        _ => Intent::Count { product: dice.one_of(&shop.products).0, quantity: dice.between(0, 50) * 1000 },
    }
}

fn off(dice: &mut Dice, limit: i64) -> Option<Off> {
    match dice.below(20) {
        0..=2 => Some(Off::Percent(dice.between(0, limit.min(2_000)))),
        3 => Some(Off::Amount(dice.between(0, 5_000))),
        // Over his right, as likely as not.
        4 => Some(Off::Percent(dice.between(limit.min(9_000), 10_000))),
        _ => None,
    }
}

fn sale(dice: &mut Dice, shop: &Shop, book: &Book, till: i64, limit: i64) -> Intent {
    let mut lines = Vec::new();
    for _ in 0..dice.between(1, 4) {
        let product = if dice.percent(1) { 1 } else { dice.one_of(&shop.products).0 };
        let quantity = match dice.below(60) {
            0 => 500,
            1 => 0,
            2..=9 => dice.between(5, 40) * 1000,
            _ => dice.between(1, 4) * 1000,
        };
        lines.push((product, quantity, off(dice, limit)));
    }
    let receipt = if dice.percent(15) { off(dice, limit) } else { None };
    let total = book.total(&lines, receipt).unwrap_or(0);
    let paid = match dice.below(40) {
        0 => (total - 100, 0),
        1 => (total + 100, 0),
        2..=7 => (0, total),
        8..=13 if total > 200 => {
            let cash = dice.between(1, total / 100 - 1) * 100;
            (cash, total - cash)
        }
        _ => (total, 0),
    };
    Intent::Sell { till, lines, prices: Vec::new(), off: receipt, paid, limit, terminal: false }
}

/// Some lines of some sale, within what may still come back or a little over it.
fn give_back(dice: &mut Dice, book: &Book, till: i64) -> Option<Intent> {
    let sales = book.latest_sales(12);
    if sales.is_empty() {
        return None;
    }
    let sale = *dice.one_of(&sales);
    let left = book.left_of(sale);
    let mut lines = Vec::new();
    for (line, left) in (1..).zip(&left) {
        if *left <= 0 && !dice.percent(5) {
            continue;
        }
        let most = (left / 1000).max(1);
        match dice.below(12) {
            0..=4 => lines.push((line, 1000)),
            5..=7 => lines.push((line, dice.between(1, most) * 1000)),
            8 => lines.push((line, *left)),
            9 if dice.percent(40) => lines.push((line, left + 1000)),
            _ => {}
        }
    }
    if dice.percent(2) {
        lines.push((99, 1000));
    }
    if lines.is_empty() {
        lines.push((1, 1000));
    }
    Some(if book.by_terminal(sale) { Intent::Refund { till, sale, lines } } else { Intent::Return { till, sale, lines } })
}

fn price(dice: &mut Dice, shop: &Shop, book: &Book) -> Intent {
    let product = dice.one_of(&shop.products).0;
    let version = if dice.percent(15) { product } else { book.version_of(product) };
    let price = *dice.one_of(&[1, 50, 333, 7_777, 12_345, 33_333, 99_999, 250_000]);
    Intent::Price { product, version, price }
}

fn correction(dice: &mut Dice, shop: &Shop) -> Intent {
    Intent::Adjust { product: dice.one_of(&shop.products).0, quantity: dice.between(-20, 100) * 1000 }
}

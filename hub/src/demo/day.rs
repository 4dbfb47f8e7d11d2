//! What happens in the store on one day. Pure: the shelf as it is that morning and the day's number go in, events in the
//! order of their moments come out.

use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use jiff::civil::{Date, Weekday};

use super::dice::Dice;
use super::goods::FAVOURITE;
use super::people::CASHIERS;
use crate::tills::Method;

/// Seconds of a day at which the store opens and closes.
const OPENS_S: i64 = 8 * 3_600 + 1_500;
const CLOSES_S: i64 = 21 * 3_600 + 3_000;
/// Cash that stays in a drawer over night, in whole units of money.
pub(super) const FLOAT: i64 = 30_000;
const REASONS: [&str; 3] = ["Не подошло", "Истёк срок годности", "Повреждена упаковка"];

/// A good as it lies on the shelf that morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shelf {
    /// The price of one.
    pub price: Amount,
    /// Whether a part of it can be sold.
    pub divisible: bool,
    /// How much is there; none for a service.
    pub left: Option<Quantity>,
}

/// A sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Basket {
    /// Goods by their place in the list, and how much of each.
    pub lines: Vec<(usize, Quantity)>,
    /// The receipt's discount.
    pub discount: Option<Amount>,
    /// How it is paid.
    pub method: Method,
    /// What is paid.
    pub total: Amount,
    /// Cash handed over.
    pub tendered: Option<Amount>,
    /// The customer, by his place among them.
    pub customer: Option<usize>,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// A cashier opens a shift.
    Open,
    /// A sale.
    Sale(Basket),
    /// The first line of the day's sale with this number (from 0) comes back.
    Return(usize, &'static str),
    /// Cash for a purchase of the household.
    TakeOut(Amount, &'static str),
    /// Change from the bank.
    PutIn(Amount, &'static str),
    /// The takings go to the bank, the shift is closed; so much less than expected was counted.
    Close(Amount),
}

/// An event at a till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    /// Seconds after midnight in the store's zone.
    pub at_s: i64,
    /// The till, by its place among them.
    pub till: usize,
    /// The cashier, by his place among the staff.
    pub cashier: usize,
    /// What happens.
    pub act: Act,
}

/// Plans a day. `number` counts days from the demo's first; `until_s` cuts a day that is not over: its shift stays open.
#[must_use]
pub(super) fn plan(date: Date, number: i64, shelf: &mut [Shelf], customers: usize, scale: i64, until_s: Option<i64>) -> Vec<Event> {
    let mut dice = Dice::new(number.unsigned_abs() + 17);
    let weekend = matches!(date.weekday(), Weekday::Friday | Weekday::Saturday | Weekday::Sunday);
    let sales = if weekend { 38 + dice.below(9) } else { 24 + dice.below(9) };
    let tills: usize = if weekend { 2 } else { 1 };
    let turn = usize::try_from(number / 2).unwrap_or(0);
    let at_till = |till: usize| (turn + till) % CASHIERS;
    let mut events = Vec::new();
    let mut add = |at_s: i64, till: usize, act: Act| events.push(Event { at_s, till, cashier: at_till(till), act });
    for till in 0..tills {
        add(OPENS_S + 60 * till as i64, till, Act::Open);
        let short = if dice.percent(6) { Amount(50 * (1 + dice.below(4)) * scale) } else { Amount::ZERO };
        add(CLOSES_S + 300 * till as i64, till, Act::Close(short));
    }
    if date.weekday() == Weekday::Monday {
        add(OPENS_S + 600, 0, Act::PutIn(Amount(10_000 * scale), "Размен"));
    }
    if date.weekday() == Weekday::Wednesday {
        add(13 * 3_600, 0, Act::TakeOut(Amount((1_500 + 100 * dice.below(20)) * scale), "Хозяйственные расходы"));
    }
    let mut moments: Vec<i64> = (0..sales).map(|_| busy_moment(&mut dice)).collect();
    moments.sort_unstable();
    let mut serial = 0;
    for at_s in moments {
        let till = dice.place(tills);
        let Some(basket) = basket(shelf, customers, scale, &mut dice) else { continue };
        let small = basket.total.0 < 20_000 * scale;
        add(at_s, till, Act::Sale(basket));
        if small && dice.percent(3) {
            let back_s = (at_s + 1_200 + dice.below(7_200)).min(CLOSES_S - 60);
            add(back_s, till, Act::Return(serial, REASONS[dice.place(REASONS.len())]));
        }
        serial += 1;
    }
    events.sort_by_key(|event| event.at_s);
    if let Some(until_s) = until_s {
        // Who comes early finds the shift opened just now.
        for event in events.iter_mut().filter(|event| event.act == Act::Open) {
            event.at_s = event.at_s.min(until_s);
        }
        events.retain(|event| event.at_s <= until_s && !matches!(event.act, Act::Close(_)));
    }
    events
}

/// People come before work, at noon and most of all in the evening.
fn busy_moment(dice: &mut Dice) -> i64 {
    let (from_s, to_s) = match dice.below(10) {
        0 | 1 => (OPENS_S + 300, 11 * 3_600),
        2..=4 => (11 * 3_600, 15 * 3_600),
        5..=8 => (17 * 3_600, 20 * 3_600),
        _ => (15 * 3_600, CLOSES_S - 900),
    };
    from_s + dice.below(to_s - from_s)
}

fn basket(shelf: &mut [Shelf], customers: usize, scale: i64, dice: &mut Dice) -> Option<Basket> {
    const LINES: [usize; 9] = [1, 2, 2, 3, 3, 4, 5, 6, 8];
    let mut lines: Vec<(usize, Quantity)> = Vec::new();
    let mut total = Amount::ZERO;
    for _ in 0..LINES[dice.place(LINES.len())] {
        let at = favourite(shelf.len(), dice);
        let good = &mut shelf[at];
        let quantity = if good.divisible { Quantity(100 * (3 + dice.below(22))) } else { Quantity(1_000 * (1 + dice.below(9) / 6)) };
        let there = good.left.is_none_or(|left| left >= quantity);
        if !there || lines.iter().any(|(other, _)| *other == at) {
            continue;
        }
        good.left = good.left.map(|left| left - quantity);
        total += quantity.at_price(good.price);
        lines.push((at, quantity));
    }
    if lines.is_empty() {
        return None;
    }
    let discount = (total.0 >= 2_000 * scale && dice.percent(8)).then(|| Amount(total.0 / 50 / (10 * scale) * (10 * scale)));
    total -= discount.unwrap_or_default();
    let method = match dice.below(20) {
        0..=8 => Method::Cash,
        9..=16 => Method::Card,
        _ => Method::Transfer,
    };
    let note = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000].into_iter().map(|note| Amount(note * scale)).find(|note| *note >= total);
    let service = lines.iter().any(|(at, _)| shelf[*at].left.is_none());
    let customer = (customers > 0 && (service || dice.percent(15))).then(|| dice.place(customers));
    Some(Basket { lines, discount, method, total, tendered: note.filter(|_| method == Method::Cash), customer })
}

fn favourite(count: usize, dice: &mut Dice) -> usize {
    let at = if dice.percent(60) { dice.place(count.div_ceil(FAVOURITE)) * FAVOURITE } else { dice.place(count) };
    at.min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::goods::goods;

    fn shelf() -> Vec<Shelf> {
        let good = |good: &crate::demo::goods::Good| Shelf {
            price: Amount(good.price * 100),
            divisible: good.unit().is_divisible(),
            left: (!good.is_service()).then_some(Quantity(50_000)),
        };
        goods().iter().map(good).collect()
    }

    #[test]
    fn a_day_is_the_same_every_time_and_sells_what_is_there() {
        let first: Date = "2026-08-21".parse().unwrap();
        let mut shelf_now = shelf();
        let (mut sold, mut returns) = (0, 0);
        for number in 0..92 {
            let date = first.checked_add(jiff::Span::new().days(number)).unwrap();
            let before = shelf_now.clone();
            let events = plan(date, number, &mut shelf_now, 12, 100, None);
            assert_eq!(events, plan(date, number, &mut before.clone(), 12, 100, None));
            assert!(events.is_sorted_by_key(|event| event.at_s));
            let opened = events.iter().filter(|event| event.act == Act::Open).count();
            assert_eq!(opened, events.iter().filter(|event| matches!(event.act, Act::Close(_))).count());
            for event in &events {
                match &event.act {
                    Act::Sale(basket) => {
                        sold += 1;
                        let gross: Amount = basket.lines.iter().map(|(at, quantity)| quantity.at_price(before[*at].price)).sum();
                        assert_eq!(gross - basket.discount.unwrap_or_default(), basket.total);
                        assert_eq!(basket.total.0 % 100, 0, "whole money");
                        assert!(basket.tendered.is_none_or(|tendered| tendered >= basket.total));
                    }
                    Act::Return(..) => returns += 1,
                    Act::Open | Act::Close(_) | Act::PutIn(..) | Act::TakeOut(..) => {}
                }
            }
        }
        assert!(shelf_now.iter().all(|good| good.left.is_none_or(|left| left.0 >= 0)));
        assert!((1_500..5_000).contains(&sold) && returns > 20, "{sold} sales, {returns} returns");
    }

    #[test]
    fn a_day_that_is_not_over_has_its_shift_open() {
        let date: Date = "2026-11-21".parse().unwrap();
        for until_s in [0, 60, OPENS_S, 12 * 3_600, CLOSES_S + 3_600] {
            let events = plan(date, 91, &mut shelf(), 12, 100, Some(until_s));
            assert!(events.iter().all(|event| event.at_s <= until_s && !matches!(event.act, Act::Close(_))));
            assert!(events.iter().any(|event| event.act == Act::Open), "until {until_s}");
        }
    }
}

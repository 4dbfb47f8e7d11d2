//! One day of the demo store: everything that happens on it, in one command.

use std::sync::Arc;

use duken_kernel::journal::OWN;
use duken_kernel::{Read, Reject, Tx};
use duken_protocol::money::Amount;
use jiff::civil::Date;

use super::{moment, plays};
use crate::catalog::{self, Kind, MakeBarcode, PurchasePrice, Wanted, door};
use crate::demo::day::{Act, Basket, Event, FLOAT, Shelf, plan};
use crate::demo::job;
use crate::sales::{Asked, AskedLine, Paying, ReturnAsked, ReturnLine, Standing, Terms, complete_sale, return_items};
use crate::settings::{NegativeStock, Rounding, RoundingScope, Settings};
use crate::staff;
use crate::stock::door as stock;
use crate::tills::{self, MoveCash, OperationKind};

/// A day to play.
#[derive(Debug, Clone)]
pub(in crate::demo) struct Day {
    /// Its step among those of the job.
    pub step: i64,
    /// Its number from the demo's first day.
    pub number: i64,
    /// Its date.
    pub date: Date,
    /// The moment it is cut at, when it is not over.
    pub until_ms: Option<i64>,
}

/// Who and what the day is played with, by their cards.
struct Cast {
    tills: Vec<i64>,
    staff: Vec<i64>,
    goods: Vec<i64>,
    customers: Vec<i64>,
}

/// Plays a day; answers with its step.
///
/// # Errors
/// Those of the commands that are played.
pub(in crate::demo) fn play_day(settings: &Settings, day: Day) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    // However somebody sets the store meanwhile, its past was sold in whole money and from the shelf.
    let rounding = Rounding { step: "1.00".to_owned(), scope: RoundingScope::Receipt };
    let settings = Arc::new(Settings { rounding, negative_stock: NegativeStock::Allow, ..settings.clone() });
    move |tx| {
        if !job::advance(tx, day.step)? {
            return Ok(day.step);
        }
        let (now_ms, caller) = (tx.now_ms, tx.caller);
        let cast = Cast {
            tills: job::remembered(tx, "till")?,
            staff: job::remembered(tx, "staff")?,
            goods: job::remembered(tx, "good")?,
            customers: job::remembered(tx, "customer")?,
        };
        let scale = settings.currency().scale();
        raise_prices(tx, &settings, &cast, &day)?;
        let mut shelf = shelf(tx, &cast)?;
        let midnight_ms = moment(&settings, day.date, 0);
        let until_s = day.until_ms.map(|until_ms| (until_ms - midnight_ms).max(0) / 1_000);
        let events = plan(day.date, day.number, &mut shelf, cast.customers.len(), scale, until_s);
        let mut sales = Vec::new();
        for event in &events {
            let (till, person) = (cast.tills[event.till], cast.staff[event.cashier]);
            plays(tx, &settings, moment(&settings, day.date, event.at_s), person, Some(till));
            play(tx, &settings, &cast, event, &mut sales)?;
        }
        (tx.now_ms, tx.caller) = (now_ms, caller);
        Ok(day.step)
    }
}

/// Every month some prices rise: a price has a history.
fn raise_prices(tx: &mut Tx<'_>, settings: &Settings, cast: &Cast, day: &Day) -> Result<(), Reject> {
    if day.number % 30 != 29 {
        return Ok(());
    }
    let manager = cast.staff.get(3).copied().unwrap_or(0);
    plays(tx, settings, moment(settings, day.date, 8 * 3_600), manager, None);
    let ten = 10 * settings.currency().scale();
    for id in cast.goods.iter().skip(3).step_by(7) {
        let Some(now) = catalog::stored(tx, OWN, *id)? else { continue };
        let raised = now.card.price.map(|price| Amount((price.0 * 106 / 100 + ten - 1) / ten * ten));
        let card = catalog::Card { price: raised, ..now.card };
        let edited = Some((now.id, now.version));
        catalog::save(Wanted { edited, card, purchase_price: PurchasePrice::Set, make_barcode: MakeBarcode::No })(tx)?;
    }
    Ok(())
}

fn shelf(read: &dyn Read, cast: &Cast) -> Result<Vec<Shelf>, Reject> {
    let known = door::products(read, OWN, &cast.goods)?;
    let held = stock::holdings(read, OWN, stock::WAREHOUSE, &cast.goods)?;
    let good = |id: &i64| {
        let product = known.get(id);
        let kept = product.is_some_and(|p| p.kind == Kind::Product);
        Shelf {
            price: product.and_then(|p| p.price).unwrap_or_default(),
            divisible: product.is_some_and(|p| p.unit.is_divisible()),
            left: kept.then(|| held.get(id).map(|h| h.quantity).unwrap_or_default()),
        }
    };
    Ok(cast.goods.iter().map(good).collect())
}

fn play(tx: &mut Tx<'_>, settings: &Arc<Settings>, cast: &Cast, event: &Event, sales: &mut Vec<i64>) -> Result<(), Reject> {
    let (till, currency) = (cast.tills[event.till], settings.currency());
    let in_drawer = |tx: &Tx<'_>| tills::cash_in_drawer(tx, OWN, till, currency);
    match &event.act {
        Act::Open => {
            let first = tills::shift_count(tx, till)? == 0;
            let counted = if first { Amount(FLOAT * currency.scale()) } else { in_drawer(tx)? };
            tills::begin_shift(till, counted, currency)(tx)?;
        }
        Act::Sale(basket) => {
            let terms = terms(tx, settings, cast.staff[event.cashier])?;
            let asked = asked(cast, till, basket, terms.own_limit());
            sales.push(complete_sale(tx, &terms, asked)?.id);
        }
        Act::Return(sale, reason) => {
            let Some(sold) = sales.get(*sale) else { return Ok(()) };
            let terms = terms(tx, settings, cast.staff[event.cashier])?;
            let quantity = crate::sales::view(tx, OWN, *sold)?.and_then(|view| view.lines.first().map(|line| line.q)).unwrap_or_default();
            let lines = vec![ReturnLine { line: 1, quantity }];
            return_items(terms, ReturnAsked { till, sale: *sold, lines, reason: (*reason).to_owned(), date: None })(tx)?;
        }
        Act::TakeOut(amount, reason) => {
            let amount = (*amount).min(in_drawer(tx)?);
            cash(tx, till, OperationKind::CashOut, amount, reason, currency)?;
        }
        Act::PutIn(amount, reason) => cash(tx, till, OperationKind::CashIn, *amount, reason, currency)?,
        Act::Close(short) => {
            let takings = in_drawer(tx)? - Amount(FLOAT * currency.scale());
            cash(tx, till, OperationKind::CashOut, takings, "Инкассация", currency)?;
            let Some(shift) = tills::open_shift(tx, OWN, till)? else { return Ok(()) };
            let counted = in_drawer(tx)? - *short;
            let explanation = if *short == Amount::ZERO { String::new() } else { "Ошибка при сдаче".to_owned() };
            tills::close_shift(shift.id, counted, explanation, currency, None)(tx)?;
        }
    }
    Ok(())
}

fn terms(tx: &Tx<'_>, settings: &Arc<Settings>, person: i64) -> Result<Terms, Reject> {
    Ok(Terms { settings: settings.clone(), actor: staff::acting(tx, person)? })
}

fn asked(cast: &Cast, till: i64, basket: &Basket, discount_limit: i64) -> Asked {
    let line = |(at, quantity): &(usize, duken_protocol::quantity::Quantity)| AskedLine {
        product: cast.goods[*at],
        quantity: *quantity,
        own_price: None,
        shown_price: None,
        discount: None,
        label_sum: None,
    };
    let paid = Paying { method: basket.method, amount: basket.total, tendered: basket.tendered, payment: None };
    Asked {
        till,
        lines: basket.lines.iter().map(line).collect(),
        discount: basket.discount.map(crate::sales::Discount::Amount),
        customer: basket.customer.and_then(|at| cast.customers.get(at).copied()),
        payments: vec![paid],
        date: None,
        reason: None,
        discount_limit,
        standing: Standing::Asked,
    }
}

/// Cash that moves; nothing when there is none to move.
fn cash(
    tx: &mut Tx<'_>,
    till: i64,
    kind: OperationKind,
    amount: Amount,
    reason: &str,
    currency: duken_protocol::money::Currency,
) -> Result<(), Reject> {
    let Some(shift) = tills::open_shift(tx, OWN, till)? else { return Ok(()) };
    if amount.0 > 0 {
        tills::move_cash(MoveCash { shift: shift.id, kind, amount, reason: reason.to_owned(), currency, only_own: None })(tx)?;
    }
    Ok(())
}

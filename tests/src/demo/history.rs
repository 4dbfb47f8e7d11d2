//! Three weeks of sales, as two cashiers with the right to enter other dates bring them in.

use anyhow::Context as _;
use jiff::civil::{Date, Weekday};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::diary::{Writer, id_of};
use super::goods::Good;
use crate::client::tenge;

/// Days before the demo's first.
const DAYS: i64 = 21;
/// Sales asked for at once.
const AT_ONCE: usize = 8;

/// What is sold and to whom.
#[derive(Debug)]
pub struct Shop {
    /// The goods with the ids of their cards, in the order of the list.
    pub goods: Vec<(String, Good)>,
    /// Customers' ids.
    pub customers: Vec<String>,
}

/// A source of chance that is the same every time.
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    /// Zero up to, and without, `sides`.
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
}

/// Brings in the weeks before `today`; each cashier stands at a till of his own with an open shift.
///
/// # Errors
/// A refusal.
pub async fn weeks(shop: &Shop, cashiers: &[Writer], today: Date) -> anyhow::Result<()> {
    for back in (1..=DAYS).rev() {
        let date = today.checked_sub(jiff::Span::new().days(back))?;
        let mut dice = Dice::new(u64::from(date.day_of_year().unsigned_abs()));
        let busy = match date.weekday() {
            Weekday::Friday | Weekday::Saturday => 42,
            Weekday::Sunday => 38,
            _ => 26,
        };
        let sales = busy + dice.below(8);
        day(shop, cashiers, Some(date), sales, &mut dice).await?;
    }
    Ok(())
}

/// The first sales of today.
///
/// # Errors
/// A refusal.
pub async fn this_morning(shop: &Shop, cashier: &Writer, today: Date) -> anyhow::Result<()> {
    let mut dice = Dice::new(u64::from(today.day_of_year().unsigned_abs()));
    day(shop, std::slice::from_ref(cashier), None, 14, &mut dice).await
}

async fn day(shop: &Shop, cashiers: &[Writer], date: Option<Date>, sales: u64, dice: &mut Dice) -> anyhow::Result<()> {
    let mut running = JoinSet::new();
    let mut sold = Vec::new();
    for serial in 0..sales {
        let cashier = cashiers[usize::try_from(serial)? % cashiers.len()].clone();
        let (body, total) = basket(shop, date, dice);
        let name = format!("{date:?} {serial}");
        running.spawn(async move { anyhow::Ok((serial, total, cashier.post(&name, "/api/sales", body).await?)) });
        if running.len() == AT_ONCE {
            sold.push(running.join_next().await.context("a sale")???);
        }
    }
    while let Some(done) = running.join_next().await {
        sold.push(done??);
    }
    sold.sort_by_key(|(serial, ..)| *serial);
    for (serial, total, sale) in &sold {
        if date.is_some() && dice.percent(3) && *total < 20_000 {
            give_back(&cashiers[usize::try_from(*serial)? % cashiers.len()], date, *serial, sale, dice).await?;
        }
    }
    Ok(())
}

fn basket(shop: &Shop, date: Option<Date>, dice: &mut Dice) -> (Value, i64) {
    let mut lines = Vec::new();
    let mut total = 0;
    let mut chosen = Vec::new();
    let most = [1, 2, 2, 3, 3, 4, 5, 6, 8];
    for _ in 0..most[usize::try_from(dice.below(9)).unwrap_or(0)] {
        let at = favourite(shop, dice);
        if chosen.contains(&at) {
            continue;
        }
        chosen.push(at);
        let (id, good) = &shop.goods[at];
        let tenths = if good.by_weight() {
            i64::try_from(3 + dice.below(22)).unwrap_or(10)
        } else {
            10 * i64::try_from(1 + dice.below(9) / 6).unwrap_or(1)
        };
        total += good.price * tenths / 10;
        lines.push(json!({ "product_id": id, "quantity": format!("{}.{}", tenths / 10, tenths % 10) }));
    }
    let discount = (total >= 2_000 && dice.percent(8)).then(|| total / 50 / 10 * 10);
    total -= discount.unwrap_or(0);
    let payment = match dice.below(20) {
        0..=8 => {
            let note = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000].into_iter().find(|note| *note >= total).unwrap_or(total);
            json!({ "method": "cash", "amount": tenge(&total.to_string()), "tendered": tenge(&note.to_string()) })
        }
        9..=16 => json!({ "method": "card", "amount": tenge(&total.to_string()) }),
        _ => json!({ "method": "transfer", "amount": tenge(&total.to_string()) }),
    };
    let mut body = json!({ "lines": lines, "payments": [payment] });
    if let Some(discount) = discount {
        body["discount"] = json!({ "kind": "amount", "value": discount.to_string() });
    }
    // A service is owed to somebody.
    let service = chosen.iter().any(|at| shop.goods[*at].1.is_service());
    if !shop.customers.is_empty() && (service || dice.percent(15)) {
        let at = usize::try_from(dice.below(shop.customers.len() as u64)).unwrap_or(0);
        body["customer_id"] = shop.customers[at].as_str().into();
    }
    if let Some(date) = date {
        body["business_date"] = date.to_string().into();
        body["reason"] = "Перенос из прежней программы".into();
    }
    (body, total)
}

/// People buy bread and milk more often than batteries: two dice out of three fall on every fifth good.
fn favourite(shop: &Shop, dice: &mut Dice) -> usize {
    let all = shop.goods.len() as u64;
    let at = if dice.percent(60) { dice.below(all.div_ceil(5)) * 5 } else { dice.below(all) };
    usize::try_from(at.min(all - 1)).unwrap_or(0)
}

async fn give_back(cashier: &Writer, date: Option<Date>, serial: u64, sale: &Value, dice: &mut Dice) -> anyhow::Result<()> {
    const REASONS: [&str; 3] = ["Не подошло", "Истёк срок годности", "Повреждена упаковка"];
    let reason = REASONS[usize::try_from(dice.below(3))?];
    let body = json!({
        "sale_id": id_of(sale)?,
        "lines": [{ "line": sale["lines"][0]["line"], "quantity": sale["lines"][0]["quantity"] }],
        "reason": reason,
        "business_date": date.map(|date| date.to_string()),
    });
    let _return = cashier.post(&format!("back {date:?} {serial}"), "/api/returns", body).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::goods::goods;

    #[test]
    fn a_basket_is_paid_exactly_and_is_the_same_every_time() {
        let shop = Shop {
            goods: goods().into_iter().enumerate().map(|(at, good)| (at.to_string(), good)).collect(),
            customers: vec!["9".to_owned()],
        };
        let (mut one, mut other) = (Dice::new(7), Dice::new(7));
        for _ in 0..200 {
            let (body, total) = basket(&shop, None, &mut one);
            assert_eq!((&body, total), (&basket(&shop, None, &mut other).0, total));
            let sum: i64 = body["lines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|line| {
                    let (whole, tenth) = line["quantity"].as_str().unwrap().split_once('.').unwrap();
                    let good = &shop.goods[line["product_id"].as_str().unwrap().parse::<usize>().unwrap()].1;
                    good.price * (whole.parse::<i64>().unwrap() * 10 + tenth.parse::<i64>().unwrap()) / 10
                })
                .sum();
            let discount: i64 = body["discount"]["value"].as_str().map_or(0, |value| value.parse().unwrap());
            assert_eq!(sum - discount, total);
            assert_eq!(body["payments"][0]["amount"]["amount"], total.to_string());
        }
    }
}

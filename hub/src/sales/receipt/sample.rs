//! A receipt that nobody got: what the settings make of one, before they are saved.

use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use serde_json::Map;

use super::words::language_of;
use crate::sales::document::{Line, Number, Paid, Series};
use crate::sales::queries::SaleView;
use crate::settings::{RoundingScope, Settings};
use crate::texts;
use crate::tills::Method;

/// VAT within the sample's sums, in percent.
const RATE: i64 = 16;

/// A sale of two goods by `cashier`, as these settings would have it.
#[must_use]
pub fn sample(settings: &Settings, cashier: Option<i64>, at_ms: i64) -> SaleView {
    let currency = settings.currency();
    let language = language_of(settings.receipt_language);
    let name = |key: &str| texts::say(language, key, &Map::new());
    let units = |hundredths: i64| Amount(hundredths * currency.scale() / 100);
    let line = |n: String, sku: &str, u: &str, q: i64, price: Amount, disc: Amount| {
        let sum = Quantity(q).at_price(price) - disc;
        let vat = sum.scaled(RATE, 100 + RATE);
        Line {
            p: 0,
            n,
            sku: sku.to_owned(),
            u: u.to_owned(),
            q: Quantity(q),
            price,
            disc,
            sum,
            rate: RATE,
            vat,
            cost: None,
            service: false,
            of: None,
            g: None,
        }
    };
    let lines = vec![
        line(name("receipt.sample_tea"), "1000001", "pcs", 2_000, units(125_000), units(12_500)),
        line(name("receipt.sample_apples"), "1000002", "kg", 1_345, units(69_000), Amount::ZERO),
    ];
    let exact: Amount = lines.iter().map(|line| line.sum).sum();
    let total = if settings.rounding.scope == RoundingScope::None { exact } else { exact.rounded_to(settings.rounding_step()) };
    let (date, zone_offset_min) = settings.date_at(at_ms);
    SaleView {
        id: 0,
        series: Series::Sale,
        number: Number { year: date / 10_000, serial: 1, epoch: 0 },
        receipt: 1,
        date,
        at_ms,
        zone_offset_min,
        till: 0,
        shift: 0,
        cashier,
        customer: None,
        currency,
        lines,
        rounding: total - exact,
        total,
        payments: vec![Paid { m: Method::Cash, a: total, t: Some(total.max(units(500_000))), pay: None }],
        returned: std::collections::BTreeMap::new(),
        returns: Vec::new(),
        sale: None,
        reason: None,
        mark: "0A1B2C3D".to_owned(),
    }
}

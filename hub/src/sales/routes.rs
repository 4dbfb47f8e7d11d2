//! `/api/till`, `/api/carts`, `/api/sales`, `/api/returns`.

mod carts;
mod documents;
mod public;
mod returns;
mod shapes;
mod tiles;

pub use documents::{SalePage, SalesQuery, history, one};
use duken_kernel::Refusal;
use duken_kernel::refusal::Code;
use duken_protocol::money::{Amount, Currency, Money};
use duken_protocol::quantity::Quantity;
pub use public::{PublicSale, public_sale};
use serde::{Deserialize, Serialize};
pub use shapes::SaleShape;
use utoipa::ToSchema;

use super::commands::Terms;
use super::model::Discount;
use crate::hub::App;
use crate::web::{Actor, MALFORMED, Problem, Route};

/// A code stands on several goods: the cashier chooses.
pub const AMBIGUOUS: Code = Code::new("product.ambiguous", 409);

/// The domain's routes.
pub(super) fn routes() -> Vec<Route> {
    let mut all = carts::routes();
    all.extend(tiles::routes());
    all.extend(documents::routes());
    all.extend(returns::routes());
    all
}

/// A discount on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
struct DiscountShape {
    kind: DiscountKind,
    /// A decimal: percent, or a sum in the store's currency.
    value: String,
}

/// What a discount's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DiscountKind {
    Percent,
    Amount,
}

impl DiscountShape {
    fn read(&self, currency: Currency) -> Result<Discount, Refusal> {
        let bad = || super::BAD_DISCOUNT.refuse().field("discount");
        match self.kind {
            // Two decimals of a percent, as hundredths.
            DiscountKind::Percent => {
                let hundredths = Currency::KZT.parse(&self.value).map_err(|_| bad())?.0;
                if (0..=10_000).contains(&hundredths) { Ok(Discount::Percent(hundredths)) } else { Err(bad()) }
            }
            DiscountKind::Amount => {
                let amount = currency.parse(&self.value).map_err(|_| bad())?;
                if (0..=duken_protocol::money::LARGEST).contains(&amount.0) { Ok(Discount::Amount(amount)) } else { Err(bad()) }
            }
        }
    }

    fn show(discount: Discount, currency: Currency) -> Self {
        match discount {
            Discount::Percent(hundredths) => Self { kind: DiscountKind::Percent, value: Quantity(hundredths * 10).format() },
            Discount::Amount(amount) => Self { kind: DiscountKind::Amount, value: currency.format(amount) },
        }
    }
}

fn terms(app: &App, actor: &Actor) -> Terms {
    Terms { settings: app.settings(), actor: actor.clone() }
}

/// A sum in the store's own currency.
fn own(currency: Currency, money: Money, field: &str) -> Result<Amount, Problem> {
    if money.currency == currency { Ok(money.amount) } else { Err(MALFORMED.refuse().field(field).with("reason", currency.code()).into()) }
}

/// A moment (milliseconds since 1970 UTC) as RFC 3339.
fn at(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default()
}

/// A day (`yyyymmdd`) as `yyyy-mm-dd`.
fn day(date: i32) -> String {
    format!("{:04}-{:02}-{:02}", date / 10_000, date / 100 % 100, date % 100)
}

fn parsed_day(text: Option<&str>, field: &str) -> Result<Option<i32>, Problem> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    let date: jiff::civil::Date = text.parse().map_err(|_| MALFORMED.refuse().field(field).with("reason", "yyyy-mm-dd"))?;
    Ok(Some(crate::settings::yyyymmdd(date)))
}

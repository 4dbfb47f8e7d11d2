//! Sales and returns [C12, C15, C17, B09].
//!
//! Documents: `sale.completed`, `sale.returned`; both hold everything a receipt shows and are never edited.
//! Local: carts, until they become a sale; returns that wait for a terminal's refund.
//!
//! Invariants: a sale's payments are its total; a line never comes back more often than it was sold; refunds repeat
//! the rounded sums and the ways of payment of the sale; a cart with a terminal's payment is frozen on every device;
//! stock, cash and statistics move in the sale's own commit.

mod cart;
mod commands;
mod document;
mod favourites;
mod model;
mod project;
mod queries;
mod receipt;
mod routes;
mod worker;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

pub use commands::{Asked, AskedLine, Paying, ReturnAsked, ReturnLine, Standing, Terms, complete_sale, return_items};
pub use model::Discount;
pub use queries::{DaySums, ReceiptFilter, SaleView, days, list, list_totals, view};
pub use routes::{PublicSale, SalePage, SaleShape, SalesQuery, history, one, public_sale};
pub use worker::start;

use crate::domains::Domain;

/// No such cart: it became a sale or was emptied.
pub const CART_GONE: Code = Code::new("cart.gone", 404);
/// The cart is being paid.
pub const CART_FROZEN: Code = Code::new("cart.frozen", 409);
/// The cart has no such line.
pub const LINE_GONE: Code = Code::new("cart.line_gone", 404);
/// A quantity below zero, none, or a part of something indivisible.
pub const BAD_QUANTITY: Code = Code::new("cart.bad_quantity", 422);
/// A discount below zero or above the price.
pub const BAD_DISCOUNT: Code = Code::new("sale.bad_discount", 422);
/// A discount above the person's limit.
pub const DISCOUNT_OVER: Code = Code::new("sale.discount_over_limit", 403);
/// A price below zero.
pub const BAD_PRICE: Code = Code::new("sale.bad_price", 422);
/// A reason is needed.
pub const REASON_MISSING: Code = Code::new("sale.reason_missing", 422);
/// No lines.
pub const EMPTY: Code = Code::new("sale.empty", 409);
/// A service is in the cart and no customer.
pub const CUSTOMER_NEEDED: Code = Code::new("sale.customer_needed", 409);
/// The payments are less than the total.
pub const UNDERPAID: Code = Code::new("payment.under", 409);
/// The payments are more than the total.
pub const OVERPAID: Code = Code::new("payment.over", 409);
/// A sum of nothing, or in another currency.
pub const BAD_PAYMENT: Code = Code::new("payment.bad_sum", 422);
/// Less cash was handed over than is noted.
pub const TENDERED_SHORT: Code = Code::new("payment.tendered_short", 409);
/// Whole receipts beyond reason.
pub const TOO_LARGE: Code = Code::new("sale.too_large", 422);
/// The date lies in a closed period, or ahead.
pub const BAD_DATE: Code = Code::new("sale.bad_date", 409);
/// More comes back than was sold.
pub const RETURN_OVER: Code = Code::new("return.over_sold", 409);
/// Nothing to return.
pub const RETURN_EMPTY: Code = Code::new("return.empty", 422);
/// No receipt with this number.
pub const NO_RECEIPT: Code = Code::new("return.no_such_receipt", 404);
/// The drawer does not hold as much.
pub const NO_CASH: Code = Code::new("return.not_enough_cash", 409);
/// The refund would go another way than the payment came.
pub const OTHER_WAY: Code = Code::new("return.other_way", 409);
/// A refund of this sale is under way.
pub const REFUND_PENDING: Code = Code::new("return.pending", 409);
/// The return is not one of which only a part went back.
pub const NOTHING_TO_RESUME: Code = Code::new("return.nothing_to_resume", 409);

const REFUSALS: &[Code] = &[
    CART_GONE,
    CART_FROZEN,
    LINE_GONE,
    BAD_QUANTITY,
    BAD_DISCOUNT,
    DISCOUNT_OVER,
    BAD_PRICE,
    REASON_MISSING,
    EMPTY,
    CUSTOMER_NEEDED,
    UNDERPAID,
    OVERPAID,
    BAD_PAYMENT,
    TENDERED_SHORT,
    TOO_LARGE,
    BAD_DATE,
    RETURN_OVER,
    RETURN_EMPTY,
    NO_RECEIPT,
    NO_CASH,
    OTHER_WAY,
    REFUND_PENDING,
    NOTHING_TO_RESUME,
    routes::AMBIGUOUS,
];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "sales",
            tables: project::TABLES,
            local: cart::LOCAL,
            kinds: project::KINDS,
            versions: &[],
            project: project::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: receipt::LAYOUTS,
    }
}

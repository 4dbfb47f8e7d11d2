//! Commands over payments.

mod begin;
mod decide;
mod note;

pub use begin::{begin_payment, begin_refund};
pub use decide::decide;
pub(super) use note::{Note, note};

use duken_kernel::Tx;
use serde_json::json;

use super::model::{Payment, State};

/// Tells the worker, the cart's and the till's screens that a payment stands elsewhere now.
fn tell(tx: &mut Tx<'_>, payment: &Payment, state: State) {
    let payload = json!({
        "id": payment.id.to_string(),
        "cart": payment.cart.map(|id| id.to_string()),
        "return": payment.pending_return.map(|id| id.to_string()),
        "till": payment.till.to_string(),
        "state": state.code(),
    });
    if let Some(cart) = payment.cart {
        tx.notify(format!("cart:{cart}"), json!({ "payment": payload }));
    }
    tx.notify(format!("till:{}", payment.till), json!({ "payment": payload }));
    tx.notify(super::TOPIC, payload);
}

//! What people do with tills and shifts.

mod close_shift;
mod move_cash;
mod open_shift;
mod save_till;

pub use close_shift::close_shift;
pub use move_cash::{MoveCash, move_cash};
pub use open_shift::open_shift;
pub use save_till::make_till;
pub(super) use save_till::{SaveTill, save_till};

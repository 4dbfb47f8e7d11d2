//! What people do with tills and shifts.

mod close_shift;
mod move_cash;
mod open_shift;
mod save_till;

pub(super) use close_shift::close_shift;
pub(super) use move_cash::{MoveCash, move_cash};
pub(super) use open_shift::open_shift;
pub(super) use save_till::{SaveTill, make_till, save_till};

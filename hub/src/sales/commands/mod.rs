//! What a cashier does.

mod cart;
mod complete_cart;
mod complete_sale;
mod pay;
mod pending_return;
mod return_items;
mod terms;

pub(super) use cart::{
    AddLine, ChangeLine, add_line, change_line, discount, empty, hold, open_cart, remove_line, scan, set_customer, take,
};
pub(super) use complete_cart::complete_cart;
pub use complete_sale::{Asked, AskedLine, Paying, Standing, complete_sale};
pub(super) use pay::{note_payment, pay_by_terminal, remove_payment};
pub(super) use pending_return::{Refunds, Rest, finish_pending, resume, standing};
pub(super) use return_items::{FreeLine, Pending, Quote, pending_of, quote, return_without_receipt};
pub use return_items::{ReturnAsked, ReturnLine, return_items};
pub use terms::Terms;

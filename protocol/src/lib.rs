//! Everything that crosses a wire in Düken, and the value types.
//!
//! No I/O and no rules of business: money, quantities, codes of goods, the language of devices
//! (layouts, jobs, outcomes), the link between agent and hub, and the sync batches between a store
//! and its head office.

pub mod barcode;
pub mod decimal;
pub mod device;
pub mod ids;
pub mod layout;
pub mod link;
pub mod money;
pub mod quantity;
pub mod sync;

//! Real sales of a real shop, sold again through the public API by an ordinary user.
//!
//! The user holds the rights to date back, to set a price by hand and to take goods back without a receipt; every
//! document says why. Invoices become sales on their own dates, those that begin with `C` become returns. Rows that
//! are neither are odd: they are listed with their reason and nothing is made of them.

mod books;
mod run;
mod source;

pub use books::{Books, DaySums, ProductSums, office_books, store_books};
pub use run::{Done, Progress, Replay, Seller};
pub use source::{Invoice, Kind, Line, Odd, Source, data_file};

//! The hub of a store, and the head office: the same program in two roles.
//!
//! Every domain is a folder of one shape: `mod.rs` (the only public door), `model.rs` (pure), `commands/`,
//! `project.rs`, `queries.rs`, `routes.rs`. Domains are registered in one list, [`domains::ALL`]; adding one is one
//! folder and one line. A domain may call another domain's door, never its inside. Allowed edges (a tidy test holds
//! the code to this table):
//!
//! ```text
//! settings  →
//! recovery  →
//! staff     → settings tills recovery
//! parties   → settings staff
//! catalog   → settings staff
//! stock     → settings staff catalog
//! imports   → settings staff catalog stock
//! tills     → settings staff
//! payments  → settings staff tills devices
//! sales     → settings staff parties catalog stock tills payments devices
//! devices   → settings staff tills
//! displays  → settings staff catalog tills sales
//! reports   → settings staff catalog stock tills sales payments devices
//! sync      → settings staff catalog sales
//! demo      → settings staff parties catalog stock tills sales
//! backup    → settings staff recovery devices sync
//! health    → settings devices sync backup
//! checklists → settings staff tills payments reports backup
//! ```

pub mod backup;
pub mod catalog;
pub mod checklists;
pub mod cli;
pub mod config;
pub mod demo;
pub mod devices;
pub mod displays;
pub mod domains;
pub mod health;
pub mod hub;
pub mod imports;
pub mod live;
pub mod parties;
pub mod payments;
pub mod recovery;
pub mod reports;
pub mod sales;
pub mod settings;
pub mod staff;
pub mod stock;
pub mod sync;
#[cfg(test)]
mod test_database;
pub mod texts;
pub mod tills;
pub mod web;

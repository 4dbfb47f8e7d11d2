//! Backups and the way back [C27, X02, T10]: the real programs, killed, replaced and restored.

mod backup_killed;
mod backup_while_selling;
mod restore_from_office;
mod restore_older_office;
mod restore_refusals;
mod stopped_at;

use std::path::Path;
use std::process::{Command, Stdio};

use duken_tests::client::Api;
use duken_tests::fixture::recovery::{backed_up, place_of, restored, restoring, said};
use duken_tests::fixture::{Hub, PASSWORD, Store, hub_program};
use serde_json::Value;

/// `duken-hub serve` on a folder.
fn serving(data: &Path) -> Command {
    let mut command = Command::new(hub_program());
    command.args(["serve", "--http", "127.0.0.1:0", "--log", "warn", "--data"]).arg(data).stdin(Stdio::null());
    command
}

/// Sells one for cash; the sale.
async fn sell(store: &Store, product: &str, price: &str) -> Value {
    store.admin.post("/api/sales", store.cash_sale(&[(product, "1")], price)).await.done()
}

/// The administrator of a test store, on a hub that came back.
async fn admin_of(hub: &Hub) -> Api {
    let admin = Api::new(hub.address().clone());
    let _session = admin.sign_in("+7 701 000 00 00", PASSWORD).await.done();
    admin
}

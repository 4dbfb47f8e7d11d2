//! Backups and the way back [C27, X02, T10]: the real programs, killed, replaced and restored.

mod backup_killed;
mod backup_while_selling;
mod restore_from_office;
mod restore_older_office;
mod restore_refusals;
mod stopped_at;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use duken_tests::client::Api;
use duken_tests::fixture::{Hub, PASSWORD, Store, hub_program, until};
use serde_json::{Value, json};

/// `duken-hub restore` onto a folder, with the words of a sheet.
fn restoring(data: &Path, words: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(hub_program());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DUKEN_") {
            command.env_remove(name);
        }
    }
    command.arg("restore").arg("--data").arg(data).args(arguments).stdin(Stdio::null()).env("LANG", "kk_KZ.UTF-8");
    if !words.is_empty() {
        command.env("DUKEN_RECOVERY_WORDS", words);
    }
    command
}

/// `duken-hub serve` on a folder.
fn serving(data: &Path) -> Command {
    let mut command = Command::new(hub_program());
    command.args(["serve", "--http", "127.0.0.1:0", "--log", "warn", "--data"]).arg(data).stdin(Stdio::null());
    command
}

/// Restores, and what became of it.
#[track_caller]
fn restored(data: &Path, words: &str, arguments: &[&str]) -> Value {
    let output = restoring(data, words, &[arguments, &["--json"]].concat()).output().expect("the program starts");
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).expect("what became of it")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asks the hub for a backup, and waits for it.
async fn backed_up(api: &Api) -> Value {
    let _begun = api.post("/api/backup", json!({})).await.done();
    let state = until("the backup is made", async || {
        let state = api.get("/api/backup").await.done();
        state["running"].is_null().then_some(state)
    })
    .await;
    assert_eq!(state["trouble"], Value::Null, "{state:#}");
    state
}

fn place_of(state: &Value) -> PathBuf {
    PathBuf::from(state["last"]["place"].as_str().expect("a file"))
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

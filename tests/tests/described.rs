//! The description of the API against the running hub: schemathesis makes requests up by it; none may break the hub or
//! hang, and every answer has to fit what is described.

use std::path::{Path, PathBuf};
use std::process::Command;

use duken_tests::client::Api;
use duken_tests::fixture::{Office, Store};

/// Requests made up for each operation: some that the description allows only, some that it forbids, too.
const ALLOWED: u32 = 8;
const ANY: u32 = 4;
/// The same for those who may little, and for a head office.
const FEW: u32 = 2;
/// So many times as much in a long run.
const TORTURE: u32 = 25;

/// What is not asked: what ends the session that asks, what waits for a WebSocket, what only stores and agents say, and
/// what dials an address that somebody made up.
const APART: &[&str] = &[
    "--exclude-path-regex=^/sync/|^/link|^/api/live$|^/api/sync/enroll$",
    "--exclude-operation-id=delete_session",
    "--exclude-operation-id=post_session_lock",
    "--exclude-operation-id=delete_sessions_id",
];

fn program() -> PathBuf {
    std::env::var_os("DUKEN_SCHEMATHESIS").map(PathBuf::from).expect("DUKEN_SCHEMATHESIS names the program st")
}

/// Who asks, and how much.
struct Asked<'a> {
    who: &'static str,
    api: &'a Api,
    /// Examples that the description allows only, and any.
    examples: (u32, u32),
}

fn run(asked: &Asked<'_>, mode: &str, phases: &str, examples: u32, folder: &Path) {
    let times = if std::env::var_os("DUKEN_TORTURE").is_some() { TORTURE } else { 1 };
    let described = Path::new(env!("CARGO_MANIFEST_DIR")).join("described");
    let mut command = Command::new(program());
    command.args(["run", &format!("{}/api/openapi.json", asked.api.address().get())]);
    command.args(["--header", &format!("Cookie: {}", asked.api.cookie().expect("signed in"))]);
    command.args(["--checks", "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"]);
    command.args(["--mode", mode, "--phases", phases, "--max-examples", &(examples * times).to_string()]);
    command.args(["--seed", "20261121", "--request-timeout", "20", "--continue-on-failure", "--warnings", "off", "--no-color"]);
    command
        .args(APART)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", &described)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder);
    let output = command.output().expect("schemathesis starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {said}\n{}", asked.who, String::from_utf8_lossy(&output.stderr));
    let generated = said.lines().filter(|line| line.contains("generated"));
    print!("{}", generated.map(|line| format!("{}, {mode}: {}\n", asked.who, line.trim())).collect::<String>());
}

fn all(asked: &Asked<'_>, folder: &Path) {
    run(asked, "positive", "fuzzing", asked.examples.0, folder);
    run(asked, "all", "coverage,fuzzing", asked.examples.1, folder);
}

async fn shop() -> Store {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &["4870001234560"]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    for _ in 0..3 {
        let _sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    }
    store
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask ci runs it when schemathesis is installed"]
async fn answers_fit_the_description() {
    let store = shop().await;
    let _cashier = store.person("cashier").await;
    all(&Asked { who: "administrator", api: &store.admin, examples: (ALLOWED, ANY) }, store.data());
    let _still_signed_in = store.admin.get("/api/session").await.done();
    assert!(!store.hub.logged().contains("panicked"), "{}", store.hub.logged());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask ci runs it when schemathesis is installed"]
async fn answers_to_a_cashier_fit_the_description() {
    let store = shop().await;
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &store.till).await;
    all(&Asked { who: "cashier", api: &cashier, examples: (FEW, FEW) }, store.data());
    let _still_signed_in = cashier.get("/api/session").await.done();
    assert!(!store.hub.logged().contains("panicked"), "{}", store.hub.logged());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask ci runs it when schemathesis is installed"]
async fn answers_of_a_head_office_fit_the_description() {
    let (office, store) = (Office::new().await, shop().await);
    office.join(&store, "Абай 10").await;
    let _number = office.caught_up(&store).await;
    all(&Asked { who: "head office", api: &office.admin, examples: (FEW, FEW) }, office.hub.data());
    let _still_signed_in = office.admin.get("/api/session").await.done();
    assert!(!office.hub.logged().contains("panicked"), "{}", office.hub.logged());
}

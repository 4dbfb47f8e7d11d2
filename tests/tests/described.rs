//! The description of the API against the running hub: schemathesis makes requests up by it; none may break the hub or
//! hang, and every answer has to fit what is described.

use std::path::{Path, PathBuf};
use std::process::Command;

use duken_tests::fixture::Store;

/// Requests made up for each operation: some that the description allows only, some that it forbids, too.
const ALLOWED: u32 = 8;
const ANY: u32 = 4;
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

fn run(store: &Store, mode: &str, phases: &str, examples: u32) {
    let times = if std::env::var_os("DUKEN_TORTURE").is_some() { TORTURE } else { 1 };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("described");
    let mut command = Command::new(program());
    command.args(["run", &format!("{}/api/openapi.json", store.hub.address().get())]);
    command.args(["--header", &format!("Cookie: {}", store.admin.cookie().expect("signed in"))]);
    command.args(["--checks", "not_a_server_error,response_schema_conformance,content_type_conformance,status_code_conformance"]);
    command.args(["--mode", mode, "--phases", phases, "--max-examples", &(examples * times).to_string()]);
    command.args(["--seed", "20261121", "--request-timeout", "20", "--continue-on-failure", "--warnings", "off", "--no-color"]);
    command
        .args(APART)
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(store.data());
    let output = command.output().expect("schemathesis starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    print!(
        "{}",
        said.lines().filter(|line| line.contains("generated")).map(|line| format!("{mode}: {}\n", line.trim())).collect::<String>()
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "cargo xtask ci runs it when schemathesis is installed"]
async fn answers_fit_the_description() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &["4870001234560"]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    for _ in 0..3 {
        let _sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    }
    let _cashier = store.person("cashier").await;
    run(&store, "positive", "fuzzing", ALLOWED);
    run(&store, "all", "coverage,fuzzing", ANY);
    let _still_signed_in = store.admin.get("/api/session").await.done();
    assert!(!store.hub.logged().contains("panicked"), "{}", store.hub.logged());
}

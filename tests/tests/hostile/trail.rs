//! Refused attempts at secrets: in the journal, few per source, and counted across a restart.

use duken_tests::client::{Answer, Api};
use duken_tests::fixture::{Hub, Office, PASSWORD, Store};
use serde_json::{Value, json};

/// Refusals in the journal: what was tried, the refusal's code, where it came from.
fn refusals(hub: &Hub) -> Vec<(String, String, String)> {
    let output = hub.ask("journal", &["--limit", "1000000"]).stdout;
    let lines = String::from_utf8(output).expect("text");
    let entries = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let refused = entries.filter(|entry| entry["entry"]["kind"] == "access.refused");
    let word = |entry: &Value, key: &str| entry["entry"]["body"][key].as_str().unwrap_or("").to_owned();
    refused.map(|entry| (word(&entry, "what"), word(&entry, "code"), word(&entry, "source"))).collect()
}

#[track_caller]
fn has(hub: &Hub, what: &str, code: &str) {
    let all = refusals(hub);
    let found = all.iter().any(|(w, c, source)| w.contains(what) && c == code && source == "127.0.0.1");
    assert!(found, "{what} {code} is not in {all:?}");
}

async fn pair(api: &Api) -> Answer {
    api.post("/link/pair", json!({ "link": 1, "code": "wrong", "name": "Counter" })).await
}

async fn join(api: &Api) -> Answer {
    let node = "01890000-0000-7000-8000-000000000001";
    api.post("/sync/enroll", json!({ "protocol": 1, "code": "AAAAA-AAAAA", "node": node, "epoch": 0 })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_pins_and_codes_are_in_the_trail() {
    let store = Store::new().await;
    let cashier = store.person("cashier").await;
    let stranger = store.admin.another_device();
    stranger.sign_in(&cashier.phone, "a guess").await.refused(401, "session.wrong_password");
    stranger.sign_in("+7 705 987 65 43", "a guess").await.refused(401, "session.wrong_password");
    cashier.api.post("/api/session/pin", json!({ "pin": "0000" })).await.refused(401, "session.wrong_pin");
    pair(&stranger).await.refused(403, "agent.code_wrong");
    has(&store.hub, &format!("sign_in user:{}", cashier.id), "session.wrong_password");
    has(&store.hub, &format!("pin user:{}", cashier.id), "session.wrong_pin");
    has(&store.hub, "pair_agent", "agent.code_wrong");
    let trail = format!("{:?}", refusals(&store.hub));
    assert!(!trail.contains("7059876543") && trail.contains("phone:…43"), "{trail}");
    assert!(!trail.contains("a guess"), "{trail}");
    // A leaver with the right password.
    assert!(store.admin.post(format!("/api/users/{}/disable", cashier.id), json!({})).await.status < 300);
    stranger.sign_in(&cashier.phone, PASSWORD).await.refused(403, "session.disabled");

    let office = Office::new().await;
    let stranger = office.admin.another_device();
    join(&stranger).await.refused(403, "sync.wrong_code");
    has(&office.hub, "join_store", "sync.wrong_code");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_not_flooded() {
    let store = Store::new().await;
    let stranger = store.admin.another_device();
    for _ in 0..4 {
        stranger.sign_in("+7 701 000 00 00", "a guess").await.refused(401, "session.wrong_password");
    }
    let denied = store.person("cashier").await;
    for _ in 0..20 {
        denied.api.get("/api/users").await.refused(403, "access.denied");
    }
    duken_tests::fixture::until("the refusal is noted", async || {
        refusals(&store.hub).iter().any(|(what, ..)| what == "/api/users").then_some(())
    })
    .await;
    let all = refusals(&store.hub);
    let count = |word: &str| all.iter().filter(|(what, ..)| what.contains(word)).count();
    assert_eq!((count("sign_in"), count("/api/users")), (1, 1), "{all:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_forgets_no_wrong_code() {
    let mut office = Office::new().await;
    let stranger = office.admin.another_device();
    for _ in 0..10 {
        join(&stranger).await.refused(403, "sync.wrong_code");
    }
    join(&stranger).await.refused(429, "sync.throttled");
    office.hub.kill();
    office.hub.run();
    join(&stranger).await.refused(429, "sync.throttled");

    let mut store = Store::new().await;
    let stranger = store.admin.another_device();
    for _ in 0..10 {
        pair(&stranger).await.refused(403, "agent.code_wrong");
    }
    pair(&stranger).await.refused(429, "session.throttled");
    store.kill_and_run();
    pair(&stranger).await.refused(429, "session.throttled");
}

/// Each phone has free attempts of its own; one address has not as many as there are phones.
#[tokio::test(flavor = "multi_thread")]
async fn trying_one_password_at_many_phones_is_throttled() {
    let store = Store::new().await;
    let stranger = store.admin.another_device();
    let mut refused = 0;
    for number in 0..40 {
        let answer = stranger.sign_in(&format!("+7 705 000 00 {number:02}"), "password1").await;
        match answer.status {
            401 => refused += 1,
            _ => {
                answer.refused(429, "session.throttled");
                assert!((30..35).contains(&refused), "after {refused}");
                return;
            }
        }
    }
    panic!("{refused} phones were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_no_way_around_the_waiting() {
    let store = Store::new().await;
    let cashier = store.person("cashier").await;
    let memory = || {
        let process = store.hub.process().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        peak.trim().trim_end_matches(" kB").parse::<i64>().expect("kB") / 1024
    };
    let before_mib = memory();
    let guesses: Vec<_> = (0..60)
        .map(|number| {
            let (device, phone) = (store.admin.another_device(), cashier.phone.clone());
            tokio::spawn(async move { device.sign_in(&phone, &format!("guess {number}")).await.status })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        match guess.await.expect("an answer") {
            401 => looked_at += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert_eq!(looked_at, 5, "five are free, however they come");
    let grown_mib = memory() - before_mib;
    assert!(grown_mib < 150, "the hub grew by {grown_mib} MiB: as many passwords were looked at at once as came");
}

//! One store of a chain shows its own token and asks for what is another's.

use duken_tests::client::{Answer, Call};
use duken_tests::fixture::{Office, Store};
use reqwest::Method;
use serde_json::{Value, json};

/// A machine that speaks as a store: an id and a token.
struct Speaker {
    node: String,
    token: String,
}

impl Speaker {
    async fn joins(office: &Office) -> Self {
        let node = uuid::Uuid::new_v4().to_string();
        let code = office.admin.post("/api/office/codes", json!({ "store_name": "Достык 5" })).await.done()["code"].clone();
        let wanted = json!({ "protocol": duken_protocol::sync::PROTOCOL, "code": code, "node": node, "epoch": 0 });
        let token = office.admin.post("/sync/enroll", wanted).await.done()["token"].as_str().expect("a token").to_owned();
        Self { node, token }
    }

    async fn asks(&self, office: &Office, call: Call) -> Answer {
        office.admin.another_device().send(call.with("authorization", &format!("Bearer {}", self.token))).await
    }

    /// Leaves a sealed backup at the head office.
    async fn leaves_a_backup(&self, office: &Office, made_ms: i64, bytes: &[u8]) -> Answer {
        let put = Call { method: Method::PUT, ..Call::get(format!("/sync/backups/{made_ms}")) };
        let hash = blake3::hash(bytes).to_hex().to_string();
        self.asks(office, put.saying("application/octet-stream", bytes).with("x-content-blake3", &hash)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stores_token_opens_nothing_of_another_store() {
    let (office, store) = (Office::new().await, Store::new().await);
    office.join(&store, "Абай 10").await;
    let _tea = store.product("Чай", "500.00", &[]).await;
    let _number = office.caught_up(&store).await;
    let (one, other) = (Speaker::joins(&office).await, Speaker::joins(&office).await);

    // Its own state and journal are empty; those of the store that has entries are not among them.
    let state = one.asks(&office, Call::get("/sync/state?epoch=0&end=0")).await.done();
    assert_eq!(state["acked"], 0, "{state}");
    let entries = one.asks(&office, Call::get("/sync/journal?after=0")).await;
    assert_eq!((entries.status, entries.text().len()), (204, 0));

    // Its backups are its own: the other's are neither listed nor given out, under any number.
    let kept = one.leaves_a_backup(&office, 1_795_000_000_000, b"sealed").await;
    assert_eq!(kept.status, 204, "{}", kept.text());
    let own = one.asks(&office, Call::get("/sync/backups")).await.done();
    assert_eq!(own.as_array().map(Vec::len), Some(1));
    let listed = other.asks(&office, Call::get("/sync/backups")).await.done();
    assert_eq!(listed, json!([]));
    let given = other.asks(&office, Call::get("/sync/backups/1795000000000")).await;
    assert_eq!((given.status, given.text().contains("sealed")), (404, false), "{}", given.text());
    for path in [format!("..%2F..%2F{}%2Fbackups%2F1795000000000", one.node), "-1".to_owned(), "1795000000000.dkb".to_owned()] {
        let answer = other.asks(&office, Call::get(format!("/sync/backups/{path}"))).await;
        assert!((400..500).contains(&answer.status) && !answer.text().contains("sealed"), "{path}: {}", answer.status);
    }

    // A token of nobody, of a person's session, and of a store in an API for people.
    for token in ["", "x", &one.token[1..], &format!("{}x", one.token)] {
        let call = Call::get("/sync/state").with("authorization", &format!("Bearer {token}"));
        let answer = office.admin.another_device().send(call).await;
        assert_eq!((answer.status, answer.code()), (401, "sync.wrong_token".to_owned()), "{token:?}");
    }
    office.admin.send(Call::get("/sync/state")).await.refused(401, "sync.wrong_token");
    let as_person = one.asks(&office, Call::get("/api/office/stores")).await;
    assert_eq!(as_person.status, 401, "{}", as_person.text());
    // A store is no head office, whatever is shown to it.
    let call = Call::get("/sync/state").with("authorization", &format!("Bearer {}", one.token));
    store.admin.another_device().send(call).await.refused(409, "sync.not_an_office");
    assert_eq!(other.asks(&office, Call::post("/sync/batches", &Value::Null)).await.status / 100, 4);
}

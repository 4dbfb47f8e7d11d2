//! Codes and tokens.

use duken_kernel::Reject;
use duken_protocol::ids::RequestId;
use duken_protocol::sync::{Enrol, PROTOCOL};
use uuid::Uuid;

use super::{House, code, count};
use crate::config::Role;
use crate::sync::office::{CODE_LIFE_MS, code_of, join, make_code, store_by_token};
use crate::sync::store::{Answered, Office};

fn made(office: &House) -> String {
    let request = RequestId::new(Uuid::now_v7()).unwrap();
    office.app.run_and_wait(office.app.own_caller(), make_code(&office.app.key, request, "Абай 10".to_owned())).unwrap();
    code_of(&office.app.key, request)
}

fn tries(office: &House, store: &House, code: &str) -> Result<i64, Reject> {
    let wanted = Enrol { protocol: PROTOCOL, code: code.to_owned(), node: store.node(), epoch: 0, end: 0 };
    office.app.run_and_wait(office.app.own_caller(), join(&office.app.key, wanted))
}

#[test]
fn a_code_takes_in_one_store_once() {
    let office = House::new(Role::Office);
    let (first, second) = (House::new(Role::Store), House::new(Role::Store));
    let code_text = made(&office);
    assert_eq!(code(tries(&office, &first, "AAAAA-AAAAA")), "sync.wrong_code");
    let number = tries(&office, &first, &code_text).unwrap();
    assert_eq!(tries(&office, &first, &code_text.to_lowercase()).unwrap(), number, "a lost answer is asked for again");
    assert_eq!(code(tries(&office, &second, &code_text)), "sync.code_used");
    assert_eq!(count(&office, "SELECT count(*) FROM node"), 2, "who was refused leaves no journal");
    let again = made(&office);
    assert_eq!(tries(&office, &first, &again).unwrap(), number, "a store that joins anew keeps its number");
    assert_eq!(code(tries(&office, &office, &made(&office))), "sync.other_epoch", "an office is no store of its own");
}

#[test]
fn a_code_is_over_after_a_day() {
    let (office, store) = (House::new(Role::Office), House::new(Role::Store));
    let code_text = made(&office);
    let aged = |tx: &mut duken_kernel::Tx<'_>| {
        tx.execute("UPDATE sync_code SET expires_ms = expires_ms - ?1", &[(CODE_LIFE_MS + 1_000).into()])?;
        Ok(0)
    };
    office.app.run_and_wait(office.app.own_caller(), aged).unwrap();
    assert_eq!(code(tries(&office, &store, &code_text)), "sync.wrong_code");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_wire_wrong_codes_and_tokens_have_their_names_and_are_throttled() {
    let (office, store) = (House::new(Role::Office), House::new(Role::Store));
    let served = office.serve().await;
    let client = Office::pinned(&served.url, None).unwrap();
    let wanted = |code: &str| Enrol { protocol: PROTOCOL, code: code.to_owned(), node: store.node(), epoch: 0, end: 0 };
    let code_text = made(&office);
    let enrolled = client.enrol(&wanted(&code_text)).await.unwrap();
    assert_eq!(enrolled.store_name, "Абай 10");
    let found = office.app.read_now(|read| Ok(store_by_token(read, &enrolled.token)?)).unwrap().unwrap();
    assert_eq!(found.name, "Абай 10");
    let kept: Vec<u8> = office.app.read_now(|read| Ok(read.row("SELECT verifier FROM sync_store", &[])?.unwrap().get(0)?)).unwrap();
    assert_ne!(blake3::Hash::from_slice(&kept).unwrap().to_hex().as_str(), enrolled.token, "never kept in clear");
    let refused = |answered: Answered| duken_kernel::Refusal::from(answered).code.code;
    for token in ["", "0", &"0".repeat(64)] {
        let stranger = Office::pinned(&served.url, None).unwrap().with_token(token);
        assert_eq!(refused(stranger.state(1, 0).await.unwrap_err()), "sync.wrong_token");
        assert_eq!(refused(stranger.send(vec![1, 2, 3]).await.unwrap_err()), "sync.wrong_token");
    }
    for _ in 0..10 {
        assert_eq!(refused(client.enrol(&wanted("AAAAA-AAAAA")).await.unwrap_err()), "sync.wrong_code");
    }
    assert_eq!(refused(client.enrol(&wanted(&code_text)).await.unwrap_err()), "sync.throttled", "even a right one waits then");
    let shop = store.serve().await;
    let no_office = Office::pinned(&shop.url, None).unwrap();
    assert_eq!(refused(no_office.enrol(&wanted("AAAAA-AAAAA")).await.unwrap_err()), "sync.not_an_office");
    drop(served);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_is_said() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = Office::pinned(&format!("http://{free}"), None).unwrap();
    let answered = client.state(1, 0).await.unwrap_err();
    assert!(matches!(answered, Answered::Away(refusal) if refusal.code.code == "sync.unreachable"));
}

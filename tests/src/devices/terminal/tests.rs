use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::json;

use super::*;

/// A caller that only knows HTTP.
struct Till {
    client: Client,
    base: String,
    token: Option<String>,
}

impl Till {
    fn at(terminal: &Terminal) -> Self {
        // Another test may have installed it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { client: Client::new(), base: format!("http://{}", terminal.socket()), token: None }
    }

    async fn registered(terminal: &Terminal) -> Self {
        let mut till = Self::at(terminal);
        let answer = till.call("register?name=Касса 1").await;
        till.token = Some(answer["data"]["accessToken"].as_str().unwrap().to_owned());
        till
    }

    async fn get(&self, path: &str) -> reqwest::Result<reqwest::Response> {
        let mut request = self.client.get(format!("{}/v2/{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("accesstoken", token);
        }
        request.timeout(Duration::from_secs(20)).send().await
    }

    async fn call(&self, path: &str) -> Value {
        self.get(path).await.unwrap().json().await.unwrap()
    }

    async fn http_status(&self, path: &str) -> StatusCode {
        self.get(path).await.unwrap().status()
    }

    async fn pay(&self, amount: u64) -> String {
        let answer = self.call(&format!("payment?amount={amount}&owncheque=true")).await;
        assert_eq!(answer["data"]["status"], "wait", "{answer}");
        answer["data"]["processId"].as_str().unwrap().to_owned()
    }

    /// Polls to the end; the sub-statuses seen and the last answer's data.
    async fn follow(&self, process: &str) -> (Vec<String>, Value) {
        let mut seen = Vec::new();
        loop {
            let data = self.call(&format!("status?processId={process}")).await["data"].clone();
            seen.push(data["subStatus"].as_str().unwrap().to_owned());
            if data["status"] != "wait" {
                return (seen, data);
            }
        }
    }
}

async fn terminal() -> Terminal {
    Terminal::start("127.0.0.1:0", TerminalOptions::default()).await.unwrap()
}

#[tokio::test]
async fn a_buyer_pays_by_qr() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    let process = till.pay(1250).await;
    assert_eq!(till.call("payment?amount=1&owncheque=true").await["statusCode"], 107);
    let (seen, data) = till.follow(&process).await;
    assert_eq!(seen, ["Initialize", "WaitUser", "WaitForQrConfirmation", "QrTransactionSuccess"]);
    let cheque = &data["chequeInfo"];
    assert_eq!((&cheque["amount"], &cheque["method"]), (&json!("1 250 ₸"), &json!("qr")));
    assert_eq!(cheque["terminalId"], "10000001");
    assert!(cheque["orderNumber"].is_string() && cheque["rrn"].is_null());
    assert_eq!(cheque["date"].as_str().unwrap().len(), "31.01.26 17:05:09".len());
    let charges = terminal.charges();
    assert_eq!((charges.len(), charges[0].amount), (1, 1250));
    assert_eq!(data["transactionId"], charges[0].transaction_id);
    assert_eq!(terminal.charged_total(), 1250);
}

#[tokio::test]
async fn a_buyer_pays_by_card_and_the_fields_stand_elsewhere() {
    let terminal = terminal().await;
    terminal.set(|modes| {
        modes.next = vec![Buyer::Pays { by: Method::Card }, Buyer::Pays { by: Method::Alaqan }];
        modes.fields = FieldPlace::TopLevel;
        modes.process_id_as_number = true;
    });
    let till = Till::registered(&terminal).await;
    let begun = till.call("payment?amount=100&owncheque=false").await;
    let process = begun["data"]["processId"].as_u64().unwrap().to_string();
    let (seen, data) = till.follow(&process).await;
    assert_eq!(seen, ["Initialize", "WaitUser", "ProcessingCard", "WaitForPinCode", "CardTransactionSuccess"]);
    assert_eq!(data["method"], "card");
    assert!(data["rrn"].is_string() && data["chequeInfo"]["rrn"].is_null());
    assert!(data["chequeInfo"]["cardMask"].is_string() && data["chequeInfo"]["hostResponseCode"].is_string());
    let begun = till.call("payment?amount=100&owncheque=false").await;
    let (_, data) = till.follow(&begun["data"]["processId"].to_string()).await;
    assert_eq!(data["method"], "alaqan");
}

#[tokio::test]
async fn a_refusal_and_a_cancellation_charge_nobody() {
    let terminal = terminal().await;
    terminal.set(|modes| modes.next = vec![Buyer::Declines { by: Method::Card }, Buyer::Cancels]);
    let till = Till::registered(&terminal).await;
    let (seen, data) = till.follow(&till.pay(5).await).await;
    assert_eq!((seen.last().unwrap().as_str(), &data["status"]), ("CardTransactionFailure", &json!("fail")));
    let (seen, data) = till.follow(&till.pay(5).await).await;
    assert_eq!((seen.last().unwrap().as_str(), &data["status"]), ("ProcessCancelled", &json!("fail")));
    assert!(data["message"].is_string() && data["chequeInfo"].is_null());
    assert!(terminal.charges().is_empty());
}

#[tokio::test]
async fn tokens_live_a_day_and_are_renewed_once() {
    let terminal = terminal().await;
    let mut till = Till::at(&terminal);
    assert_eq!(till.http_status("status?processId=0").await, 401);
    let first = till.call("register?name=A").await["data"].clone();
    assert_eq!(first["expirationDate"].as_str().unwrap().len(), "2026-01-31 17:05:09".len());
    till.token = Some(first["accessToken"].as_str().unwrap().to_owned());
    assert_eq!(till.call("deviceinfo").await["data"]["posNum"], "1");
    assert_eq!(till.call("register?name=A").await["statusCode"], 105, "a known name");

    terminal.advance_clock(SignedDuration::from_hours(24));
    assert_eq!(till.http_status("deviceinfo").await, 403);
    terminal.set(|modes| modes.date_form = DateForm::Words);
    let refresh = format!("revoke?name=A&refreshToken={}", first["refreshToken"].as_str().unwrap());
    let second = till.call(&refresh).await["data"].clone();
    assert!(second["expirationDate"].as_str().unwrap().contains(", 20"), "{second}");
    assert_eq!(till.http_status("deviceinfo").await, 401, "the old token is dead");
    assert_eq!(till.call(&refresh).await["statusCode"], 105, "the old refresh token too");
    till.token = Some(second["accessToken"].as_str().unwrap().to_owned());
    assert_eq!(till.http_status("deviceinfo").await, 200);
    terminal.expire_tokens();
    assert_eq!(till.http_status("deviceinfo").await, 403);

    assert!(terminal.deny(Some("A")), "a person forgets the till on the terminal");
    assert_eq!(till.call("register?name=A").await["statusCode"], 0);
}

#[tokio::test]
async fn a_person_allows_or_refuses_a_till() {
    let terminal = terminal().await;
    terminal.set(|modes| modes.registration = Registration::Person);
    let till = Till::at(&terminal);
    let person = async {
        terminal.wait_until("a prompt", |state| !state.prompts.is_empty()).await;
        assert_eq!(terminal.state().prompts[0].name, "Касса 7");
        assert!(terminal.allow(None));
    };
    let (answer, ()) = tokio::join!(till.call("register?name=Касса 7"), person);
    assert!(answer["data"]["accessToken"].is_string());
    let person = async {
        terminal.wait_until("a prompt", |state| !state.prompts.is_empty()).await;
        assert!(terminal.deny(Some("B")));
    };
    let (answer, ()) = tokio::join!(till.call("register?name=B"), person);
    assert_eq!(answer["statusCode"], 105);
    let person = async {
        terminal.wait_until("a prompt", |state| !state.prompts.is_empty()).await;
        terminal.advance_clock(SignedDuration::from_secs(180));
    };
    let (answer, ()) = tokio::join!(till.call("register?name=C"), person);
    assert_eq!(answer["statusCode"], 105, "nobody came");
    assert!(!terminal.allow(None));
}

#[tokio::test]
async fn protection_off_asks_no_token() {
    let terminal = terminal().await;
    terminal.set(|modes| modes.protection = Protection::Off);
    let till = Till::at(&terminal);
    assert_eq!(till.call("deviceinfo").await["data"]["serialNum"], "0123456789");
}

#[tokio::test]
async fn protection_on_is_https_under_its_name() {
    let options =
        TerminalOptions { pos_number: 42, modes: TerminalModes { protection: Protection::On, ..Default::default() }, ..Default::default() };
    let terminal = Terminal::start("127.0.0.1:0", options).await.unwrap();
    let mut till = Till::at(&terminal);
    assert!(till.get("deviceinfo").await.is_err(), "plain HTTP is not understood");
    let host = terminal.host_name();
    assert_eq!(host, "pos42.kaspipos.kz");
    let ca = reqwest::Certificate::from_pem(terminal.ca_pem().as_bytes()).unwrap();
    till.client = Client::builder().resolve(&host, terminal.socket()).tls_certs_only([ca]).build().unwrap();
    till.base = format!("https://{host}:{}", terminal.socket().port());
    assert_eq!(till.http_status("status?processId=0").await, 401);
    let tokens = till.call("register?name=A").await;
    till.token = Some(tokens["data"]["accessToken"].as_str().unwrap().to_owned());
    assert_eq!(till.call("deviceinfo").await["data"]["posNum"], "42");
    till.client = Client::builder().resolve(&host, terminal.socket()).tls_certs_only([]).build().unwrap();
    assert!(till.get("deviceinfo").await.is_err(), "nobody else vouches for it");
}

#[tokio::test]
async fn bad_parameters_have_their_codes() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    let table = [
        ("payment?owncheque=true", 999),
        ("payment?amount=0&owncheque=true", 999),
        ("payment?amount=12.50&owncheque=true", 999),
        ("payment?amount=-5", 999),
        ("payment?amount=5&owncheque=ja", 999),
        ("refund?amount=5&owncheque=true&method=cash&transactionId=1", 999),
        ("refund?amount=5&owncheque=true&method=qr", 999),
        ("refund?amount=5&owncheque=true&method=qr&transactionId=1", 999),
        ("status", 999),
        ("status?processId=abc", 999),
        ("status?processId=7", 101),
        ("actualize?processId=7", 101),
        ("register", 999),
        ("revoke?name=x", 999),
        ("revoke?name=x&refreshToken=y", 105),
    ];
    for (path, code) in table {
        let answer = till.call(path).await;
        assert_eq!(answer["statusCode"], code, "{path}: {answer}");
        assert!(answer["errorText"].is_string(), "{path}");
    }
    assert_eq!(till.http_status("nothing").await, 404);
    terminal.set(|modes| modes.odd_http_status = Some(599));
    let odd = till.get("status?processId=7").await.unwrap();
    assert_eq!(odd.status().as_u16(), 599);
    assert_eq!(odd.json::<Value>().await.unwrap()["statusCode"], 101);
    assert!(terminal.charges().is_empty());
}

#[tokio::test]
async fn refunds_go_back_the_way_they_came_and_never_more() {
    let terminal = terminal().await;
    terminal.next(Buyer::Pays { by: Method::Card });
    let till = Till::registered(&terminal).await;
    let (_, paid) = till.follow(&till.pay(1000).await).await;
    let (id, rrn) = (paid["transactionId"].as_str().unwrap(), paid["chequeInfo"]["rrn"].as_str().unwrap());
    let refund =
        |amount: u64, method: &str, quoted: &str| format!("refund?amount={amount}&method={method}&transactionId={quoted}&owncheque=true");
    assert_eq!(till.call(&refund(1000, "qr", id)).await["statusCode"], 999, "the other way");
    assert_eq!(till.call(&refund(1001, "card", id)).await["statusCode"], 999, "more than was paid");
    let begun = till.call(&refund(600, "card", rrn)).await;
    let (seen, data) = till.follow(begun["data"]["processId"].as_str().unwrap()).await;
    assert_eq!(seen, ["Initialize", "ProcessRefund", "CardTransactionSuccess"]);
    assert_eq!(data["chequeInfo"]["amount"], "- 600 ₸");
    assert_eq!(till.call(&refund(401, "card", id)).await["statusCode"], 999, "more than is left");
    assert_eq!(till.call(&refund(400, "card", id)).await["statusCode"], 0);
    terminal.set(|modes| modes.pace = Pace::Milliseconds(0));
    let state = terminal.wait_until("the second refund", |state| state.charges.len() == 3).await;
    assert_eq!(state.charged_total, 0);
}

#[tokio::test]
async fn a_lost_answer_to_payment_has_charged_the_buyer() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    terminal.next(Buyer::LosesStartAnswer { by: Method::Qr });
    terminal.next(Buyer::LosesStartRequest);
    assert!(till.get("payment?amount=70&owncheque=true").await.is_err());
    assert_eq!(terminal.charged_total(), 70);
    assert!(till.get("payment?amount=70&owncheque=true").await.is_err());
    assert_eq!(terminal.charged_total(), 70, "this one never began");
    till.follow(&till.pay(30).await).await;
    assert_eq!(terminal.charged_total(), 100, "who starts anew charges anew");
}

#[tokio::test]
async fn lost_answers_to_status_change_nothing() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    terminal.next(Buyer::LosesStatusAnswers { by: Method::Qr, count: 3 });
    let process = till.pay(70).await;
    for _ in 0..3 {
        assert!(till.get(&format!("status?processId={process}")).await.is_err());
    }
    assert_eq!(till.follow(&process).await.0, ["QrTransactionSuccess"]);
    assert_eq!(terminal.charges().len(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_cleared_up_by_asking() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    terminal.next(Buyer::Unknown { by: Method::Qr, actualize_calls: Some(2), then: Outcome::Success });
    terminal.next(Buyer::Unknown { by: Method::Card, actualize_calls: Some(1), then: Outcome::Fail });
    let process = till.pay(70).await;
    let ask = format!("actualize?processId={process}");
    assert_eq!(till.call(&ask).await["statusCode"], 103, "nothing is unknown yet");
    assert_eq!(till.follow(&process).await.1["status"], "unknown");
    assert_eq!(terminal.charged_total(), 70, "the bank took it at once");
    assert_eq!(till.call(&ask).await["data"]["status"], "unknown");
    assert_eq!(till.call(&ask).await["statusCode"], 103, "too soon");
    assert_eq!(terminal.state().complaints.len(), 1);
    terminal.advance_clock(SignedDuration::from_secs(10));
    assert_eq!(till.call(&ask).await["data"]["status"], "success");
    assert_eq!(till.follow(&process).await.1["status"], "success");

    let process = till.pay(30).await;
    till.follow(&process).await;
    assert_eq!(till.call(&format!("actualize?processId={process}")).await["data"]["status"], "fail");
    assert_eq!(terminal.charged_total(), 70);
}

#[tokio::test]
async fn an_outcome_may_stay_unknown_until_a_person_looks() {
    let terminal = terminal().await;
    terminal.set(|modes| modes.actualize_pause_s = 0);
    let till = Till::registered(&terminal).await;
    terminal.next(Buyer::Unknown { by: Method::Qr, actualize_calls: None, then: Outcome::Fail });
    let process = till.pay(70).await;
    till.follow(&process).await;
    for _ in 0..5 {
        assert_eq!(till.call(&format!("actualize?processId={process}")).await["data"]["status"], "unknown");
    }
    terminal.settle(process.parse().unwrap(), Outcome::Success);
    assert_eq!(till.follow(&process).await.1["status"], "success");
    assert_eq!(terminal.charged_total(), 70);
}

#[tokio::test]
async fn busy_refuses_every_start() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    terminal.set(|modes| modes.busy = true);
    assert_eq!(till.call("payment?amount=1&owncheque=true").await["statusCode"], 107);
    assert_eq!(till.call("refund?amount=1&owncheque=true&method=qr&transactionId=1").await["statusCode"], 107);
}

#[tokio::test]
async fn off_refuses_connections_and_silence_answers_nothing() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    terminal.set(|modes| modes.link = Link::Silent);
    let asking = till.get("payment?amount=1&owncheque=true");
    tokio::pin!(asking);
    let answered = tokio::time::timeout(Duration::from_millis(200), &mut asking).await;
    assert!(answered.is_err(), "no answer, no refusal");
    let woken = terminal.wait_until("nothing", |state| state.processes.is_empty()).await;
    assert!(woken.charges.is_empty());
    terminal.set(|modes| modes.link = Link::Up);
    assert!(asking.await.is_err(), "the sleeper never read it");

    terminal.set(|modes| modes.link = Link::Off);
    let refused = loop {
        match till.get("deviceinfo").await {
            Err(error) if error.is_connect() => break error,
            // The port closes a moment after the switch.
            _ => tokio::task::yield_now().await,
        }
    };
    assert!(refused.is_connect());
    terminal.set(|modes| modes.link = Link::Up);
    while till.get("deviceinfo").await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn slow_answers_come_late() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    terminal.set(|modes| modes.delay_ms = 60);
    let began = tokio::time::Instant::now();
    till.call("deviceinfo").await;
    assert!(began.elapsed() >= Duration::from_millis(60));
}

#[tokio::test]
async fn by_the_clock_it_needs_no_polls_and_a_person_decides() {
    let terminal = terminal().await;
    terminal.set(|modes| {
        modes.pace = Pace::Milliseconds(1);
        modes.buyer = Buyer::Person;
    });
    let till = Till::registered(&terminal).await;
    assert!(!terminal.decide(Buyer::Cancels), "nobody is waited for");
    till.pay(10).await;
    let waits = |state: &TerminalState| state.processes.last().is_some_and(Process::needs_buyer);
    terminal.wait_until("the buyer", waits).await;
    assert!(terminal.decide(Buyer::Pays { by: Method::Card }));
    terminal.wait_until("the charge", |state| state.charged_total == 10).await;
    till.pay(20).await;
    terminal.wait_until("the buyer", waits).await;
    terminal.advance_clock(SignedDuration::from_secs(300));
    let state = terminal.state();
    let last = state.processes.last().unwrap();
    assert_eq!((last.stage, last.sub_status.as_str()), (Stage::Fail, "ProcessCancelled"), "patience has an end");
}

#[tokio::test]
async fn memory_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = TerminalOptions { folder: Some(folder.path().to_path_buf()), ..Default::default() };
    let terminal = Terminal::start("127.0.0.1:0", options.clone()).await.unwrap();
    let mut till = Till::registered(&terminal).await;
    let paid = till.pay(10).await;
    till.follow(&paid).await;
    let waiting = till.pay(20).await;
    let (ca, before) = (terminal.ca_pem().to_owned(), terminal.state());
    drop(terminal);
    let again = Terminal::start("127.0.0.1:0", options).await.unwrap();
    till.base = format!("http://{}", again.socket());
    assert_eq!((again.ca_pem(), &again.charges()), (ca.as_str(), &before.charges));
    assert_eq!(till.follow(&paid).await.1["status"], "success");
    assert_eq!(till.follow(&waiting).await.1["status"], "success");
    assert_eq!(again.charged_total(), 30);
}

#[tokio::test]
async fn operations_are_forgotten_after_a_day_and_numbers_never_repeat() {
    let terminal = terminal().await;
    let till = Till::registered(&terminal).await;
    let old = till.pay(10).await;
    till.follow(&old).await;
    let next = till.pay(10).await;
    till.follow(&next).await;
    terminal.advance_clock(SignedDuration::from_hours(25));
    terminal.set(|modes| modes.protection = Protection::Off);
    let last = till.pay(10).await;
    assert_eq!(till.call(&format!("status?processId={old}")).await["statusCode"], 101);
    assert!(last > next && next > old);
    assert_eq!(terminal.charges().len(), 2, "the bank forgets nothing");
}

#[tokio::test]
async fn settings_by_json() {
    let terminal = terminal().await;
    let changes = json!({
        "next": [{"do": "unknown", "by": "qr", "actualize_calls": null, "then": "success"}, {"do": "cancels"}],
        "pace": {"milliseconds": 700},
        "link": "silent",
    });
    let modes = terminal.set_json(&changes).unwrap();
    assert_eq!((modes.next.len(), modes.pace, modes.link), (2, Pace::Milliseconds(700), Link::Silent));
    assert!(terminal.set_json(&json!({"byer": {"do": "cancels"}})).unwrap_err().contains("byer"));
    assert!(terminal.set_json(&json!({"buyer": {"do": "dances"}})).is_err());
}

//! The real agent and the real hub, over TLS, with devices on their own wires: what a till PC lends its hub works, and
//! whatever dies on the way loses no receipt, prints none twice, and takes no money twice.

use std::collections::HashMap;
use std::net::SocketAddr;

use duken_tests::client::{Call, Watch};
use duken_tests::devices::printer::{Power, Printer, PrinterAddress, PrinterOptions};
use duken_tests::devices::scanner::{ScanOutcome, Scanner};
use duken_tests::devices::terminal::{Protection, Terminal, TerminalModes, TerminalOptions};
use duken_tests::fixture::{Agent, Cable, Opening, Start, Store, id_of};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A store whose devices hang on an agent, and the agent on a cable.
struct Shop {
    store: Store,
    agent: Agent,
    cable: Cable,
    agent_id: String,
    printer: Printer,
    tea: String,
    folder: TempDir,
}

fn start() -> Start {
    Start { arguments: ["--https", "127.0.0.1:0"].map(str::to_owned).to_vec(), ..Start::default() }
}

fn https(store: &Store) -> SocketAddr {
    store.hub.said["https"].as_str().and_then(|url| url.trim_start_matches("https://").parse().ok()).expect("an address")
}

async fn pairing_code(store: &Store) -> Value {
    store.admin.post("/api/agents/pair", json!({})).await.done()
}

async fn connected(store: &Store, watch: &mut Watch) -> String {
    let agent = watch.until("the agent is connected", async || {
        let agents = store.admin.get("/api/agents").await.done();
        agents.as_array().and_then(|agents| agents.iter().find(|agent| agent["connected"] == true).cloned())
    });
    id_of(&agent.await)
}

impl Shop {
    async fn open() -> Self {
        let store = Store::opened(Opening { start: start(), ..Opening::default() }).await;
        let folder = tempfile::tempdir().expect("a folder");
        let cable = Cable::to(https(&store)).await;
        let mut agent = Agent::in_folder(&folder.path().join("agent"));
        let shown = pairing_code(&store).await;
        let paired = agent.pair(&format!("https://{}", cable.here()), shown["code"].as_str().expect("a code"), &["--name", "Касса 2"]);
        assert!(paired.status.success(), "{paired:?}");
        agent.run();
        let agent_id = connected(&store, &mut store.watch().await).await;
        let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer");
        let connection = json!({ "type": "network", "address": printer.socket().to_string() });
        let card = json!({ "kind": "printer", "name": "Чековый", "profile": "simulator", "agent_id": agent_id, "connection": connection });
        let printer_id = store.device(card).await;
        store.at_the_till(|till| till["printer_id"] = printer_id.as_str().into()).await;
        let tea = store.product("Чай «Пиала»", "1250.00", &["4870001234560"]).await;
        let _shift = store.open_shift(&store.till, "10000.00").await;
        Self { store, agent, cable, agent_id, printer, tea, folder }
    }

    /// A cash sale whose receipt is wanted; the sale's number as its QR says it, and its job.
    async fn sale(&self) -> (String, String) {
        let mut wanted = self.store.cash_sale(&[(&self.tea, "1")], "1250.00");
        wanted["print"] = true.into();
        let sale = self.store.admin.post("/api/sales", wanted).await.done();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (text(&sale["number"]), text(&sale["print"]["job_id"]))
    }

    async fn job(&self, id: &str, state: &str) -> Value {
        self.store.job(id, |job| job["state"] == state).await
    }

    /// The hub is started again; its new port is found behind the same cable.
    fn restart_hub(&mut self) {
        self.store.kill_and_run();
        self.cable.leads_to(https(&self.store));
    }

    /// How often each receipt is on paper, by what its QR says.
    fn on_paper(&self) -> HashMap<String, usize> {
        let mut times = HashMap::new();
        for receipt in self.printer.receipts() {
            for code in receipt.qr_codes() {
                *times.entry(code).or_default() += 1;
            }
        }
        times
    }
}

fn times(paper: &HashMap<String, usize>, number: &str) -> usize {
    paper.iter().filter(|(code, _)| code.contains(number)).map(|(_, times)| times).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn pairing_pins_the_hub_by_its_authority_and_nobody_else() {
    let store = Store::opened(Opening { start: start(), ..Opening::default() }).await;
    let folder = tempfile::tempdir().expect("a folder");
    let agent = Agent::in_folder(&folder.path().join("agent"));
    let hub = format!("https://{}", https(&store));
    let shown = pairing_code(&store).await;
    let code = shown["code"].as_str().expect("a code");
    let said: String = store.hub.said["fingerprint"].as_str().expect("a fingerprint").replace(':', "").to_lowercase();
    assert_eq!(shown["fingerprint"], said.as_str());
    assert!(shown["qr"].as_str().is_some_and(|qr| qr.contains(&format!("fp={said}")) && qr.contains("&at=")), "{shown}");

    let foreign = agent.pair(&hub, code, &["--fingerprint", &"0".repeat(64)]);
    assert!(!foreign.status.success(), "another certificate is not believed");
    let wrong = agent.pair(&hub, if code == "000000" { "000001" } else { "000000" }, &[]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("agent.code_wrong"), "{wrong:?}");
    let paired = agent.pair(&hub, code, &["--fingerprint", &said, "--name", "Касса 2"]);
    assert!(paired.status.success(), "{paired:?}");
    assert_eq!(agent.pairing()["fingerprint"], said.as_str(), "the authority is pinned, not the certificate of the day");

    // Without digits' help, by a loopback address that a person typed: the fingerprint is known all the same.
    let plain = Agent::in_folder(&folder.path().join("plain"));
    let shown = pairing_code(&store).await;
    let paired = plain.pair(&store.hub.address().get(), shown["code"].as_str().expect("a code"), &[]);
    assert!(paired.status.success(), "{paired:?}");
    assert_eq!(plain.pairing()["fingerprint"], said.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_an_agent_works_as_if_it_hung_on_the_hub() {
    let shop = Shop::open().await;
    let store = &shop.store;
    // A serial printer, a scanner and a terminal beside the network printer.
    let serial = Printer::on_pty(Some(&shop.folder.path().join("printer")), PrinterOptions::default()).expect("a serial printer");
    let PrinterAddress::Serial(port) = serial.address() else { panic!("no port") };
    let connection = json!({ "type": "serial", "path": port, "baud": 115_200 });
    let card = json!({ "kind": "printer", "name": "Кухня", "profile": "simulator", "agent_id": shop.agent_id, "connection": connection });
    let serial_id = store.device(card).await;
    let port = shop.folder.path().join("scanner");
    let scanner = Scanner::plugged_in(Some(&port)).expect("a scanner");
    let connection = json!({ "type": "serial", "path": port });
    let card = json!({ "kind": "scanner", "name": "Ручной", "agent_id": shop.agent_id, "connection": connection });
    let scanner_id = store.device(card).await;
    let terminal = terminal().await;
    let terminal_id = take_terminal(&shop, &terminal).await;
    store
        .at_the_till(|till| {
            till["scanner_id"] = scanner_id.as_str().into();
            till["terminal_id"] = terminal_id.as_str().into();
        })
        .await;

    let (number, job) = shop.sale().await;
    shop.job(&job, "printed").await;
    assert_eq!(times(&shop.on_paper(), &number), 1);
    let page = store.admin.post(format!("/api/devices/{serial_id}/test"), json!({})).await.done();
    shop.job(page["job_id"].as_str().expect("a job"), "printed").await;
    assert_eq!(serial.cut_total(), 1);
    assert!(serial.receipts()[0].sheet.complaints.is_empty(), "{:?}", serial.receipts()[0].sheet.complaints);

    let mut till = store.watch().await;
    scanner.wait_for_listener().await;
    assert_eq!(scanner.scan("4870001234560").await, ScanOutcome::Sent);
    let heard = till.next(|message| message["scan"].is_object() && message["scan"]["till_id"].is_string()).await;
    assert_eq!((&heard["scan"]["code"], &heard["scan"]["till_id"]), (&json!("4870001234560"), &json!(store.till)));

    register(&shop, &terminal_id).await;
    let (cart, payment) = pay(&shop).await;
    settled(&shop, &payment, "succeeded").await;
    let sale = store.admin.post(format!("/api/carts/{cart}/complete"), json!({})).await.done();
    assert_eq!((&sale["payments"][0]["method"], terminal.charged_total()), (&json!("kaspi"), 1_250));
}

#[tokio::test(flavor = "multi_thread")]
async fn scans_of_an_agent_that_was_cut_off_die() {
    let mut shop = Shop::open().await;
    let port = shop.folder.path().join("scanner");
    let scanner = Scanner::plugged_in(Some(&port)).expect("a scanner");
    let connection = json!({ "type": "serial", "path": port });
    let card = json!({ "kind": "scanner", "name": "Ручной", "agent_id": shop.agent_id, "connection": connection });
    let scanner_id = shop.store.device(card).await;
    shop.store.at_the_till(|till| till["scanner_id"] = scanner_id.as_str().into()).await;
    scanner.wait_for_listener().await;
    let mut till = shop.store.watch().await;
    shop.cable.pull();
    assert_eq!(scanner.scan("4870000000019").await, ScanOutcome::Sent, "the agent reads on");
    gone(&shop, &mut till).await;
    shop.cable.plug();
    connected(&shop.store, &mut till).await;
    scanner.scan("4870001234560").await;
    let heard = till.next(|message| message["scan"]["till_id"].is_string()).await;
    assert_eq!(heard["scan"]["code"], "4870001234560", "the old one never came");
    // Pulled out in mid-code and put in again: the half is no code.
    scanner.scan_part_then_unplug("4870001234560", 6).await;
    scanner.plug().expect("it is put in again");
    scanner.wait_for_listener().await;
    scanner.scan("4870001234577").await;
    let heard = till.next(|message| message["scan"]["till_id"].is_string()).await;
    assert_eq!(heard["scan"]["code"], "4870001234577");
    shop.agent.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_killed_in_mid_receipt_leaves_that_one_unknown_and_prints_the_others_once() {
    let mut shop = Shop::open().await;
    shop.printer.set(|modes| modes.bytes_per_second = Some(8_000));
    let (before, _) = shop.printer.traffic();
    let (torn, torn_job) = shop.sale().await;
    let (waits, waiting_job) = shop.sale().await;
    shop.printer.wait_for_bytes(before + 1_000).await;
    shop.agent.kill();
    shop.printer.set(|modes| {
        modes.bytes_per_second = None;
        modes.power = Power::Off;
    });
    shop.printer.set(|modes| modes.power = Power::On);
    shop.agent.run();
    let unknown = shop.job(&torn_job, "unknown").await;
    assert_eq!((&unknown["reason"], &unknown["next_at"]), (&json!("interrupted"), &Value::Null), "bytes had gone out");
    shop.job(&waiting_job, "printed").await;
    let paper = shop.on_paper();
    assert_eq!((times(&paper, &torn), times(&paper, &waits)), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_killed_before_the_first_byte_has_lost_nothing() {
    let mut shop = Shop::open().await;
    // Nobody answers there yet: the job has come to the agent, which tries and has not begun.
    shop.printer.set(|modes| modes.power = Power::Off);
    let (number, job) = shop.sale().await;
    shop.job(&job, "not_printed").await;
    shop.agent.kill();
    gone(&shop, &mut shop.store.watch().await).await;
    shop.printer.set(|modes| modes.power = Power::On);
    shop.agent.run();
    shop.job(&job, "printed").await;
    assert_eq!(times(&shop.on_paper(), &number), 1, "by itself, and once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cable_pulled_in_mid_receipt_changes_nothing_on_paper() {
    let shop = Shop::open().await;
    shop.printer.set(|modes| modes.bytes_per_second = Some(20_000));
    let (before, _) = shop.printer.traffic();
    let (first, first_job) = shop.sale().await;
    let (second, second_job) = shop.sale().await;
    shop.printer.wait_for_bytes(before + 1_000).await;
    shop.cable.pull();
    gone(&shop, &mut shop.store.watch().await).await;
    // It is on paper while nobody can be told.
    shop.printer.wait_for_receipts(1).await;
    shop.cable.plug();
    shop.job(&first_job, "printed").await;
    shop.job(&second_job, "printed").await;
    let paper = shop.on_paper();
    assert_eq!((times(&paper, &first), times(&paper, &second)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_killed_in_mid_receipt_hears_from_the_agent_how_it_ended() {
    let mut shop = Shop::open().await;
    shop.printer.set(|modes| modes.bytes_per_second = Some(20_000));
    let (before, _) = shop.printer.traffic();
    let (first, first_job) = shop.sale().await;
    let (second, second_job) = shop.sale().await;
    shop.printer.wait_for_bytes(before + 1_000).await;
    shop.restart_hub();
    let ended = shop.job(&first_job, "printed").await;
    assert_eq!(ended["attempts"], 1);
    shop.job(&second_job, "printed").await;
    let paper = shop.on_paper();
    assert_eq!((times(&paper, &first), times(&paper, &second)), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_answer_was_on_the_way_when_the_hub_died_needs_no_person() {
    let mut shop = Shop::open().await;
    let terminal = terminal().await;
    let terminal_id = take_terminal(&shop, &terminal).await;
    shop.store.at_the_till(|till| till["terminal_id"] = terminal_id.as_str().into()).await;
    register(&shop, &terminal_id).await;
    terminal.set(|modes| modes.delay_ms = 1_500);
    let (cart, payment) = pay(&shop).await;
    terminal.wait_until("the call has come", |state| !state.processes.is_empty()).await;
    shop.restart_hub();
    terminal.set(|modes| modes.delay_ms = 0);
    settled(&shop, &payment, "succeeded").await;
    let _sale = shop.store.admin.post(format!("/api/carts/{cart}/complete"), json!({})).await.done();
    assert_eq!((terminal.charged_total(), terminal.state().processes.len()), (1_250, 1), "started once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_agent_was_cut_off_is_settled_by_the_late_answer() {
    let shop = Shop::open().await;
    let terminal = terminal().await;
    let terminal_id = take_terminal(&shop, &terminal).await;
    shop.store.at_the_till(|till| till["terminal_id"] = terminal_id.as_str().into()).await;
    register(&shop, &terminal_id).await;
    terminal.set(|modes| modes.delay_ms = 1_500);
    let (_, payment) = pay(&shop).await;
    terminal.wait_until("the call has come", |state| !state.processes.is_empty()).await;
    shop.cable.pull();
    terminal.set(|modes| modes.delay_ms = 0);
    let unknown = settled(&shop, &payment, "unknown").await;
    assert_eq!((&unknown["reason"], &unknown["can_decide"]), (&json!("answer_lost"), &json!(true)));
    shop.cable.plug();
    settled(&shop, &payment, "succeeded").await;
    assert_eq!((terminal.charged_total(), terminal.state().processes.len()), (1_250, 1), "started once");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_were_on_the_way_when_the_hub_died_are_not_lost() {
    let mut shop = Shop::open().await;
    let terminal = terminal().await;
    let terminal_id = take_terminal(&shop, &terminal).await;
    shop.store.at_the_till(|till| till["terminal_id"] = terminal_id.as_str().into()).await;
    register(&shop, &terminal_id).await;
    terminal.set(|modes| modes.delay_ms = 1_500);
    let path = format!("/api/devices/{terminal_id}/terminal/refresh");
    let (api, refresh) = (shop.store.admin.clone(), Call::post(path, &json!({})));
    let asked = tokio::spawn(async move { api.try_send(&refresh).await.is_ok() });
    terminal.wait_until("the call has come", |state| state.calls.iter().any(|call| call.name == "revoke")).await;
    shop.restart_hub();
    assert!(!asked.await.expect("a task"), "the hub died with the question");
    terminal.set(|modes| modes.delay_ms = 0);
    let path = format!("/api/devices/{terminal_id}/log");
    let mut watch = shop.store.watch().await;
    watch
        .until("the new pair is kept", async || {
            let log = shop.store.admin.get(path.clone()).await.done();
            let new = |line: &&Value| line["text"] == "The terminal's keys are new.";
            log.as_array().is_some_and(|lines| lines.iter().filter(new).count() == 2).then_some(())
        })
        .await;
    let (_, payment) = pay(&shop).await;
    settled(&shop, &payment, "succeeded").await;
    let registered = terminal.state().calls.iter().filter(|call| call.name == "register").count();
    assert_eq!(registered, 1, "nobody had to go to the terminal");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_behind_an_agent_that_moved_is_found_by_the_agent() {
    let shop = Shop::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let options = || TerminalOptions {
        modes: TerminalModes { protection: Protection::On, ..TerminalModes::default() },
        serial_number: "A1".to_owned(),
        folder: Some(folder.path().to_owned()),
        ..TerminalOptions::default()
    };
    let terminal = Terminal::start("127.0.78.10:0", options()).await.expect("a terminal");
    let port = terminal.socket().port();
    let terminal_id = take_terminal(&shop, &terminal).await;
    shop.store.at_the_till(|till| till["terminal_id"] = terminal_id.as_str().into()).await;
    register(&shop, &terminal_id).await;
    drop(terminal);
    let terminal = Terminal::start(("127.0.78.90", port), options()).await.expect("a terminal");
    // The call that found nobody is made once more where the terminal is now: nothing had happened at the first.
    let (_, payment) = pay(&shop).await;
    settled(&shop, &payment, "succeeded").await;
    let device = shop.store.admin.get(format!("/api/devices/{terminal_id}")).await.done();
    assert_eq!(device["connection"]["address"], format!("127.0.78.90:{port}"));
    assert_eq!((terminal.charged_total(), terminal.state().processes.len()), (1_250, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_whose_agent_died_in_the_call_waits_for_a_person() {
    let mut shop = Shop::open().await;
    let terminal = terminal().await;
    let terminal_id = take_terminal(&shop, &terminal).await;
    shop.store.at_the_till(|till| till["terminal_id"] = terminal_id.as_str().into()).await;
    register(&shop, &terminal_id).await;
    terminal.set(|modes| modes.delay_ms = 60_000);
    let (_, payment) = pay(&shop).await;
    terminal.wait_until("the call has come", |state| !state.processes.is_empty()).await;
    shop.agent.kill();
    shop.agent.run();
    let unknown = settled(&shop, &payment, "unknown").await;
    assert_eq!((&unknown["reason"], &unknown["can_decide"]), (&json!("answer_lost"), &json!(true)));
    assert_eq!(terminal.state().processes.len(), 1, "never started again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_moved_is_found_by_its_announcement_and_known_by_its_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("hub.toml");
    std::fs::write(&config, "announce = true\n").expect("a file");
    let arguments = ["--config", config.to_str().expect("a path"), "--https", "127.0.0.1:0"].map(str::to_owned).to_vec();
    let mut store = Store::opened(Opening { start: Start { arguments, ..Start::default() }, ..Opening::default() }).await;
    let mut agent = Agent::in_folder(&folder.path().join("agent"));
    let shown = pairing_code(&store).await;
    let first = https(&store);
    let paired = agent.pair(&format!("https://{first}"), shown["code"].as_str().expect("a code"), &[]);
    assert!(paired.status.success(), "{paired:?}");
    agent.run();
    let mut watch = store.watch().await;
    connected(&store, &mut watch).await;
    // Another program sits on the old port: the hub cannot come back there, and the token is not shown to a stranger.
    store.hub.kill();
    let _squatter = std::net::TcpListener::bind(first).expect("the old port");
    store.hub.run();
    assert_ne!(https(&store), first);
    connected(&store, &mut watch).await;
    agent.stop();
    assert_eq!(agent.pairing()["address"], format!("https://{}", https(&store)), "remembered for the next start");
}

async fn gone(shop: &Shop, watch: &mut Watch) {
    watch
        .until("the agent is gone", async || {
            let agents = shop.store.admin.get("/api/agents").await.done();
            agents.as_array().is_some_and(|agents| agents.iter().all(|agent| agent["connected"] == false)).then_some(())
        })
        .await;
}

async fn terminal() -> Terminal {
    let modes = TerminalModes { protection: Protection::On, ..TerminalModes::default() };
    Terminal::start("127.0.0.1:0", TerminalOptions { modes, ..TerminalOptions::default() }).await.expect("a terminal")
}

/// Takes the terminal into use at the agent; its id.
async fn take_terminal(shop: &Shop, terminal: &Terminal) -> String {
    let card = json!({
        "kind": "terminal", "name": "Kaspi", "agent_id": shop.agent_id,
        "connection": { "type": "network", "address": terminal.socket().to_string() },
        "protection": { "mode": "https_authority", "name": terminal.host_name(), "ca_pem": terminal.ca_pem() },
    });
    shop.store.device(card).await
}

async fn register(shop: &Shop, terminal: &str) {
    let path = format!("/api/devices/{terminal}");
    let _begun = shop.store.admin.post(format!("{path}/terminal/register"), json!({ "till_name": "Касса 2" })).await.done();
    let mut watch = shop.store.watch().await;
    watch
        .until("registered", async || {
            let device = shop.store.admin.get(path.clone()).await.done();
            (device["state"] != "attention" && device["serial_number"].is_string()).then_some(())
        })
        .await;
}

/// A cart of one product and the payment that was started for it.
async fn pay(shop: &Shop) -> (String, String) {
    let cart = id_of(&shop.store.admin.post("/api/carts", json!({})).await.done());
    let line = json!({ "product_id": shop.tea, "quantity": "1" });
    let _cart = shop.store.admin.post(format!("/api/carts/{cart}/lines"), line).await.done();
    let ask = json!({ "method": "kaspi", "amount": shop.store.money("1250.00") });
    let asked = shop.store.admin.post(format!("/api/carts/{cart}/payments"), ask).await.done();
    let payment = asked["payments"].as_array().and_then(|payments| payments.last()).map(id_of).expect("a payment");
    (cart, payment)
}

async fn settled(shop: &Shop, payment: &str, state: &str) -> Value {
    let path = format!("/api/payments/{payment}");
    let mut watch = shop.store.watch().await;
    let found = watch.until(state, async || {
        let payment = shop.store.admin.get(path.clone()).await.done();
        (payment["state"] == state).then_some(payment)
    });
    found.await
}

//! Both clocks wrong, on the real programs: a till PC whose battery is dead, a hub that is set forward and back while it
//! sells [architecture, Time]. Sales wait until a named person has looked; nothing is lost, printed twice, or kept from the
//! drawer.

use std::path::{Path, PathBuf};
use std::process::Command;

use duken_tests::devices::printer::{Printer, PrinterOptions};
use duken_tests::fixture::{Agent, Opening, Start, Store, id_of, not_tested, until};
use serde_json::{Value, json};

/// A clock that other programs are started with, and that is set while they run.
struct WrongClock {
    library: PathBuf,
    shows: PathBuf,
}

impl WrongClock {
    /// Right, until it is set.
    fn of(library: &Path, name: &str) -> Self {
        let clock = Self { library: library.to_owned(), shows: library.with_file_name(name) };
        clock.is_ahead_by(0);
        clock
    }

    /// From now on it is ahead by so many seconds.
    fn is_ahead_by(&self, seconds: i64) {
        let new = self.shows.with_extension("new");
        std::fs::write(&new, seconds.to_string()).expect("a file");
        std::fs::rename(new, &self.shows).expect("a file");
    }

    fn environment(&self) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_str().expect("a path").to_owned();
        vec![("LD_PRELOAD".to_owned(), text(&self.library)), ("WRONG_CLOCK".to_owned(), text(&self.shows))]
    }
}

/// What is loaded before the programs so that their clock can be set; nothing where no compiler of C is.
fn library_in(folder: &Path) -> Option<PathBuf> {
    let library = folder.join("wrong_clock.so");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("clock/wrong_clock.c");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]).status();
    made.is_ok_and(|status| status.success()).then_some(library)
}

struct Shop {
    store: Store,
    printer: Printer,
    tea: String,
    sold: Vec<String>,
}

impl Shop {
    /// A cash sale whose receipt is wanted and printed.
    async fn sells(&mut self) {
        let sale = self.store.admin.post("/api/sales", self.wanted()).await.done();
        let job = sale["print"]["job_id"].as_str().expect("a job");
        let _printed = self.store.job(job, |job| job["state"] == "printed").await;
        self.sold.push(sale["number"].as_str().expect("a number").to_owned());
    }

    fn wanted(&self) -> Value {
        let mut wanted = self.store.cash_sale(&[(&self.tea, "1")], "1250.00");
        wanted["print"] = true.into();
        wanted
    }

    /// The hub hears in its own time that a clock is wrong; nothing is sold from then on.
    async fn is_stopped_by(&self, who: &str) {
        until(who, async || {
            let health = self.store.admin.get("/api/admin/health").await.done();
            let clock = health["lights"].as_array()?.iter().find(|light| light["key"] == "clock")?;
            (clock["state"] == "red").then_some(())
        })
        .await;
        let _waits = self.store.admin.post("/api/sales", self.wanted()).await.refused(409, "clock.suspect");
    }

    async fn confirms(&self) {
        let _confirmed = self.store.admin.post("/api/clock/confirm", json!({})).await.done();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_clocks_stop_sales_until_a_person_looks_and_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(library) = library_in(folder.path()) else {
        return not_tested("clocks that are wrong", "there is no compiler of C (cc)");
    };
    let (of_hub, of_till) = (WrongClock::of(&library, "hub"), WrongClock::of(&library, "till"));
    let start =
        Start { arguments: ["--https", "127.0.0.1:0"].map(str::to_owned).to_vec(), environment: of_hub.environment(), ..Start::default() };
    let store = Store::opened(Opening { start, ..Opening::default() }).await;

    // The till PC forgot the date while it was off.
    of_till.is_ahead_by(-16 * 365 * 86_400);
    let mut agent = Agent::in_folder(&folder.path().join("agent"));
    let code = store.admin.post("/api/agents/pair", json!({})).await.done()["code"].as_str().expect("a code").to_owned();
    let mut pair = agent.command("pair");
    pair.args(["--hub", store.hub.said["https"].as_str().expect("an address"), "--code", &code]).envs(of_till.environment());
    let paired = pair.output().expect("it runs");
    assert!(paired.status.success(), "{paired:?}");
    let mut run = agent.command("run");
    run.envs(of_till.environment());
    agent.run_as(run);
    let connected = async || {
        let agents = store.admin.get("/api/agents").await.done();
        agents.as_array()?.iter().find(|agent| agent["connected"] == true).map(id_of)
    };
    let agent_id = until("the agent is connected", connected).await;
    let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer");
    let connection = json!({ "type": "network", "address": printer.socket().to_string() });
    let card = json!({ "kind": "printer", "name": "Чековый", "profile": "simulator", "agent_id": agent_id, "connection": connection });
    let printer_id = store.device(card).await;
    store
        .at_the_till(|till| {
            till["printer_id"] = printer_id.as_str().into();
            till["drawer"] = true.into();
        })
        .await;
    let tea = store.product("Чай «Пиала»", "1250.00", &[]).await;
    let shift = store.open_shift(&store.till, "10000.00").await;
    let mut shop = Shop { store, printer, tea, sold: Vec::new() };

    shop.is_stopped_by("the till sees another year").await;
    shop.confirms().await;
    shop.sells().await;

    // The hub is set two hours ahead while it runs: the running program itself notices.
    of_hub.is_ahead_by(7_200);
    shop.is_stopped_by("the hub was set ahead").await;
    shop.confirms().await;
    shop.sells().await;

    // Both are set right: the last entry is of a time that is still to come.
    of_hub.is_ahead_by(0);
    of_till.is_ahead_by(0);
    shop.is_stopped_by("the hub was set back").await;
    shop.confirms().await;
    shop.sells().await;

    // What was sold stands in the shift, each sale once, and on paper, each receipt once. The drawer opened for each, although
    // a pulse that is older than two seconds is dropped: how old it is, no clock says.
    let card = shop.store.admin.get(format!("/api/shifts/{shift}")).await.done();
    assert_eq!(card["totals"]["sales_count"], json!(shop.sold.len()), "{card}");
    let codes: Vec<String> = shop.printer.receipts().iter().flat_map(|receipt| receipt.qr_codes()).collect();
    for number in &shop.sold {
        assert_eq!(codes.iter().filter(|code| code.contains(number.as_str())).count(), 1, "{number} in {codes:?}");
    }
    assert_eq!(shop.printer.drawer().pulses.len(), shop.sold.len());
    agent.stop();
}

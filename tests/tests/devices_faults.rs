//! Every fault of a printer, at every size of a job, on every way to it, all at once in one hub: nothing is lost, nothing
//! comes twice, a lie is never called a receipt, and a printer that is well is never held up by one that is not.

use std::path::Path;

use duken_tests::devices::printer::{Paper, Power, Printer, PrinterAddress, PrinterOptions, StatusAnswers};
use duken_tests::fixture::{Agent, Store, figure, id_of};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};

/// What happens to the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    PaperOut,
    PaperEndsInTheMiddle,
    CoverOpen,
    CoverOpensInTheMiddle,
    CutterJams,
    PowerOff,
    PowerGoesInTheMiddle,
    ConnectionDrops,
    Stalls,
    Slow,
}

const FAULTS: [Fault; 10] = [
    Fault::PaperOut,
    Fault::PaperEndsInTheMiddle,
    Fault::CoverOpen,
    Fault::CoverOpensInTheMiddle,
    Fault::CutterJams,
    Fault::PowerOff,
    Fault::PowerGoesInTheMiddle,
    Fault::ConnectionDrops,
    Fault::Stalls,
    Fault::Slow,
];

/// The way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Network,
    Serial,
    /// As `/dev/usb/lp0`: a file that is written and read.
    UsbFile,
    /// At the network of another machine, through the agent there.
    Agent,
}

const WAYS: [Way; 4] = [Way::Network, Way::Serial, Way::UsbFile, Way::Agent];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Short,
    Long,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    fault: Fault,
    way: Way,
    length: Length,
    status: StatusAnswers,
}

impl Case {
    /// All of them with an honest printer; liars and the silent only where the fault can be hidden.
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for way in WAYS {
            for length in [Length::Short, Length::Long] {
                for fault in FAULTS {
                    for status in [StatusAnswers::Honest, StatusAnswers::AlwaysWell, StatusAnswers::Silent] {
                        let everything = std::env::var_os("DUKEN_TORTURE").is_some();
                        let some = status == StatusAnswers::Honest || (way == Way::Network && length == Length::Long);
                        if everything || some {
                            all.push(Self { fault, way, length, status });
                        }
                    }
                }
            }
        }
        all
    }
}

/// One sick printer in the hub.
struct Patient {
    case: Case,
    printer: Printer,
    device: String,
}

impl Patient {
    async fn admitted(store: &Store, agent: &str, case: Case, folder: &Path, number: usize) -> Self {
        let link = folder.join(format!("port{number}"));
        let printer = match case.way {
            Way::Network | Way::Agent => Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer"),
            Way::Serial | Way::UsbFile => Printer::on_pty(Some(&link), PrinterOptions::default()).expect("a printer"),
        };
        let connection = match (case.way, printer.address()) {
            (Way::Network | Way::Agent, PrinterAddress::Tcp(address)) => json!({ "type": "network", "address": address.to_string() }),
            (Way::Serial, _) => json!({ "type": "serial", "path": link, "baud": 115_200 }),
            (_, _) => json!({ "type": "usb_lp", "path": link }),
        };
        let silent = case.status == StatusAnswers::Silent;
        let settings = if silent { json!({ "answers_status": false }) } else { json!({}) };
        let card = json!({
            "kind": "printer", "name": format!("Больной {number}"), "profile": "simulator", "connection": connection, "printer": settings,
            "agent_id": (case.way == Way::Agent).then_some(agent),
        });
        Self { case, device: store.device(card).await, printer }
    }

    fn fall_ill(&self) {
        self.printer.set(|modes| {
            modes.status = self.case.status;
            match self.case.fault {
                Fault::PaperOut => modes.paper = Paper::Out,
                Fault::PaperEndsInTheMiddle => modes.paper_left_rows = Some(40),
                Fault::CoverOpen => modes.cover_open = true,
                Fault::CutterJams => modes.cutter_jammed = true,
                Fault::PowerOff => modes.power = Power::Off,
                Fault::CoverOpensInTheMiddle | Fault::PowerGoesInTheMiddle => modes.bytes_per_second = Some(6_000),
                Fault::Slow => modes.bytes_per_second = Some(40_000),
                Fault::ConnectionDrops => modes.drop_after_bytes = Some(2_500),
                Fault::Stalls => modes.stall_after_bytes = Some(2_500),
            }
        });
    }

    /// What comes once bytes are on their way.
    async fn worsen(&self, before: u64) {
        match self.case.fault {
            Fault::CoverOpensInTheMiddle => {
                self.printer.wait_for_bytes(before + 1_500).await;
                self.printer.set(|modes| modes.cover_open = true);
            }
            Fault::PowerGoesInTheMiddle => {
                self.printer.wait_for_bytes(before + 1_500).await;
                self.printer.set(|modes| modes.power = Power::Off);
            }
            Fault::PaperOut
            | Fault::PaperEndsInTheMiddle
            | Fault::CoverOpen
            | Fault::CutterJams
            | Fault::PowerOff
            | Fault::ConnectionDrops
            | Fault::Stalls
            | Fault::Slow => {}
        }
    }

    fn heal(&self) {
        self.printer.set(|modes| {
            modes.paper = Paper::Enough;
            modes.paper_left_rows = None;
            modes.cover_open = false;
            modes.cutter_jammed = false;
            modes.power = Power::On;
            modes.stall_after_bytes = None;
            modes.drop_after_bytes = None;
            modes.bytes_per_second = None;
        });
    }

    /// Whether bytes cannot have left: then the hub must know it, and print by itself later.
    fn never_begins(&self) -> bool {
        let told = self.case.status == StatusAnswers::Honest;
        self.case.fault == Fault::PowerOff || (told && matches!(self.case.fault, Fault::PaperOut | Fault::CoverOpen | Fault::CutterJams))
    }
}

/// A sale with so many lines, printed by the till whose printer this is; its number and its job.
async fn receipt(store: &Store, patient: &Patient, product: &str) -> (String, String) {
    let lines = if patient.case.length == Length::Long { 40 } else { 1 };
    let rows: Vec<Value> = (0..lines).map(|_| json!({ "product_id": product, "quantity": "1" })).collect();
    let total = format!("{}.00", lines * 100);
    let sale = json!({ "lines": rows, "payments": [{ "method": "cash", "amount": store.money(&total) }], "print": true });
    let sale = store.admin.post("/api/sales", sale).await.done();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&sale["number"]), text(&sale["print"]["job_id"]))
}

/// The whole stay of one printer, which is healed when `others_are_out`; what went wrong, as a sentence. `till`: one
/// stands at it at a time.
async fn stay(
    store: &Store,
    till: &Mutex<()>,
    patient: Patient,
    product: &str,
    mut others_are_out: watch::Receiver<bool>,
) -> Result<&'static str, String> {
    let case = patient.case;
    let at_the_till = till.lock().await;
    store.at_the_till(|till| till["printer_id"] = patient.device.as_str().into()).await;
    patient.fall_ill();
    let (before, _) = patient.printer.traffic();
    let (number, job) = receipt(store, &patient, product).await;
    drop(at_the_till);
    patient.worsen(before).await;
    let settled = |job: &Value| !matches!(job["state"].as_str(), Some("queued" | "sending"));
    let first = match case.fault {
        // It only takes longer.
        Fault::Slow => store.job(&job, |job| job["state"] == "printed").await,
        _ => store.job(&job, settled).await,
    };
    let said = first["state"].as_str().unwrap_or("").to_owned();
    let on_paper = || {
        let cut = patient.printer.receipts();
        cut.iter().flat_map(|receipt| receipt.qr_codes()).filter(|code| code.contains(&number)).count()
    };
    let by_then = on_paper();
    if said == "printed" && case.status == StatusAnswers::Honest && by_then != 1 {
        return Err(format!("{case:?}: called printed with {by_then} on paper"));
    }
    if said == "not_printed" && by_then != 0 {
        return Err(format!("{case:?}: called not printed with {by_then} on paper"));
    }
    if patient.never_begins() && said != "not_printed" {
        return Err(format!("{case:?}: no byte had left, and it is called {said}: {first}"));
    }
    others_are_out.wait_for(|out| *out).await.map_err(|_| "the other printer never printed".to_owned())?;
    patient.heal();
    let again = said == "not_printed";
    if again {
        store.job(&job, |job| job["state"] == "printed").await;
        // One that never answers is believed as soon as it has taken all bytes.
        patient.printer.wait_for_receipts(1).await;
        if on_paper() != 1 {
            return Err(format!("{case:?}: tried again and {} on paper", on_paper()));
        }
        return Ok("printed after a while");
    }
    // What the machine had in its memory may still come out: it is there once at most, and nobody sends it again.
    let now = store.job(&job, |_| true).await;
    if now["state"] != said.as_str() || !now["next_at"].is_null() {
        return Err(format!("{case:?}: {said} became {now}"));
    }
    if on_paper() > 1 {
        return Err(format!("{case:?}: twice on paper"));
    }
    Ok(if said == "printed" { "printed" } else { "unknown" })
}

/// A printer that nothing happens to.
async fn well(store: &Store, agent: Value) -> (String, Printer) {
    let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer");
    let connection = json!({ "type": "network", "address": printer.socket().to_string() });
    let card = json!({ "kind": "printer", "name": "Здоровый", "profile": "simulator", "connection": connection, "agent_id": agent });
    (store.device(card).await, printer)
}

/// The agent of the back room: paired, and on its link.
async fn taken_on(store: &Store, agent: &mut Agent) -> String {
    let shown = store.admin.post("/api/agents/pair", json!({})).await.done();
    let paired = agent.pair(&store.hub.address().get(), shown["code"].as_str().expect("a code"), &[]);
    assert!(paired.status.success(), "{}", String::from_utf8_lossy(&paired.stderr));
    agent.run();
    let mut watch = store.admin.follow(&["devices"]).await;
    watch
        .until("the agent is here", async || {
            let agents = store.admin.get("/api/agents").await.done();
            (agents[0]["connected"] == true).then(|| id_of(&agents[0]))
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_fault_loses_or_doubles_a_receipt_or_holds_up_another_printer() {
    let store = Store::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let product = store.product("Чай", "100.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let mut agent = Agent::in_folder(&folder.path().join("agent"));
    let agent_id = taken_on(&store, &mut agent).await;
    let well = [well(&store, Value::Null).await, well(&store, agent_id.as_str().into()).await];

    let cases = Case::all();
    let (till, (out, others_are_out)) = (Mutex::new(()), watch::channel(false));
    let mut stays = FuturesUnordered::new();
    for (number, case) in cases.iter().enumerate() {
        let patient = Patient::admitted(&store, &agent_id, *case, folder.path(), number).await;
        stays.push(stay(&store, &till, patient, &product, others_are_out.clone()));
    }
    // Nobody is healed before the printers that are well, at the hub and at the agent, have printed all their pages: they
    // wait for none of the others.
    let well_prints = async {
        for pages in 1..=3 {
            for (device, printer) in &well {
                let page = store.admin.post(format!("/api/devices/{device}/test"), json!({})).await.done();
                let printed = store.job(page["job_id"].as_str().expect("a job"), |job| job["state"] == "printed").await;
                assert_eq!((&printed["attempts"], printer.cut_total()), (&json!(1), pages));
            }
        }
        out.send_replace(true);
    };
    let all_stay = async {
        let mut all = Vec::new();
        while let Some(end) = stays.next().await {
            all.push(end);
        }
        all
    };
    let ((), all) = tokio::join!(well_prints, all_stay);
    let (mut ends, mut wrong) = (std::collections::BTreeMap::<&str, usize>::new(), Vec::new());
    for end in all {
        match end {
            Ok(end) => *ends.entry(end).or_default() += 1,
            Err(sentence) => wrong.push(sentence),
        }
    }
    figure(&format!("{} cases: {ends:?}", cases.len()));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

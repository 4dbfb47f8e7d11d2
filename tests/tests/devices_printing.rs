//! Paper: what is printed is printed once, what is not is said, and a sick printer is alone with its sickness.

use duken_tests::devices::printer::{Paper, Power, Printer, PrinterOptions, StatusAnswers};
use duken_tests::fixture::{Opening, Start, Store};
use serde_json::{Value, json};

async fn printer() -> Printer {
    Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer")
}

fn network(name: &str, printer: &Printer) -> Value {
    json!({
        "kind": "printer", "name": name, "profile": "simulator",
        "connection": { "type": "network", "address": printer.socket().to_string() },
    })
}

/// Takes a printer into use; its id.
async fn add(store: &Store, name: &str, printer: &Printer) -> String {
    let device = store.admin.post("/api/devices", network(name, printer)).await.done();
    device["id"].as_str().expect("an id").to_owned()
}

/// Prints the test page; the job's id.
async fn test_page(store: &Store, device: &str) -> String {
    let answer = store.admin.post(format!("/api/devices/{device}/test"), json!({})).await.done();
    answer["job_id"].as_str().expect("a job").to_owned()
}

async fn job(store: &Store, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    store.job(id, wanted).await
}

fn is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |job| job["state"] == state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_prints_its_receipt_and_opens_the_drawer() {
    let store = Store::new().await;
    let printer = printer().await;
    let device = add(&store, "Чековый", &printer).await;
    store
        .at_the_till(|till| {
            till["printer_id"] = device.as_str().into();
            till["drawer"] = true.into();
        })
        .await;
    let tea = store.product("Чай «Пиала» әғқңөұүһі", "1250.00", &["4870001234560"]).await;
    let _shift = store.open_shift(&store.till, "1000.00").await;
    let mut wanted = store.cash_sale(&[(&tea, "2")], "2500.00");
    wanted["print"] = true.into();
    let sale = store.admin.post("/api/sales", wanted).await.done();
    let receipts = printer.wait_for_receipts(1).await;
    assert_eq!(receipts.len(), 1);
    assert!(receipts[0].sheet.complaints.is_empty(), "{:?}", receipts[0].sheet.complaints);
    printer.wait_for_pulses(1).await;
    let id = sale["print"]["job_id"].as_str().expect("a job");
    let printed = job(&store, id, is("printed")).await;
    assert_eq!((&printed["document"]["kind"], &printed["document"]["id"]), (&json!("sale"), &sale["id"]));
    let log = store.admin.get(format!("/api/devices/{device}/log")).await.done();
    assert!(log.as_array().is_some_and(|lines| lines.iter().any(|line| line["text"] == "Printed.")), "{log:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_paper_nothing_is_lost_and_the_receipt_comes_by_itself_once() {
    let store = Store::new().await;
    let printer = printer().await;
    let device = add(&store, "Чековый", &printer).await;
    for (sick, reason) in [("paper", "paper_out"), ("cover", "cover_open"), ("power", "offline")] {
        let before = printer.cut_total();
        printer.set(|modes| match sick {
            "paper" => modes.paper = Paper::Out,
            "cover" => modes.cover_open = true,
            _ => modes.power = Power::Off,
        });
        let first = test_page(&store, &device).await;
        let second = test_page(&store, &device).await;
        let waiting = job(&store, &first, is("not_printed")).await;
        assert_eq!(waiting["reason"], reason, "{waiting:#}");
        assert!(waiting["next_at"].is_string(), "it is tried again by itself");
        printer.set(|modes| {
            modes.paper = Paper::Enough;
            modes.cover_open = false;
            modes.power = Power::On;
        });
        job(&store, &first, is("printed")).await;
        job(&store, &second, is("printed")).await;
        assert_eq!(printer.cut_total() - before, 2, "{sick}: each once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_on_paper_waits_for_a_person_and_other_printers_go_on() {
    let store = Store::new().await;
    let (sick, well) = (printer().await, printer().await);
    let (sick_id, well_id) = (add(&store, "Больной", &sick).await, add(&store, "Здоровый", &well).await);
    sick.set(|modes| modes.drop_after_bytes = Some(3_000));
    let broken = test_page(&store, &sick_id).await;
    let unknown = job(&store, &broken, is("unknown")).await;
    assert!(unknown["next_at"].is_null(), "never repeated by itself: {unknown:#}");
    sick.set(|modes| modes.stall_after_bytes = Some(3_000));
    let stalled = test_page(&store, &sick_id).await;
    let other = test_page(&store, &well_id).await;
    job(&store, &other, is("printed")).await;
    assert_eq!(well.cut_total(), 1);
    job(&store, &stalled, is("unknown")).await;
    sick.set(|modes| modes.stall_after_bytes = None);
    let again = store.admin.post(format!("/api/jobs/{broken}/reprint"), json!({})).await.done();
    assert_eq!(again["document"]["copy"], true, "the paper says that it is a copy");
    job(&store, again["id"].as_str().expect("an id"), is("printed")).await;
    let old = store.admin.get(format!("/api/jobs/{broken}")).await.done();
    assert_eq!(old["state"], "unknown", "a reprint is a job of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_mid_job_leaves_it_unknown_and_prints_what_waited() {
    let mut store = Store::new().await;
    let printer = printer().await;
    let device = add(&store, "Чековый", &printer).await;
    printer.set(|modes| modes.bytes_per_second = Some(2_000));
    let (first, second) = (test_page(&store, &device).await, test_page(&store, &device).await);
    let (before, _) = printer.traffic();
    printer.wait_for_bytes(before + 1_000).await;
    store.hub.kill();
    printer.set(|modes| {
        modes.bytes_per_second = None;
        modes.power = Power::Off;
    });
    printer.set(|modes| modes.power = Power::On);
    store.hub.run();
    let interrupted = job(&store, &first, is("unknown")).await;
    assert_eq!((&interrupted["reason"], &interrupted["next_at"]), (&json!("interrupted"), &Value::Null));
    job(&store, &second, is("printed")).await;
    assert_eq!(job(&store, &first, is("unknown")).await["attempts"], 1, "nobody guesses");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawers_pulse_dies_after_two_seconds() {
    let store = Store::new().await;
    let printer = printer().await;
    let device =
        store.admin.post("/api/devices", json!({ "kind": "drawer", "name": "Ящик", "connection": network("", &printer)["connection"] }));
    let device = device.await.done()["id"].as_str().expect("an id").to_owned();
    let pulse = test_page(&store, &device).await;
    job(&store, &pulse, is("done")).await;
    assert_eq!(printer.wait_for_pulses(1).await.pulses.len(), 1);
    printer.set(|modes| modes.power = Power::Off);
    let late = test_page(&store, &device).await;
    job(&store, &late, |job| job["state"] == "failed" && job["next_at"].is_null()).await;
    printer.set(|modes| modes.power = Power::On);
    let again = test_page(&store, &device).await;
    job(&store, &again, is("done")).await;
    assert_eq!(printer.drawer().pulses.len(), 2, "the late one never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_never_answers_prints_all_the_same() {
    let store = Store::new().await;
    let silent = printer().await;
    silent.set(|modes| modes.status = StatusAnswers::Silent);
    // As most clones: nobody knows beforehand whether it answers. It prints at once, once, and without a word from anybody.
    let mut card = network("Молчун", &silent);
    card["profile"] = "generic-80".into();
    let device = store.device(card).await;
    for pages in 1..=2 {
        let page = test_page(&store, &device).await;
        assert_eq!(job(&store, &page, is("printed")).await["attempts"], 1);
        silent.wait_for_receipts(pages).await;
        assert_eq!(silent.cut_total(), pages);
    }
    // Without paper it cannot say so: the page comes when paper does, and never twice.
    silent.set(|modes| modes.paper = Paper::Out);
    let page = test_page(&store, &device).await;
    let settled = |job: &Value| !matches!(job["state"].as_str(), Some("queued" | "sending"));
    let said = job(&store, &page, settled).await;
    assert!(said["state"] == "unknown" || said["state"] == "printed", "it took bytes: {said:#}");
    assert!(said["next_at"].is_null(), "never repeated by itself: {said:#}");
    silent.set(|modes| modes.paper = Paper::Enough);
    let next = test_page(&store, &device).await;
    job(&store, &next, is("printed")).await;
    silent.wait_for_receipts(3).await;
    assert!((3..=4).contains(&silent.cut_total()), "{} pages", silent.cut_total());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_should_answer_and_does_not_is_named_and_jobs_can_be_cancelled() {
    let store = Store::new().await;
    let printer = printer().await;
    let device = add(&store, "Epson", &printer).await;
    printer.set(|modes| modes.status = StatusAnswers::Silent);
    let mute = test_page(&store, &device).await;
    let asked = job(&store, &mute, is("not_printed")).await;
    assert_eq!((&asked["reason"], printer.cut_total()), (&json!("no_answer"), 0));
    assert_eq!(asked["detail"], "The printer does not answer when asked for its state. If it never does, say so in its settings.");
    let version = store.admin.get(format!("/api/devices/{device}")).await.done()["version"].clone();
    let chart = json!({ "version": version, "answers": { "answers_status": false } });
    let _saved = store.admin.put(format!("/api/devices/{device}/chart"), chart).await.done();
    job(&store, &mute, is("printed")).await;
    assert_eq!(printer.wait_for_receipts(1).await.len(), 1);
    printer.set(|modes| {
        modes.status = StatusAnswers::Honest;
        modes.power = Power::Off;
    });
    let waiting = test_page(&store, &device).await;
    job(&store, &waiting, is("not_printed")).await;
    let cancelled = store.admin.post(format!("/api/jobs/{waiting}/cancel"), json!({})).await.done();
    assert_eq!(
        (&cancelled["state"], &cancelled["reason"], &cancelled["next_at"]),
        (&json!("not_printed"), &json!("cancelled"), &Value::Null)
    );
    let _over = store.admin.post(format!("/api/jobs/{waiting}/cancel"), json!({})).await.refused(409, "job.over");
    printer.set(|modes| modes.power = Power::On);
    let next = test_page(&store, &device).await;
    job(&store, &next, is("printed")).await;
    assert_eq!(printer.wait_for_receipts(2).await.len(), 2, "the cancelled one never came");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_saw_on_the_chart_is_checked_and_the_drawer_is_calibrated() {
    let folder = tempfile::tempdir().expect("a folder");
    let profiles = folder.path().join("printers");
    std::fs::create_dir_all(&profiles).expect("a folder");
    std::fs::write(profiles.join("ours.toml"), "id = 'ours'\nname = 'Наш'\nwidth_dots = 512\nstatus = 'answers'\n").expect("a file");
    let config = folder.path().join("hub.toml");
    std::fs::write(&config, format!("profiles_dir = {:?}\n", profiles)).expect("a file");
    let arguments = ["--config", config.to_str().expect("a path")].map(str::to_owned).to_vec();
    let store = Store::opened(Opening { start: Start { arguments, ..Start::default() }, ..Opening::default() }).await;
    let known = store.admin.get("/api/profiles").await.done();
    let ours = known.as_array().and_then(|all| all.iter().find(|profile| profile["id"] == "ours")).expect("the folder's profile");
    assert_eq!(ours["profile"]["width_dots"], 512);
    assert!(ours["code_pages"].as_array().is_some_and(|lines| lines.contains(&json!({ "code_page": "cp1251", "number": 46 }))), "{ours:#}");

    let printer = printer().await;
    let mut card = network("Наш", &printer);
    card["profile"] = "ours".into();
    card["printer"] = json!({ "mode": "text", "code_page": "cp1251" });
    let _never = store.admin.post("/api/devices", card.clone()).await.refused(422, "device.code_page_missing");
    card["printer"] = json!({});
    let device = store.device(card).await;
    let path = format!("/api/devices/{device}/chart");
    let answers = async |answers: Value| {
        let version = store.admin.get(format!("/api/devices/{device}")).await.done()["version"].clone();
        store.admin.put(path.as_str(), json!({ "version": version, "answers": answers })).await
    };
    let _wide = answers(json!({ "width_dots": 5 })).await.refused(422, "device.width_wrong");
    let _no_page = answers(json!({ "mode": "text" })).await.refused(422, "device.code_page_missing");
    // The profile knows no number for it: without one the letters would silently be pictures.
    let _no_number = answers(json!({ "mode": "text", "code_page": "cp1251" })).await.refused(422, "device.code_page_missing");
    let _unknown = answers(json!({ "code_page": "klingon", "code_page_number": 1 })).await.refused(422, "device.code_page_missing");
    printer.open_drawer();
    let asked = store.admin.post(format!("/api/devices/{device}/ask"), json!({})).await.done();
    let level = asked["drawer_level"].as_bool().expect("it tells the pin");
    let chosen = json!({
        "mode": "text", "code_page": "cp1251", "code_page_number": 46, "cut": "gs_v", "raster": "esc_star", "drawer_open_level": level,
    });
    let saved = answers(chosen.clone()).await.done();
    for (name, value) in chosen.as_object().expect("an object") {
        assert_eq!(&saved["printer"][name], value, "{name}");
    }
    let page = test_page(&store, &device).await;
    job(&store, &page, is("printed")).await;
    let open = store.admin.post(format!("/api/devices/{device}/ask"), json!({})).await.done();
    assert_eq!(open["drawer_open"], true);
    printer.close_drawer();
    let closed = store.admin.post(format!("/api/devices/{device}/ask"), json!({})).await.done();
    assert_eq!(closed["drawer_open"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_dies_with_the_receipt_is_not_called_printed() {
    let store = Store::new().await;
    let printer = printer().await;
    let mut card = network("Клон", &printer);
    card["profile"] = "generic-80".into();
    let device = store.device(card).await;
    let first = test_page(&store, &device).await;
    job(&store, &first, is("printed")).await;
    // It answers before the document, takes all of it, and is silent.
    printer.set(|modes| modes.stall_after_bytes = Some(200));
    let lost = test_page(&store, &device).await;
    let settled = |job: &Value| !matches!(job["state"].as_str(), Some("queued" | "sending"));
    assert_eq!(job(&store, &lost, settled).await["state"], "unknown");
}

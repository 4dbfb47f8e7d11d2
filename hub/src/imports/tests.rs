//! Imports on a real hub: run, run again, killed in the middle.

use std::path::PathBuf;
use std::time::Instant;

use duken_kernel::journal::OWN;
use duken_kernel::replay::verify;
use duken_protocol::quantity::Quantity;

use super::job::{self, State, Wishes};
use super::preview::planned;
use super::run;
use super::uploads::Uploads;
use crate::catalog::door;
use crate::catalog::import::{Assignment, Counts, Withheld, decode, recognise};
use crate::config::Config;
use crate::hub::App;

fn hub(folder: &tempfile::TempDir) -> App {
    let database = crate::test_database::on_a_server(folder.path());
    crate::test_database::open(&Config { data: folder.path().to_owned(), database, ..Config::default() })
}

/// Uploads and previews a list as the routes do.
fn previewed(app: &App, bytes: &[u8]) -> (i64, Counts) {
    let sheet = decode(bytes).unwrap();
    let columns: Assignment = recognise(&sheet).columns.iter().enumerate().filter_map(|(at, c)| Some((at, c.guess?))).collect();
    let wishes = Wishes { columns: columns.clone(), ..Wishes::default() };
    let hash = Uploads::of(&app.config.data).unwrap().keep(bytes).unwrap();
    let id = app.run_and_wait(app.own_caller(), job::upload(hash, "list.csv".into(), columns, sheet.rows.len())).unwrap();
    let currency = app.settings().currency();
    let plan = app.read_now(|read| Ok(planned(read, &sheet, &wishes, currency)?)).unwrap();
    Uploads::of(&app.config.data).unwrap().keep_plan(id, &plan.rows).unwrap();
    app.run_and_wait(app.own_caller(), job::preview(id, wishes, plan.rows.len(), plan.counts)).unwrap();
    (id, plan.counts)
}

fn begin(app: &App, id: i64) {
    app.run_and_wait(app.own_caller(), job::begin(id, Withheld::default())).unwrap();
}

fn number(app: &App, sql: &str) -> i64 {
    app.read_now(|read| Ok(read.row(sql, &[])?.unwrap().get::<i64>(0)?)).unwrap()
}

fn holds(app: &App) {
    let engine = crate::hub::database(&app.config).open_readonly().unwrap();
    let proof = verify(&engine, app.schema()).unwrap();
    assert!(proof.holds, "{proof:?}");
}

const LIST: &str = "Группа;Наименование;Штрихкод;Ед;Цена;Закуп;Остаток;Артикул\n\
    Молочное;Кефир;4870003751492 7;шт;495;300;12;K-1\n\
    Молочное;Айран;4870003750990;шт;;;5;\n\
    Сыры;Сыр;12;кг;3 000,50;2000;1,345;\n\
    Сыры;;99;шт;1;;;\n\
    Сыры;Сыр;12;кг;3 000,50;2000;1,345;\n";

#[test]
fn a_list_is_brought_with_its_stock_and_a_second_time_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let app = hub(&folder);
    let (id, counts) = previewed(&app, LIST.as_bytes());
    assert_eq!((counts.create, counts.skip, counts.repeats, counts.no_price), (3, 2, 1, 1));
    begin(&app, id);
    run::run(&app, id).unwrap();
    let done = app.read_now(|read| Ok(job::find(read, id)?.unwrap())).unwrap();
    assert_eq!((done.state, done.done, done.total), (State::Done, 5, 5));
    let settings = app.settings();
    let cheese = app.read_now(|read| Ok(door::find_by_code(read, OWN, "12", &settings.weight_codes, settings.currency())?)).unwrap();
    let door::CodeMatch::One(cheese) = cheese else { panic!("{cheese:?}") };
    assert_eq!(cheese.price.map(|p| p.0), Some(300_050));
    let held = app.read_now(|read| Ok(crate::stock::door::holding(read, OWN, 1, cheese.id)?)).unwrap();
    assert_eq!((held.quantity, held.value.0), (Quantity(1_345), 269_000));
    let entries = number(&app, "SELECT count(*) FROM journal");
    let (again, counts) = previewed(&app, LIST.as_bytes());
    assert_eq!((counts.create, counts.change, counts.unchanged), (0, 0, 3));
    begin(&app, again);
    run::run(&app, again).unwrap();
    assert_eq!(number(&app, "SELECT count(*) FROM journal"), entries, "nothing was recorded");
    assert_eq!(number(&app, "SELECT count(*) FROM category"), 2);
    holds(&app);
    app.stop();
}

#[test]
fn what_may_not_begin_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let app = hub(&folder);
    let refused = |outcome: Result<i64, duken_kernel::Reject>| match outcome {
        Err(duken_kernel::Reject::Refused(refusal)) => refusal.code.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(app.run_and_wait(app.own_caller(), job::begin(77, Withheld::default()))), "card.not_found");
    let raw = app.run_and_wait(app.own_caller(), job::upload("x".into(), "x".into(), Assignment::new(), 1)).unwrap();
    assert_eq!(refused(app.run_and_wait(app.own_caller(), job::begin(raw, Withheld::default()))), "import.not_previewed");
    let (first, _) = previewed(&app, LIST.as_bytes());
    let (second, _) = previewed(&app, LIST.as_bytes());
    begin(&app, first);
    assert_eq!(refused(app.run_and_wait(app.own_caller(), job::begin(first, Withheld::default()))), "import.already_run");
    assert_eq!(refused(app.run_and_wait(app.own_caller(), job::begin(second, Withheld::default()))), "import.another_runs");
    app.stop();
}

#[test]
fn a_run_that_was_killed_goes_on_and_makes_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut list = "name,barcodes,price\n".to_owned();
    for n in 0..1_200 {
        list.push_str(&format!("Товар {},{},{}\n", n % 700, n + 1, n));
    }
    let app = hub(&folder);
    let (id, counts) = previewed(&app, list.as_bytes());
    assert_eq!((counts.create, counts.repeated_names), (1_200, 500));
    begin(&app, id);
    std::thread::scope(|scope| {
        let running = scope.spawn(|| run::run(&app, id));
        while number(&app, "SELECT done FROM import_job") == 0 {
            std::thread::yield_now();
        }
        app.stop();
        let _cut_short = running.join().unwrap();
    });
    crate::test_database::let_go(app);
    let app = hub(&folder);
    let before = app.read_now(|read| Ok(job::find(read, id)?.unwrap())).unwrap();
    if before.state == State::Running {
        run::run(&app, id).unwrap();
    }
    let done = app.read_now(|read| Ok(job::find(read, id)?.unwrap())).unwrap();
    assert_eq!((done.state, done.done, done.counts), (State::Done, 1_200, counts));
    assert_eq!(number(&app, "SELECT count(*) FROM product"), 1_200);
    assert_eq!(number(&app, "SELECT count(*) FROM product_code WHERE alive = 1"), 1_200);
    holds(&app);
    app.stop();
}

#[test]
fn the_real_list_is_brought_and_a_second_time_changes_nothing() {
    let data = std::env::var_os("DUKEN_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")), PathBuf::from);
    let Ok(bytes) = std::fs::read(data.join("catalog/kz_store_1c_pricelist.csv")) else {
        eprintln!("not tested: catalog/kz_store_1c_pricelist.csv is not here");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let app = hub(&folder);
    let begun = Instant::now();
    let (id, counts) = previewed(&app, &bytes);
    let planned_ms = begun.elapsed().as_millis();
    begin(&app, id);
    run::run(&app, id).unwrap();
    eprintln!("{} rows planned in {planned_ms} ms, brought in {} ms", counts.create, begun.elapsed().as_millis());
    assert_eq!(number(&app, "SELECT count(*) FROM product"), 9_922);
    assert_eq!(number(&app, "SELECT count(*) FROM product_code"), 10_311 + 66);
    let (again, counts) = previewed(&app, &bytes);
    assert_eq!((counts.create, counts.change, counts.unchanged), (0, 0, 9_922));
    let entries = number(&app, "SELECT count(*) FROM journal");
    begin(&app, again);
    run::run(&app, again).unwrap();
    assert_eq!(number(&app, "SELECT count(*) FROM journal"), entries);
    holds(&app);
    app.stop();
}

//! P2, P7, P8, P9 in a base of five years: the same sale, replay, reports, start and memory.

mod common;

use std::time::{Duration, Instant};

use common::browsers::browser;
use common::floor::{self, Work};
use common::selling::{LINES, Lane, Lanes};
use common::wire::Wire;
use common::{Figure, Times, cpu_of_ended, memory_of, quick, report};
use duken_tests::client::{Api, tenge};
use duken_tests::fixture::{PASSWORD, id_of};
use duken_tests::years::{Base, Copy, Size};
use serde_json::{Value, json};

/// A copy of a base with its cashiers at their tills.
struct Shop {
    copy: Copy,
    lanes: Lanes,
    owner: String,
    first_answer: Duration,
}

async fn sign_in(address: &duken_tests::client::Address, phone: &str) -> Api {
    let api = Api::new(address.clone());
    let _session = api.sign_in(phone, PASSWORD).await.done();
    api
}

async fn shop(base: &Base) -> Shop {
    let mut copy = base.copy().expect("a copy");
    // The first start fills the caches of the machine; the second is the one that is measured.
    copy.hub.stop();
    let begun = Instant::now();
    copy.hub.run();
    let address = copy.hub.address().clone();
    Wire::connect(&address.get(), "").get("/api/health");
    let first_answer = begun.elapsed();
    let owner = sign_in(&address, "+7 701 000 00 00").await;
    let mut lanes = Vec::new();
    for (serial, (till, phone)) in base.shop.tills.iter().zip(&base.shop.phones).enumerate() {
        let counted = tenge(&format!("{}.00", base.shop.drawers[serial] / 100));
        let opening = json!({ "till_id": till.to_string(), "counted": counted });
        let _shift = id_of(&owner.post("/api/shifts", opening).await.done());
        let cashier = sign_in(&address, phone).await;
        let _session = cashier.put("/api/session/till", json!({ "till_id": till.to_string() })).await.done();
        lanes.push(Lane { cookie: cashier.cookie().expect("signed in"), seed: serial as u64 + 1 });
    }
    let goods = base.shop.goods.iter().map(|(product, price)| (product.to_string(), (price / 100) as u64)).collect();
    let owner = owner.cookie().expect("signed in");
    Shop { copy, lanes: Lanes { address: address.get(), lanes, goods }, owner, first_answer }
}

/// The sums of a report, asked again and again.
fn asked(shop: &Shop, path: &str) -> Times {
    let mut wire = Wire::connect(&shop.lanes.address, &shop.owner);
    let mut times = Times::default();
    for _ in 0..30 {
        let begun = Instant::now();
        let answer: Value = serde_json::from_slice(wire.get(path)).expect("JSON");
        times.0.push(begun.elapsed());
        assert!(answer.is_object());
    }
    times
}

/// The calendar month before the last day with sales, and as many whole years up to that day.
fn ranges(last: i32, years: i32) -> [String; 2] {
    let (year, month) = (last / 10_000, last / 100 % 100);
    let before = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    let end = jiff::civil::date(before.0 as i16, before.1 as i8, 1).last_of_month();
    let shown = format!("{year:04}-{month:02}-{:02}", last % 100);
    [
        format!("from={:04}-{:02}-01&to={end}", before.0, before.1),
        format!("from={:04}-{month:02}-{:02}&to={shown}", year - years, last % 100),
    ]
}

/// P7: every view of a copy made anew, beside the same rows by bare rusqlite.
fn replay(base: &Base, what: &str) {
    const FLOOR_SALES: usize = 100_000;
    let sales = base.shop.size.sales as f64;
    let cpu = cpu_of_ended();
    let wall = base.rebuilt().expect("a rebuild");
    let cpu = cpu_of_ended() - cpu;
    let (sales_there, products) = (FLOOR_SALES.min(sales as usize), base.shop.goods.len() as u64);
    let work = Work { sales: sales_there, before: 0, entry_bytes: 450, lines: LINES, products };
    let folder = tempfile::tempdir().expect("a folder");
    let floor = floor::run_replay(folder.path(), work);
    let of_floor = |d: Duration| d.as_secs_f64() / work.sales as f64;
    report(&[
        Figure::new("P7", format!("replay into empty tables, {what}"), sales / wall.as_secs_f64(), "sales/s")
            .floor(1.0 / of_floor(floor.wall))
            .at_least(8_000.0),
        Figure::new("P7", format!("CPU of a replay per sale, {what}"), cpu.as_secs_f64() * 1e6 / sales, "µs")
            .floor(of_floor(floor.cpu) * 1e6),
    ]);
}

/// P9: two hundred browsers that follow what is sold beside all the goods.
async fn memory_with_browsers(shop: &Shop, what: &str) {
    const BROWSERS: usize = 200;
    let mut sockets = Vec::with_capacity(BROWSERS);
    for _ in 0..BROWSERS {
        sockets.push(browser(&shop.lanes.address, &shop.owner).await);
    }
    let (times, _) = shop.lanes.all_lanes(Duration::from_secs(1), |wire, chance, times| shop.lanes.sell_at_once(wire, chance, times));
    assert!(!times.0.is_empty());
    let memory = memory_of(shop.copy.hub.process().expect("it runs"));
    let goods = shop.lanes.goods.len();
    report(&[Figure::new("P9", format!("memory at {BROWSERS} browsers and {goods} goods, {what}"), memory, "MiB").at_most(150.0)]);
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (large, small) = if quick() {
        let goods = 20_000;
        (Size { days: 365, sales: 60_000, goods, customers: 1_000 }, Size { days: 62, sales: 10_191, goods, customers: 1_000 })
    } else {
        (Size::FIVE_YEARS, Size::MONTH)
    };
    let years = (large.days / 365) as i32;
    let base = runtime.block_on(Base::of(large)).expect("a base");
    let month = runtime.block_on(Base::of(small)).expect("a base");
    let what = format!("{} sales", large.sales);
    replay(&base, &what);

    let old = runtime.block_on(shop(&base));
    let young = runtime.block_on(shop(&month));
    let hub = |shop: &Shop| shop.copy.hub.process().expect("it runs");
    report(&[
        Figure::new("P9", format!("start to first answer, {what}"), old.first_answer.as_secs_f64() * 1000.0, "ms")
            .floor(young.first_answer.as_secs_f64() * 1000.0)
            .at_most(1_000.0),
        Figure::new("P9", format!("memory after the start, {what}"), memory_of(hub(&old)), "MiB").at_most(150.0),
    ]);

    let life = Duration::from_secs(if quick() { 2 } else { 4 });
    let (mut in_old, mut in_young) = (Times::default(), Times::default());
    for round in 0..5 {
        for (shop, into) in [(&old, &mut in_old), (&young, &mut in_young)] {
            let (times, _) = shop.lanes.all_lanes(life, |wire, chance, times| shop.lanes.sell_at_once(wire, chance, times));
            // The first round warms both.
            if round > 0 {
                into.0.extend(times.0);
            }
        }
    }
    report(&[
        Figure::new("P2", format!("one sale in {what} against a month of them, median"), in_old.percentile_ms(5_000), "ms")
            .floor(in_young.percentile_ms(5_000))
            .ratio_at_most(1.3),
        Figure::new("P2", "one sale, 99 of 100", in_old.percentile_ms(9_900), "ms").floor(in_young.percentile_ms(9_900)),
        Figure::new("P9", format!("memory after selling, {what}"), memory_of(hub(&old)), "MiB").at_most(150.0),
    ]);

    runtime.block_on(memory_with_browsers(&old, &what));

    let last = base.shop.last_day;
    let mut figures = Vec::new();
    for (name, path) in [("profit and loss", "profit"), ("stock value", "stock-value"), ("sales by product, top 50", "sales-by-product")] {
        let [month, range] = ranges(last, years).map(|range| format!("/api/reports/{path}?{range}&limit=50"));
        let (mut here, mut there, mut all) = (asked(&old, &month), asked(&young, &month), asked(&old, &range));
        figures.push(
            Figure::new("P8", format!("{name}, a month, median"), here.percentile_ms(5_000), "ms")
                .floor(there.percentile_ms(5_000))
                .ratio_at_most(1.3)
                .at_most(50.0),
        );
        figures.push(Figure::new("P8", format!("{name}, the whole range, median"), all.percentile_ms(5_000), "ms").at_most(150.0));
    }
    report(&figures);
}

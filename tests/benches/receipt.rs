//! P12: from the request that sells to the first byte at the printer.

mod common;

use std::time::Instant;

use common::{Figure, Times, report};
use duken_protocol::layout::{Align, Block, Layout};
use duken_tests::devices::printer::{Printer, PrinterOptions};
use duken_tests::fixture::Store;
use serde_json::json;

const SALES: u64 = 60;
const LINES: usize = 10;

async fn figures() -> (Times, Times) {
    let store = Store::new().await;
    let printer = Printer::on_tcp("127.0.0.1:0", PrinterOptions::default()).await.expect("a printer");
    let device = json!({
        "kind": "printer", "name": "Printer", "profile": "simulator",
        "connection": { "type": "network", "address": printer.socket().to_string() },
    });
    let device = store.admin.post("/api/devices", device).await.done();
    let tills = store.admin.get("/api/tills").await.done();
    let mut till = tills.as_array().and_then(|tills| tills.iter().find(|till| till["id"] == store.till.as_str())).expect("a till").clone();
    till["printer_id"] = device["id"].clone();
    let _saved = store.admin.put(format!("/api/tills/{}", store.till), till).await.done();
    let mut goods = Vec::new();
    for serial in 0..LINES {
        goods.push(store.product(&format!("Товар {serial} молочный 3,2% 930 г"), "500.00", &[]).await);
    }
    let _shift = store.open_shift(&store.till, "0.00").await;
    let lines: Vec<(&str, &str)> = goods.iter().map(|id| (id.as_str(), "1")).collect();
    let mut sale = store.cash_sale(&lines, "5000.00");
    sale["print"] = true.into();
    let (mut first_byte, mut paper) = (Times::default(), Times::default());
    for serial in 1..=SALES {
        let (before, _) = printer.traffic();
        let begun = Instant::now();
        let (_sale, ()) = tokio::join!(store.admin.post("/api/sales", sale.clone()), async {
            printer.wait_for_bytes(before + 1).await;
            first_byte.0.push(begun.elapsed());
        });
        let _receipts = printer.wait_for_receipts(serial).await;
        paper.0.push(begun.elapsed());
    }
    (first_byte, paper)
}

/// A receipt of this many lines.
fn layout(lines: usize) -> Layout {
    let head = Layout::new().text("ТОО «Дүкен»").text("Қазақ тілі: ә ғ қ ң ө ұ ү һ і ₸");
    let item = |serial: usize| Block::Item {
        name: format!("Товар {serial} молочный, пастеризованный, 3,2% 930 г"),
        detail: "2 × 1 250,00".to_owned(),
        sum: "2 500,00".to_owned(),
    };
    let blocks = head.blocks.into_iter().chain((1..=lines).map(item));
    Layout {
        blocks: blocks.chain([Block::Qr { data: "duken:SAL-2026-000001".to_owned(), width_percent: 50, align: Align::Center }]).collect(),
    }
}

fn raster() -> Times {
    const WIDTH_DOTS: u16 = 576;
    let layout = layout(40);
    let mut times = Times::default();
    for _ in 0..200 {
        let begun = Instant::now();
        let picture = duken_agent::raster::render(&layout, WIDTH_DOTS).expect("a picture");
        times.0.push(begun.elapsed());
        assert!(picture.height_dots() > 1_000);
    }
    times
}

fn main() {
    let mut raster = raster();
    report(&[
        Figure::new("P12", "raster of 40 lines, median", raster.percentile_ms(5_000), "ms"),
        Figure::new("P12", "raster of 40 lines, 99 of 100", raster.percentile_ms(9_900), "ms").at_most(15.0),
    ]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (mut first_byte, mut paper) = runtime.block_on(figures());
    report(&[
        Figure::new("P12", "request that sells to first byte at the printer, median", first_byte.percentile_ms(5_000), "ms"),
        Figure::new("P12", "request that sells to first byte at the printer, 99 of 100", first_byte.percentile_ms(9_900), "ms")
            .at_most(20.0),
        Figure::new("P12", "request that sells to the cut, 99 of 100", paper.percentile_ms(9_900), "ms"),
    ]);
}

//! Stock on a real database.

use duken_kernel::journal::OWN;
use duken_kernel::store::{Engine as _, Put, Value};
use duken_kernel::{Read, Reject};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::door::{WAREHOUSE, holding, issue_cost, on_hand};
use super::*;
use crate::catalog::tests::{Shop, card};
use crate::catalog::{Card, Kind, Unit};

fn correction(product: i64, kind: AdjustmentKind, quantity: i64) -> Correction {
    Correction { product, kind, quantity: Quantity(quantity), unit_cost: None, reason: "проверка".into(), comment: String::new() }
}

fn refused(answer: Result<i64, Reject>) -> String {
    match answer {
        Err(Reject::Refused(refusal)) => refusal.code.code.to_owned(),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn stock_is_opened_found_lost_and_counted() {
    let mut shop = Shop::new();
    let id = shop.make(Card { purchase_price: Some(Amount(5_000)), ..card("Айран", &[], 10_000) });
    let now = |shop: &Shop| {
        let held = holding(shop.writer.engine(), OWN, WAREHOUSE, id).unwrap();
        (held.quantity.0, held.value.0)
    };
    shop.run(adjust(correction(id, AdjustmentKind::Opening, 10_000))).unwrap();
    assert_eq!(now(&shop), (10_000, 50_000));
    shop.run(adjust(correction(id, AdjustmentKind::Defect, 3_000))).unwrap();
    assert_eq!(now(&shop), (7_000, 35_000));
    shop.run(adjust(Correction { unit_cost: Some(Amount(12_000)), ..correction(id, AdjustmentKind::Found, 1_000) })).unwrap();
    assert_eq!(now(&shop), (8_000, 47_000));
    assert_eq!(issue_cost(shop.writer.engine(), OWN, WAREHOUSE, id, Quantity(3_000)).unwrap(), Some(Amount(17_625)));
    shop.run(adjust(correction(id, AdjustmentKind::Counted, 0))).unwrap();
    assert_eq!(now(&shop), (0, 0), "nothing is left behind");
    assert_eq!(refused(shop.run(adjust(correction(id, AdjustmentKind::Counted, 0)))), "stock.nothing_changes");
    shop.run(adjust(correction(id, AdjustmentKind::WriteOff, 2_000))).unwrap();
    assert_eq!(now(&shop), (-2_000, -24_000), "below zero at the last known cost");
    assert_eq!(on_hand(shop.writer.engine(), OWN, WAREHOUSE, id).unwrap(), Quantity(-2_000));
    let money = shop.writer.engine().rows("SELECT account, a, amount FROM money_balance ORDER BY account, a", &[]).unwrap();
    let sum: i64 = money.iter().map(|row| row.get::<i64>(2).unwrap()).sum();
    assert_eq!(sum, 0);
    shop.holds();
}

#[test]
fn unknown_cost_is_unknown_until_it_is_sold() {
    let mut shop = Shop::new();
    let id = shop.make(card("Без цены закупа", &[], 10_000));
    shop.run(adjust(correction(id, AdjustmentKind::Opening, 2_000))).unwrap();
    let cost = |shop: &Shop, quantity| issue_cost(shop.writer.engine(), OWN, WAREHOUSE, id, Quantity(quantity)).unwrap();
    assert_eq!(cost(&shop, 1_000), None);
    shop.run(adjust(Correction { unit_cost: Some(Amount(700)), ..correction(id, AdjustmentKind::Found, 5_000) })).unwrap();
    assert_eq!(cost(&shop, 1_000), None, "some of it came at an unknown cost");
    shop.run(adjust(correction(id, AdjustmentKind::Shortage, 2_000))).unwrap();
    assert_eq!(cost(&shop, 1_000), Some(Amount(700)));
    shop.holds();
}

#[test]
fn what_cannot_be_corrected_is_said() {
    let mut shop = Shop::new();
    let piece = shop.make(card("Штука", &[], 100));
    let weighed = shop.make(Card { unit: Unit::Kg, ..card("Вес", &[], 100) });
    let service = shop.make(Card { kind: Kind::Service, ..card("Услуга", &[], 100) });
    let cases = [
        (correction(999, AdjustmentKind::Found, 1_000), "card.not_found"),
        (correction(service, AdjustmentKind::Found, 1_000), "stock.service"),
        (correction(piece, AdjustmentKind::Found, 500), "stock.bad_quantity"),
        (correction(piece, AdjustmentKind::Found, 0), "stock.bad_quantity"),
        (correction(piece, AdjustmentKind::Counted, -1_000), "stock.bad_quantity"),
        (Correction { reason: " ".into(), ..correction(piece, AdjustmentKind::Found, 1_000) }, "stock.reason_missing"),
    ];
    for (wrong, code) in cases {
        assert_eq!(refused(shop.run(adjust(wrong.clone()))), code, "{wrong:?}");
    }
    shop.run(adjust(correction(weighed, AdjustmentKind::Found, 345))).unwrap();
    assert_eq!(refused(shop.run(adjust(correction(weighed, AdjustmentKind::Opening, 1_000)))), "stock.already_opened");
}

#[test]
fn a_history_is_read_however_far_its_movements_lie_apart() {
    let shop = Shop::new();
    let engine = shop.writer.engine();
    assert_eq!(queries::history(engine, OWN, 1, None, 10).unwrap(), [], "nothing moved yet");
    let far = 40 * project::STRETCH * project::STRETCH;
    let seqs = [1, project::STRETCH - 1, project::STRETCH, 20 * project::STRETCH, 700_000, far - 1, far];
    for (product, seq) in seqs.iter().flat_map(|seq| [(1, *seq), (2, *seq)]).chain([(2, far + 1)]) {
        for line in 1..=2_i64 {
            let key = [(seq / project::STRETCH).into(), product.into(), seq.into(), line.into()];
            let put = Put { table: &project::STOCK_MOVEMENT, key: key.into(), row: vec![1.into(), (-1_000).into(), Value::Null] };
            engine.put(OWN, &[put]).unwrap();
        }
    }
    let whole: Vec<(i64, i64)> = seqs.iter().rev().flat_map(|seq| [(*seq, 2), (*seq, 1)]).collect();
    let read = |cursor, limit| queries::history(engine, OWN, 1, cursor, limit).unwrap();
    let places = |page: &[queries::HistoryRow]| page.iter().map(|row| (row.seq, row.line)).collect::<Vec<_>>();
    assert_eq!(places(&read(None, 100)), whole);
    for size in [1, 3, 4] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = read(cursor, size);
            let Some(last) = page.last() else { break };
            cursor = Some(queries::HistoryCursor { seq: last.seq, line: last.line, before: last.after - last.delta });
            seen.extend(places(&page));
        }
        assert_eq!(seen, whole, "by pages of {size}");
    }
}

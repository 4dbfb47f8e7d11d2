//! Plans by their rules, the same list twice, and the real list against an independent count.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use duken_protocol::money::{Amount, Currency};
use proptest::prelude::*;

use super::*;
use crate::catalog::model::Card;

fn row(line: u32, group: &str, name: &str, codes: &str, price: &str) -> Row {
    Row { line, group: Some(group.into()), name: name.into(), codes: codes.into(), price: Some(price.into()), ..Row::default() }
}

fn plan_of(rows: &[Row], known: &[Known]) -> Plan {
    plan(rows, known, Currency::KZT)
}

/// What the catalogue is after a plan: the same as running it, without a database.
fn after(plan: &Plan, mut known: Vec<Known>) -> Vec<Known> {
    for row in &plan.rows {
        match &row.action {
            Action::Create(goods) => {
                let id = known.len() as i64 + 1;
                let sku = goods.sku.clone().unwrap_or_else(|| (1_000_000 + id).to_string());
                let base = Card { sku, available: true, vat: "standard".into(), ..Card::default() };
                let group = goods.group.clone().unwrap_or_default();
                known.push(Known { id, card: merged(&base, goods), group, archived: false, moved: goods.stock.is_some() });
            }
            Action::Change(id, goods) => {
                let product = known.iter_mut().find(|k| k.id == *id).unwrap();
                product.card = merged(&product.card, goods);
                product.moved |= goods.stock.is_some();
                if let Some(group) = &goods.group {
                    product.group.clone_from(group);
                }
            }
            Action::Unchanged(_) | Action::Skip => {}
        }
    }
    known
}

fn notes(plan: &Plan) -> Vec<Vec<String>> {
    plan.rows.iter().map(|row| row.notes.iter().map(|n| format!("{} {}", n.code, n.value).trim().to_owned()).collect()).collect()
}

fn actions(plan: &Plan) -> Vec<&'static str> {
    plan.rows.iter().map(|row| row.action.name()).collect()
}

#[test]
fn every_rule_of_a_list() {
    let rows = [
        row(2, "Молочное", "Кефир", "4870003751492 4870003751492 12", "495"),
        row(3, "Молочное", "Кефир", "4870003750990", "1015a"),
        row(4, "Молочное", "Кефир", "12 04870003751492", "495"),
        row(5, "Молочное", "Айран", "4870003751492", "1 250,50"),
        row(6, "Молочное", "Сыр", "46009490100205 123456789 12A", ""),
        row(7, "Молочное", " ", "4870003750358", "1"),
    ];
    let plan = plan_of(&rows, &[]);
    assert_eq!(actions(&plan), ["create", "create", "skip", "create", "create", "skip"]);
    let expected: &[&[&str]] = &[
        &["repeated_name 3", "shared_code 4870003751492"],
        &["no_price 1015a", "repeated_name 2"],
        &["repeat 2"],
        &["shared_code 4870003751492"],
        &[
            "refused_code_wrong_check_digit 46009490100205",
            "refused_code_wrong_length 123456789",
            "refused_code_not_digits 12A",
            "no_price",
        ],
        &["no_name"],
    ];
    assert_eq!(notes(&plan), expected.iter().map(|row| row.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).collect::<Vec<_>>());
    let counts = Counts {
        create: 4,
        skip: 2,
        refused_codes: 3,
        shared_codes: 1,
        no_price: 2,
        repeated_names: 1,
        repeats: 1,
        short_codes: 1,
        barcodes: 3,
        ..Counts::default()
    };
    assert_eq!(plan.counts, counts);
}

#[test]
fn a_product_is_found_again_however_it_changed() {
    let first = [
        row(1, "Молочное", "Кефир", "4870003751492", "495"),
        row(2, "Молочное", "Айран", "4870003750990", "300"),
        row(3, "Сыры", "Сыр", "", "3000"),
        row(4, "Сыры", "Профитроли", "7453149188932", "1680"),
    ];
    let known = after(&plan_of(&first, &[]), Vec::new());
    let second = [
        row(1, "Молочное", "Кефир 1 %", "4870003751492", "495"),
        row(2, "Напитки", "Айран", "4870003750990 4870003750358", ""),
        row(3, "Сыры", "Сыр", "4870003752543", "3000"),
        row(4, "Сыры", "Профитроли", "2500606430013", "1200"),
        row(5, "Хлеб", "Нан", "4870003752932", "100"),
    ];
    let plan = plan_of(&second, &known);
    assert_eq!(actions(&plan), ["change", "change", "unchanged", "create", "create"].map(|a| if a == "unchanged" { "change" } else { a }));
    let known = after(&plan, known);
    assert_eq!(known[0].card.name, "Кефир 1 %");
    assert_eq!((known[1].group.as_str(), known[1].card.codes.len(), known[1].card.price), ("Напитки", 2, Some(Amount(30_000))));
    assert_eq!(known[2].card.codes, ["4870003752543"]);
    let again = plan_of(&second, &known);
    assert_eq!((again.counts.create, again.counts.change, again.counts.unchanged), (0, 0, 5));
}

#[test]
fn a_sku_stands_on_one_product() {
    let rows =
        [Row { sku: Some("A-1".into()), ..row(1, "", "Кефир", "", "1") }, Row { sku: Some("a-1".into()), ..row(2, "", "Айран", "", "1") }];
    let plan = plan_of(&rows, &[]);
    assert_eq!(notes(&plan), [vec![], vec!["sku_taken a-1".to_owned()]]);
    let known = after(&plan, Vec::new());
    let again = plan_of(&rows, &known);
    assert_eq!((again.counts.create, again.counts.change), (0, 0));
    let renamed = [Row { sku: Some("A-1".into()), ..row(1, "", "Кефир новый", "", "1") }];
    assert_eq!(actions(&plan_of(&renamed, &known)), ["change"]);
}

fn any_row() -> impl Strategy<Value = Row> {
    let code =
        prop::sample::select(vec!["4870003751492", "4870003750990", "7", "07", "8", "46009490100205", "2500606430013", "04870003750990"]);
    let group = prop::sample::select(vec!["А", "Б"]);
    let name = prop::sample::select(vec!["Кефир", "Айран", "Сыр", ""]);
    let price = prop::sample::select(vec!["", "100", "250,5", "x"]);
    let sku = prop::option::weighted(0.3, prop::sample::select(vec!["S1", "S2", "s1"]));
    let stock = prop::option::weighted(0.3, prop::sample::select(vec!["5", "0", "x"]));
    (group, name, prop::collection::vec(code, 0..3), price, sku, stock).prop_map(|(group, name, codes, price, sku, stock)| Row {
        sku: sku.map(str::to_owned),
        stock: stock.map(str::to_owned),
        ..row(0, group, name, &codes.join(" "), price)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_same_list_twice_changes_nothing(first in prop::collection::vec(any_row(), 0..8), second in prop::collection::vec(any_row(), 0..8)) {
        let known = after(&plan_of(&first, &[]), Vec::new());
        let again = plan_of(&first, &known);
        prop_assert_eq!((again.counts.create, again.counts.change), (0, 0), "first list twice: {:?}", again);
        let known = after(&plan_of(&second, &known), known);
        let again = plan_of(&second, &known);
        prop_assert_eq!((again.counts.create, again.counts.change), (0, 0), "second list twice: {:?}", again);
    }
}

fn real_list() -> Option<PathBuf> {
    let data = std::env::var_os("DUKEN_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")), PathBuf::from);
    let list = data.join("catalog/kz_store_1c_pricelist.csv");
    if !list.exists() {
        eprintln!("not tested: {} is not here", list.display());
        return None;
    }
    Some(list)
}

#[test]
fn the_real_list_counts_as_an_independent_script_does() {
    let Some(list) = real_list() else { return };
    let sheet = decode(&std::fs::read(&list).unwrap()).unwrap();
    let layout = recognise(&sheet);
    let assignment: Assignment = layout.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.guess?))).collect();
    let rows = rows(&sheet, layout.first_row, &assignment);
    let plan = plan_of(&rows, &[]);
    let known = after(&plan, Vec::new());
    let again = plan_of(&rows, &known);
    assert_eq!((again.counts.create, again.counts.change, again.counts.unchanged), (0, 0, plan.counts.create));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracle/import_counts.py");
    let Ok(output) = Command::new("python3").arg(script).arg(&list).output() else {
        eprintln!("not tested: python3 is not here");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected: BTreeMap<String, usize> = serde_json::from_slice(&output.stdout).unwrap();
    let counted: BTreeMap<String, usize> = serde_json::from_value(serde_json::to_value(plan.counts).unwrap()).unwrap();
    assert_eq!(counted, expected);
}

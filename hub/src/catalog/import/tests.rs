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
                known.push(Known {
                    id,
                    card: merged(&base, goods),
                    group,
                    archived: false,
                    moved: goods.stock.is_some(),
                    stock: goods.stock.unwrap_or_default(),
                });
            }
            Action::Change(id, goods) => {
                let product = known.iter_mut().find(|k| k.id == *id).unwrap();
                product.card = merged(&product.card, goods);
                product.moved |= goods.stock.is_some();
                if let Some(stock) = goods.stock {
                    product.stock = stock;
                }
                if let Some(group) = goods.group.as_ref().filter(|group| !group_fits(group, &product.group)) {
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
fn a_product_is_found_again_by_its_name_and_a_code_and_never_by_a_code_alone() {
    let first = [
        row(1, "Молочное", "Кефир", "4870003751492", "495"),
        row(2, "Молочное", "Айран", "4870003750990", "300"),
        row(3, "Сыры", "Сыр", "", "3000"),
        row(4, "Сыры", "Профитроли", "7453149188932", "1680"),
        row(5, "Хлеб", "Нан", "17", "100"),
    ];
    let known = after(&plan_of(&first, &[]), Vec::new());
    let second = [
        row(1, "Молочное", "Кефир 1 %", "4870003751492", "520"),
        row(2, "Напитки", "Айран", "4870003750990 4870003750358", ""),
        row(3, "Сыры", "Сыр", "4870003752543", "3000"),
        row(4, "Сыры", "Профитроли", "2500606430013", "1200"),
        row(5, "Хлеб", "Лепёшка", "17", "90"),
    ];
    let plan = plan_of(&second, &known);
    assert_eq!(actions(&plan), ["create", "change", "change", "create", "create"]);
    assert_eq!(notes(&plan)[0], ["shared_code 4870003751492"]);
    assert_eq!(notes(&plan)[1], ["price_kept"]);
    assert_eq!((notes(&plan)[4].as_slice(), plan.counts.shared_codes), (["shared_code 17".to_owned()].as_slice(), 2));
    assert_eq!(plan.counts.no_price, 0, "a product that has its price keeps it");
    let known = after(&plan, known);
    assert_eq!((known[0].card.name.as_str(), known[0].card.price), ("Кефир", Some(Amount(49_500))), "nothing is renamed by its code");
    assert_eq!((known[1].group.as_str(), known[1].card.codes.len(), known[1].card.price), ("Напитки", 2, Some(Amount(30_000))));
    assert_eq!(known[2].card.codes, ["4870003752543"]);
    let again = plan_of(&second, &known);
    assert_eq!((again.counts.create, again.counts.change, again.counts.unchanged), (0, 0, 5));
}

#[test]
fn a_list_with_new_prices_says_what_changes() {
    let first = [row(1, "Молочное", "Кефир", "4870003751492", "495"), row(2, "Сыры", "Сыр", "", "3000")];
    let known = after(&plan_of(&first, &[]), Vec::new());
    let bare = |line, name: &str, codes: &str, price: &str| Row { group: None, ..row(line, "", name, codes, price) };
    let second = [bare(1, "Кефир", "4870003751492", "520"), bare(2, "Сыр", "", "3100")];
    let plan = plan_of(&second, &known);
    assert_eq!(actions(&plan), ["change", "change"], "a list without groups updates too");
    let money = |minor| Some(Value::Money(Amount(minor)));
    assert_eq!(plan.rows[0].changes, [Change { field: Field::Price, from: money(49_500), to: money(52_000) }]);
    let shown = &plan.rows[0].shown;
    assert_eq!(
        (shown.price, shown.group.as_deref(), shown.codes.as_slice()),
        (Some(Amount(52_000)), Some("Молочное"), ["4870003751492".to_owned()].as_slice())
    );
    let prices: Vec<_> = after(&plan, known).iter().map(|known| known.card.price.unwrap().0).collect();
    assert_eq!(prices, [52_000, 310_000]);
}

#[test]
fn groups_are_paths_and_a_moved_group_stays_where_it_was_put() {
    let first = [row(1, "Молочное", "Кефир", "", "495")];
    let mut known = after(&plan_of(&first, &[]), Vec::new());
    known[0].group = "Еда / Молочное".into();
    assert_eq!(actions(&plan_of(&first, &known)), ["unchanged"], "a person put the group into another");
    let moved = plan_of(&[row(1, "Напитки / Молочное", "Кефир", "", "495")], &known);
    assert_eq!((actions(&moved), moved.rows[0].changes[0].field), (vec!["change"], Field::Group));
}

#[test]
fn what_is_dropped_is_said() {
    let base = row(1, "", "Доставка", "", "1000");
    let rows = [
        Row { unit: Some("усл".into()), stock: Some("5".into()), ..base.clone() },
        Row {
            line: 2,
            name: "Кефир".into(),
            stock: Some("3".into()),
            gtin: Some("123".into()),
            vat: Some("7%".into()),
            minimum: Some("x".into()),
            ..base
        },
        Row { line: 3, name: "Итого".into(), kind: RowKind::Total, ..Row::default() },
        Row { line: 4, name: "Молочное".into(), kind: RowKind::Heading, ..Row::default() },
    ];
    let plan = plan_of(&rows, &[]);
    assert_eq!(
        notes(&plan),
        [vec!["service_stock 5"], vec!["bad_minimum x", "unknown_vat 7%", "bad_gtin 123"], vec!["total"], vec!["heading"]]
    );
    let mut known = after(&plan, Vec::new());
    known[1].stock = duken_protocol::quantity::Quantity(1_000);
    let again = plan_of(&rows[1..2], &known);
    assert_eq!(notes(&again)[0][0], "bad_minimum x");
    assert!(notes(&again)[0].contains(&"stock_kept 3".to_owned()), "{:?}", notes(&again));
    assert_eq!(again.counts.unchanged, 1);
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
    let group = prop::option::weighted(0.8, prop::sample::select(vec!["А", "Б", "А / Б"]));
    let name = prop::sample::select(vec!["Кефир", "Айран", "Сыр", ""]);
    let price = prop::sample::select(vec!["", "100", "250,5", "x"]);
    let sku = prop::option::weighted(0.3, prop::sample::select(vec!["S1", "S2", "s1"]));
    let stock = prop::option::weighted(0.3, prop::sample::select(vec!["5", "0", "x"]));
    let service = prop::option::weighted(0.2, prop::sample::select(vec!["Услуга", "Товар"]));
    let all = (group, name, prop::collection::vec(code, 0..3), price, sku, stock, service);
    all.prop_map(|(group, name, codes, price, sku, stock, service)| Row {
        group: group.map(str::to_owned),
        sku: sku.map(str::to_owned),
        stock: stock.map(str::to_owned),
        service: service.map(str::to_owned),
        ..row(0, "", name, &codes.join(" "), price)
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
    let rows = rows(&sheet, layout.first_row, &assignment, None);
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

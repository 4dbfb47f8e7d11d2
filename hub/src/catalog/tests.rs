//! The catalogue on a real database in a folder of its own.

use std::sync::Arc;
use std::sync::mpsc::channel;

use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::journal::OWN;
use duken_kernel::replay::verify;
use duken_kernel::store::{Database, Dialect, Engine};
use duken_kernel::writer::{Caller, Job};
use duken_kernel::{Read, Reject, Tx, Writer};
use duken_protocol::barcode::check_digit;
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::door::{CodeMatch, Measure, find_by_code, product};
use super::queries;
use super::search::{Matched, Query, find, index};
use super::*;
use crate::settings::Settings;

pub(crate) struct Shop {
    pub writer: Writer,
    database: Database,
    _folder: tempfile::TempDir,
}

impl Shop {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = crate::test_database::in_folder(folder.path());
        Self { writer: Self::open(&database), database, _folder: folder }
    }

    fn open(database: &Database) -> Writer {
        let schema = Arc::new(crate::domains::schema());
        Writer::open(database.open().unwrap(), schema, Arc::new(SystemClock), Arc::new(SystemChance)).unwrap()
    }

    pub fn reopened(self) -> Self {
        let Self { writer, database, _folder } = self;
        drop(writer);
        Self { writer: Self::open(&database), database, _folder }
    }

    pub fn run(&mut self, command: impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static) -> Result<i64, Reject> {
        let (sender, receiver) = channel();
        let caller = Caller { by: Some(7), business_date: 20_261_121, zone_offset_min: 300, ..Caller::default() };
        let answer = Box::new(move |outcome| sender.send(outcome).unwrap());
        self.writer.step(vec![Job { caller, run: Box::new(command), answer }]);
        receiver.recv().unwrap()
    }

    pub fn make(&mut self, card: Card) -> i64 {
        self.run(save(new(card))).unwrap()
    }

    pub fn holds(&self) {
        let proof = verify(self.writer.engine(), &crate::domains::schema()).unwrap();
        assert!(proof.holds, "{proof:?}");
    }

    fn found(&self, text: &str) -> Vec<String> {
        let hits = find(self.writer.engine(), OWN, &Query::of(text, 20)).unwrap();
        hits.into_iter().map(|hit| hit.name).collect()
    }
}

pub(crate) fn card(name: &str, codes: &[&str], price: i64) -> Card {
    Card {
        name: name.to_owned(),
        codes: codes.iter().map(|c| (*c).to_owned()).collect(),
        price: (price > 0).then_some(Amount(price)),
        vat: vat::STANDARD.to_owned(),
        available: true,
        ..Card::default()
    }
}

pub(crate) fn new(card: Card) -> Wanted {
    Wanted { edited: None, card, purchase_price: PurchasePrice::Set, make_barcode: MakeBarcode::No }
}

fn code_of(answer: Result<i64, Reject>) -> String {
    match answer {
        Err(Reject::Refused(refusal)) => refusal.code.code.to_owned(),
        other => panic!("not refused: {other:?}"),
    }
}

fn matched(shop: &Shop, text: &str) -> CodeMatch {
    let settings = Settings::default();
    find_by_code(shop.writer.engine(), OWN, text, &settings.weight_codes, settings.currency()).unwrap()
}

#[test]
fn a_product_is_made_changed_put_away_and_taken_back() {
    let mut shop = Shop::new();
    let id = shop.make(card("Айран", &["4870003750990", "04870003750990", "12"], 45_000));
    let made = stored(shop.writer.engine(), OWN, id).unwrap().unwrap();
    assert_eq!(made.card.codes, ["4870003750990", "12"], "one barcode written twice is one");
    assert_eq!(made.card.sku, (1_000_000 + id).to_string());
    let changed = Card { price: Some(Amount(50_000)), codes: vec!["12".into()], ..made.card.clone() };
    let wanted = Wanted { edited: Some((id, made.version)), card: changed.clone(), ..new(changed.clone()) };
    assert_eq!(shop.run(save(wanted.clone())).unwrap(), id);
    let Err(Reject::Refused(refusal)) = shop.run(save(wanted)) else { panic!("another saved in between") };
    assert_eq!(refusal.code.code, "card.changed");
    assert_eq!(refusal.params["fields"], serde_json::json!(["codes", "price"]));
    assert_eq!(matched(&shop, "4870003750990"), CodeMatch::None, "the code was taken off");
    assert!(matches!(matched(&shop, "12"), CodeMatch::One(found) if found.id == id));
    let prices: Vec<_> = queries::prices(shop.writer.engine(), OWN, id).unwrap().into_iter().map(|p| (p.by, p.from, p.to)).collect();
    assert_eq!(prices, [(Some(7), Some(Amount(45_000)), Some(Amount(50_000))), (Some(7), None, Some(Amount(45_000)))]);
    shop.run(archive(id)).unwrap();
    assert_eq!(matched(&shop, "12"), CodeMatch::None);
    assert!(shop.found("айран").is_empty());
    shop.run(archive(id)).unwrap();
    shop.run(restore(id)).unwrap();
    assert_eq!(shop.found("айран"), ["Айран"]);
    let copy = shop.run(duplicate(id)).unwrap();
    let copy = stored(shop.writer.engine(), OWN, copy).unwrap().unwrap();
    assert_eq!((copy.card.name.as_str(), copy.card.codes.len()), ("Айран (2)", 0));
    shop.holds();
}

#[test]
fn what_is_wrong_with_a_card_is_said() {
    let mut shop = Shop::new();
    let taken = Card { sku: "A-1".into(), ..card("Первый", &[], 1) };
    shop.make(taken);
    let cases: &[(Card, &str)] = &[
        (card("  ", &[], 1), "product.name_missing"),
        (card(&"я".repeat(301), &[], 1), "product.name_too_long"),
        (card("x", &["46009490100205"], 1), "product.bad_code"),
        (card("x", &["12345678A"], 1), "product.bad_code"),
        (Card { price: Some(Amount(-1)), ..card("x", &[], 1) }, "product.price_negative"),
        (Card { vat: "huge".into(), ..card("x", &[], 1) }, "product.vat_unknown"),
        (Card { category: Some(999), ..card("x", &[], 1) }, "product.category_unknown"),
        (Card { sku: " a-1 ".into(), ..card("x", &[], 1) }, "product.sku_taken"),
        (Card { gtin: Some("123".into()), ..card("x", &[], 1) }, "product.bad_code"),
        (Card { photos: vec!["a".into(); 6], ..card("x", &[], 1) }, "product.too_many_photos"),
    ];
    for (wrong, code) in cases {
        assert_eq!(code_of(shop.run(save(new(wrong.clone())))), *code);
    }
    assert_eq!(code_of(shop.run(archive(999))), "card.not_found");
}

#[test]
fn a_code_may_stand_on_two_products_and_an_in_store_code_brings_the_weight() {
    let mut shop = Shop::new();
    let first = shop.make(card("Кефир Protein", &["4870003751492"], 100));
    let second = shop.make(card("Кефир Classic", &["4870003751492"], 200));
    let CodeMatch::Many(both) = matched(&shop, " 04870003751492 ") else { panic!("both") };
    assert_eq!(both.iter().map(|p| p.id).collect::<Vec<_>>(), [first, second]);
    let nuts = shop.make(Card { unit: Unit::Kg, ..card("Орехи", &["204"], 500_000) });
    let code = |body: &str| format!("{body}{}", check_digit(body));
    let CodeMatch::Weighted { product, measure } = matched(&shop, &code("250020400345")) else { panic!("weighed") };
    assert_eq!((product.id, measure), (nuts, Measure::Quantity(Quantity(345))));
    let exact = shop.make(card("Сыр в упаковке", &[&code("250020400345")], 100));
    assert!(matches!(matched(&shop, &code("250020400345")), CodeMatch::One(p) if p.id == exact), "the whole code goes first");
    let blank = shop.make(Card { unit: Unit::Kg, ..card("Сыр", &[&code("250777700000")], 100) });
    assert!(matches!(matched(&shop, &code("250777701500")), CodeMatch::Weighted { product, .. } if product.id == blank));
    let sku = shop.make(Card { sku: "SYR-9".into(), ..card("Сыр девятый", &[], 100) });
    assert!(matches!(matched(&shop, "syr-9"), CodeMatch::One(p) if p.id == sku));
    assert_eq!(matched(&shop, "4600000000000"), CodeMatch::None);
    let own = Wanted { make_barcode: MakeBarcode::ClearOf(Settings::default().weight_codes), ..new(card("Своё", &[], 100)) };
    let own = shop.run(save(own)).unwrap();
    let code = queries::codes_of(shop.writer.engine(), OWN, own).unwrap().remove(0);
    assert!(code.starts_with("20") && matches!(matched(&shop, &code), CodeMatch::One(p) if p.id == own));
    assert_eq!(door::product(shop.writer.engine(), OWN, 999_999).unwrap(), None);
    assert!(product_exists(&shop, own));
}

fn product_exists(shop: &Shop, id: i64) -> bool {
    product(shop.writer.engine(), OWN, id).unwrap().is_some()
}

#[test]
fn search_forgives() {
    let mut shop = Shop::new();
    for name in
        ["Молоко Айналайын 2,5%", "Сгущенное молоко Рогачёв", "Құрт солёный", "Хлеб Бородинский", "MARS батончик", "Шоколад Қазақстан"]
    {
        shop.make(card(name, &[], 100));
    }
    let coded = shop.make(Card { sku: "KOL-1".into(), ..card("Кола", &["4610082840836", "7"], 100) });
    let cases: &[(&str, &[&str])] = &[
        ("мол", &["Молоко Айналайын 2,5%", "Сгущенное молоко Рогачёв"]),
        ("vjkjrj", &["Молоко Айналайын 2,5%", "Сгущенное молоко Рогачёв"]),
        ("молако", &["Молоко Айналайын 2,5%", "Сгущенное молоко Рогачёв"]),
        ("молоко 2,5", &["Молоко Айналайын 2,5%"]),
        ("рогачев", &["Сгущенное молоко Рогачёв"]),
        ("курт", &["Құрт солёный"]),
        ("казах", &["Шоколад Қазақстан"]),
        ("казак", &["Шоколад Қазақстан"]),
        ("қазақ", &["Шоколад Қазақстан"]),
        ("родинск", &["Хлеб Бородинский"]),
        ("ьфкы", &["MARS батончик"]),
        ("{kt,", &["Хлеб Бородинский"]),
        ("4610082840836", &["Кола"]),
        ("461008", &["Кола"]),
        ("40836", &["Кола"]),
        ("0836", &["Кола"]),
        ("836", &[]),
        ("0837", &[]),
        ("7", &["Кола"]),
        ("kol-1", &["Кола"]),
        ("щщщщщ", &[]),
        ("", &[]),
        ("\"; DROP TABLE product; --", &[]),
    ];
    for (text, names) in cases {
        assert_eq!(&shop.found(text), names, "{text}");
    }
    let hits = find(shop.writer.engine(), OWN, &Query::of("7", 5)).unwrap();
    assert_eq!((hits[0].product, hits[0].matched), (coded, Matched::ShortCode));
}

#[test]
fn a_search_in_a_category_finds_what_lies_deeper_and_lists_sort_both_ways() {
    let mut shop = Shop::new();
    let category = |name: &str, parent| CategoryCard { name: name.to_owned(), parent, ..CategoryCard::default() };
    let food = shop.run(save_category(None, category("Еда", None))).unwrap();
    let milk = shop.run(save_category(None, category("Молочное", Some(food)))).unwrap();
    let inside = shop.make(Card { category: Some(milk), ..card("Молоко 1", &[], 300) });
    let dear = shop.make(Card { category: Some(food), ..card("Молоко 2", &[], 500) });
    let outside = shop.make(card("Молоко 3", &[], 0));
    let found = |query: &Query<'_>| find(shop.writer.engine(), OWN, query).unwrap().into_iter().map(|hit| hit.product).collect::<Vec<_>>();
    assert_eq!(found(&Query { category: Some(food), ..Query::of("мол", 10) }), [inside, dear]);
    assert_eq!(found(&Query { category: Some(milk), ..Query::of("мол", 10) }), [inside]);
    assert_eq!(found(&Query { no_price: true, ..Query::of("мол", 10) }), [outside]);
    let sorted = |text: &str| -> Vec<i64> {
        let filter = queries::ListFilter { sort: queries::Sort::read(text), ..Default::default() };
        queries::list(shop.writer.engine(), OWN, &filter, 0, 10).unwrap().into_iter().map(|listed| listed.stored.id).collect()
    };
    assert_eq!(sorted("price"), [inside, dear, outside], "those without a price are last");
    assert_eq!(sorted("-price"), [dear, inside, outside]);
    assert_eq!((sorted("name"), sorted("-name")), (vec![inside, dear, outside], vec![outside, dear, inside]));
}

#[test]
fn the_index_is_made_anew_when_it_is_lost() {
    let mut shop = Shop::new();
    shop.make(card("Айран", &[], 100));
    index::rebuild(shop.writer.engine()).unwrap();
    assert!(index::is_current(shop.writer.engine()).unwrap());
    let mut shop = shop.reopened();
    shop.make(card("Кефир", &[], 100));
    assert!(index::is_current(shop.writer.engine()).unwrap());
    let words = if shop.writer.engine().dialect() == Dialect::Postgres { "search_word" } else { "product_search" };
    shop.writer.engine().execute(&format!("DELETE FROM {words}"), &[]).unwrap();
    assert!(!index::is_current(shop.writer.engine()).unwrap());
    assert_eq!(index::rebuild(shop.writer.engine()).unwrap(), 2);
    assert_eq!(shop.found("кеф"), ["Кефир"]);
}

#[test]
fn categories_form_a_tree() {
    let mut shop = Shop::new();
    let category = |name: &str, parent| CategoryCard { name: name.to_owned(), parent, ..CategoryCard::default() };
    let food = shop.run(save_category(None, category("Продукты", None))).unwrap();
    let milk = shop.run(save_category(None, category("Молочное", Some(food)))).unwrap();
    assert_eq!(code_of(shop.run(save_category(None, category("Продукты", None)))), "category.name_taken");
    assert_eq!(code_of(shop.run(save_category(Some((food, food)), category("Продукты", Some(milk))))), "category.loop");
    assert_eq!(code_of(shop.run(save_category(Some((food, 999)), category("Еда", None)))), "card.changed");
    assert_eq!(code_of(shop.run(archive_category(food))), "category.not_empty");
    let id = shop.make(Card { category: Some(milk), ..card("Айран", &[], 100) });
    assert_eq!(code_of(shop.run(archive_category(milk))), "category.not_empty");
    let listed =
        queries::list(shop.writer.engine(), OWN, &queries::ListFilter { category: Some(food), ..Default::default() }, 0, 10).unwrap();
    assert_eq!(listed.iter().map(|l| (l.stored.id, l.category_name.as_deref())).collect::<Vec<_>>(), [(id, Some("Молочное"))]);
    shop.run(archive(id)).unwrap();
    shop.run(archive_category(milk)).unwrap();
    let counts: Vec<_> = queries::categories(shop.writer.engine(), OWN, false).unwrap().into_iter().map(|(c, n)| (c.id, n)).collect();
    assert_eq!(counts, [(food, 0)]);
    shop.holds();
}

//! What a column's header says: rules by words, the most telling one decides. A header may also say that its column is
//! something else (`№`, `Сумма`, `category_id`, `Оптовая цена`): such a column is never taken for a field. Pure.

use std::sync::LazyLock;

use super::columns::Field;
use crate::texts::fold::folded;

/// The longest header in characters.
const MOST_LETTERS: usize = 80;
/// The most words of a header: longer texts are titles and names of goods.
const MOST_WORDS: usize = 9;

/// What a header says of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing: there is no header.
    Blank,
    /// Words that no rule knows.
    Unknown,
    /// Something that is no field.
    Foreign,
    /// One of these fields, the likeliest first, and how telling the words are (100 is most).
    Fields(&'static [Field], u8),
}

/// A rule of the file.
struct Rule {
    telling: u8,
    fields: Vec<Field>,
    phrases: Vec<&'static str>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rules: Vec<Rule> = Vec::new();
    for line in include_str!("headers.txt").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let phrases = match line.split_once(':').filter(|_| !line.starts_with(' ')) {
            Some((head, phrases)) => {
                let mut head = head.split(' ');
                let telling = head.next().and_then(|number| number.parse().ok()).unwrap_or_default();
                let field = |name: &str| serde_json::from_value(name.into()).ok();
                rules.push(Rule { telling, fields: head.filter_map(field).collect(), phrases: Vec::new() });
                phrases
            }
            None => line,
        };
        if let Some(rule) = rules.last_mut() {
            rule.phrases.extend(phrases.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()));
        }
    }
    rules
});

/// Reads a header.
pub(super) fn said(header: &str) -> Said {
    if header.is_empty() {
        return Said::Blank;
    }
    if header.chars().count() > MOST_LETTERS {
        return Said::Unknown;
    }
    let plain = folded(&header.replace(['№', '#'], " no "));
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        // `%`, `*` and their like.
        return Said::Foreign;
    }
    if words.len() > MOST_WORDS {
        return Said::Unknown;
    }
    let rules: &'static [Rule] = &RULES;
    match rules.iter().find(|rule| rule.phrases.iter().any(|phrase| says(&words, phrase))) {
        None => Said::Unknown,
        Some(rule) if rule.fields.is_empty() => Said::Foreign,
        Some(rule) => Said::Fields(&rule.fields, rule.telling),
    }
}

/// Whether every word of a phrase has its own word in the header.
fn says(words: &[&str], phrase: &str) -> bool {
    let mut free: Vec<&str> = words.to_vec();
    phrase.split(' ').all(|wanted| {
        let found = free.iter().position(|word| match wanted.strip_suffix('*') {
            Some(beginning) => word.starts_with(beginning),
            None => *word == wanted,
        });
        found.map(|at| free.swap_remove(at)).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::Field::{self, Barcodes, Brand, Group, Minimum, Name, Price, PurchasePrice, Sku, Stock, Unit, Vat};

    #[test]
    fn rules_are_written_folded_and_go_down() {
        for phrase in RULES.iter().flat_map(|rule| &rule.phrases) {
            let plain = phrase.replace('*', "");
            assert_eq!(folded(&plain), plain, "{phrase}");
        }
        assert!(RULES.iter().all(|rule| rule.telling > 0) && RULES.windows(2).all(|pair| pair[0].telling >= pair[1].telling));
        let written = include_str!("headers.txt").lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
        let named = written.map(|line| line.split(':').next().unwrap_or_default().split(' ').skip(1).filter(|name| *name != "-").count());
        assert_eq!(named.sum::<usize>(), RULES.iter().map(|rule| rule.fields.len()).sum::<usize>(), "every field is known");
    }

    #[test]
    fn headers_as_programs_write_them() {
        let cases: &[(&str, Option<Field>)] = &[
            ("Номенклатура", Some(Name)),
            ("Номенклатура.Код", Some(Sku)),
            ("Номенклатура, Ед. изм.", Some(Unit)),
            ("Наименование товара, работ, услуг", Some(Name)),
            ("Полное наименование", Some(Name)),
            ("Штрихкод", Some(Barcodes)),
            ("Штрих-код товара", Some(Barcodes)),
            ("ШК", Some(Barcodes)),
            ("Ед. изм.", Some(Unit)),
            ("Ед.", Some(Unit)),
            ("Базовая единица измерения", Some(Unit)),
            ("Розничная цена", Some(Price)),
            ("Розн. цена", Some(Price)),
            ("Цена с НДС", Some(Price)),
            ("Цена без НДС", None),
            ("Цена за ед. изм.", Some(Price)),
            ("Цена, тг", Some(Price)),
            ("Стоимость", Some(Price)),
            ("Цена: Цена продажи", Some(Price)),
            ("Минимальная цена", None),
            ("Оптовая цена", None),
            ("Мелкий опт", None),
            ("Сумма", None),
            ("Сумма НДС", None),
            ("Сумма по себестоимости", None),
            ("Закупочная", Some(PurchasePrice)),
            ("Закупочная цена", Some(PurchasePrice)),
            ("Цена поставщика", Some(PurchasePrice)),
            ("Поставщик", None),
            ("Себест.", Some(PurchasePrice)),
            ("Учётная цена", Some(PurchasePrice)),
            ("Валюта (Закупочная цена)", None),
            ("Остаток", Some(Stock)),
            ("Остаток на складе", Some(Stock)),
            ("Кол-во", Some(Stock)),
            ("Кол-во в упаковке", None),
            ("Наличие", Some(Stock)),
            ("Неснижаемый остаток", Some(Minimum)),
            ("Мин. остаток", Some(Minimum)),
            ("Артикул", Some(Sku)),
            ("Внешний код", None),
            ("Код ТН ВЭД", None),
            ("Код товара", Some(Sku)),
            ("Код", Some(Barcodes)),
            ("Вид товара", Some(Group)),
            ("Группы", Some(Group)),
            ("Товарная группа", Some(Group)),
            ("Группа номенклатуры", Some(Group)),
            ("Ценовая группа", None),
            ("Торговая марка", Some(Brand)),
            ("Маркировка", None),
            ("№", None),
            ("№ п/п", None),
            ("N", None),
            ("Примечание", None),
            ("Ставка НДС", Some(Vat)),
            ("Тауар атауы", Some(Name)),
            ("Тауар коды", Some(Sku)),
            ("Атауы", Some(Name)),
            ("Қалдығы", Some(Stock)),
            ("Саны", Some(Stock)),
            ("Тобы", Some(Group)),
            ("Санаты", Some(Group)),
            ("Өлшем бірлігі", Some(Unit)),
            ("Бағасы", Some(Price)),
            ("Сату бағасы", Some(Price)),
            ("Сатып алу бағасы", Some(PurchasePrice)),
            ("Көтерме баға", None),
            ("Өзіндік құны", Some(PurchasePrice)),
            ("Жалпы сомасы", None),
            ("Р/с", None),
            ("Product name", Some(Name)),
            ("Product code", Some(Sku)),
            ("Item code", Some(Sku)),
            ("Item Name", Some(Name)),
            ("Variation Name", None),
            ("Option1 Name", None),
            ("category_id", None),
            ("Category", Some(Group)),
            ("Price [Main store]", Some(Price)),
            ("In stock [Main store]", Some(Stock)),
            ("Low stock [Main store]", Some(Minimum)),
            ("Optimal stock [Main store]", None),
            ("Available for sale [Main store]", None),
            ("SKU of included item", None),
            ("Default Unit Cost", Some(PurchasePrice)),
            ("Current Quantity Main", Some(Stock)),
            ("New Quantity Main", None),
            ("Variant Price", Some(Price)),
            ("Variant Compare At Price", None),
            ("Variant Inventory Qty", Some(Stock)),
            ("Variant Barcode", Some(Barcodes)),
            ("Variant Weight Unit", None),
            ("Cost per item", Some(PurchasePrice)),
            ("Wholesale price", None),
            ("Unit price", Some(Price)),
            ("UoM", Some(Unit)),
            ("GTIN", Some(Barcodes)),
            ("price_kzt", Some(Price)),
            ("Kaspi", None),
        ];
        for (header, field) in cases {
            let first = match said(header) {
                Said::Fields(fields, _) => fields.first().copied(),
                Said::Blank | Said::Unknown | Said::Foreign => None,
            };
            assert_eq!(first, *field, "{header}");
        }
    }
}

//! Which column is what: by the words of its header, else by what stands in it; a person may assign otherwise.

use std::collections::{BTreeMap, HashSet};

use duken_protocol::barcode::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::headers::{Said, said};
use super::{Sheet, SheetRow};
use crate::catalog::model::{Kind, Unit};
use crate::catalog::vat;

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportField)]
pub enum Field {
    /// The category's name.
    Group,
    /// The product's name.
    Name,
    /// Barcodes and short codes; the only field that may stand in several columns.
    Barcodes,
    /// The unit.
    Unit,
    /// The sale price.
    Price,
    /// The purchase price.
    PurchasePrice,
    /// The opening stock.
    Stock,
    /// The SKU.
    Sku,
    /// The brand.
    Brand,
    /// Goods or a service.
    Kind,
    /// The VAT rate: its id, its name or its percent.
    Vat,
    /// The global code of the national catalogue.
    Gtin,
    /// The national code of the national catalogue.
    Ntin,
    /// What the customer may read.
    Description,
    /// At this stock or below it is low.
    Minimum,
}

/// Which field stands in which column, by the column's index.
pub type Assignment = BTreeMap<usize, Field>;

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its header; empty when the file has none.
    pub header: String,
    /// What it seems to be.
    pub guess: Option<Field>,
    /// Its first few different values.
    pub samples: Vec<String>,
}

/// How a file is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The line of the header, 0 when there is none.
    pub header_line: u32,
    /// The index of the first row of goods.
    pub first_row: usize,
    /// Its columns.
    pub columns: Vec<SheetColumn>,
}

/// What a person said of a file's rows, where the program read it otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The line of the header, 0 when there is none; found when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<u32>,
    /// The line where goods begin; after the header when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
    /// Whether a row with only a name names the group of those below; found when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headings: Option<bool>,
}

/// How many rows are looked at.
const LOOKED_AT: usize = 300;
/// How deep below the top a header is looked for.
const HEADER_WITHIN: usize = 40;
/// So telling words leave nothing open.
const PLAIN: u8 = 72;
/// From so telling words on, further columns of barcodes are taken too.
const SURELY_BARCODES: u8 = 80;

/// Recognises the layout of a file.
#[must_use]
pub fn recognise(sheet: &Sheet) -> Layout {
    recognise_as(sheet, Reading::default())
}

/// Recognises the layout of a file whose rows a person may have pointed out.
#[must_use]
pub fn recognise_as(sheet: &Sheet, reading: Reading) -> Layout {
    let rows = &sheet.rows;
    let at_line = |line: u32| rows.iter().position(|row| row.line >= line);
    let header = match reading.header {
        Some(0) => None,
        Some(line) => at_line(line),
        None => header_row(rows),
    };
    let second = header.filter(|at| rows.get(at + 1).is_some_and(|below| goes_on(&rows[*at], below))).map(|at| at + 1);
    let after = second.or(header).map_or(0, |at| at + 1);
    let after = after + usize::from(header.is_some() && rows.get(after).is_some_and(is_numbering));
    let first_row = reading.first.map_or(after, |line| at_line(line).unwrap_or(rows.len()));
    let looked_at: Vec<&SheetRow> = rows.iter().skip(first_row).take(LOOKED_AT).collect();
    let count = rows.iter().take(first_row + LOOKED_AT).map(|row| row.cells.len()).max().unwrap_or(0);
    let headers: Vec<String> = (0..count).map(|at| header_text(rows, header, second, at)).collect();
    let guesses = guesses(&headers, &looked_at);
    let columns = headers.into_iter().zip(guesses).enumerate().map(|(at, (header, guess))| {
        let mut seen = HashSet::new();
        let samples = values(&looked_at, at).into_iter().filter(|v| seen.insert(*v)).take(5).map(cut).collect();
        SheetColumn { header: cut(&header), guess, samples }
    });
    Layout { header_line: header.map_or(0, |at| rows[at].line), first_row, columns: columns.collect() }
}

/// The row that says most of what columns are; nothing when none says it.
fn header_row(rows: &[SheetRow]) -> Option<usize> {
    let fields = |row: &SheetRow| {
        let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
        let known: Vec<Said> = row.cells.iter().map(|cell| said(cell)).filter(|s| matches!(s, Said::Fields(..) | Said::Foreign)).collect();
        let different: HashSet<Field> =
            known.iter().filter_map(|s| if let Said::Fields(fields, _) = s { fields.first().copied() } else { None }).collect();
        let fits = known.len() >= 2.min(filled) && known.len() * 2 >= filled && !has_numbers(row);
        if fits { different.len() } else { 0 }
    };
    let said: Vec<usize> = rows.iter().take(HEADER_WITHIN).map(fields).collect();
    let most = said.iter().copied().max().filter(|most| *most > 0)?;
    said.iter().position(|fields| *fields == most)
}

fn has_numbers(row: &SheetRow) -> bool {
    row.cells.iter().any(|cell| cell.bytes().any(|b| b.is_ascii_digit()) && super::quantity(cell).is_some())
}

/// Whether a row is the lower half of the header above it, as where cells are merged: it only says what columns are, and
/// says so where the upper one is silent or spans.
fn goes_on(upper: &SheetRow, lower: &SheetRow) -> bool {
    let above = |at: usize| upper.cells.get(at).is_some_and(|cell| !cell.is_empty());
    let below = |at: usize| lower.cells.get(at).is_some_and(|cell| !cell.is_empty());
    let filled: Vec<(usize, &String)> = lower.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
    if has_numbers(lower) || !filled.iter().any(|(at, _)| !above(*at)) {
        return false;
    }
    let says = |text: &str| matches!(said(text), Said::Fields(..) | Said::Foreign);
    let known = |(at, cell): &(usize, &String)| says(cell) || above(*at) && says(&format!("{} {cell}", upper.cells[*at]));
    // Under the name stands nothing, unless it spans several columns: what stands there else is the name of a group.
    let names = |at: &usize| matches!(said(&upper.cells[*at]), Said::Fields([Field::Name, ..], _));
    let is_named = (0..upper.cells.len()).filter(names).any(|at| below(at) && (above(at + 1) || !below(at + 1)));
    filled.iter().all(known) && !is_named
}

/// Whether a row only counts the columns, as under the headers of forms: `1 2 3 4`.
fn is_numbering(row: &SheetRow) -> bool {
    let filled: Vec<&String> = row.cells.iter().filter(|cell| !cell.is_empty()).collect();
    filled.len() >= 2 && filled.iter().enumerate().all(|(at, cell)| **cell == (at + 1).to_string())
}

fn header_text(rows: &[SheetRow], header: Option<usize>, second: Option<usize>, at: usize) -> String {
    let cell = |row: Option<usize>, at: usize| row.and_then(|row| rows[row].cells.get(at)).map_or("", String::as_str);
    let lower = cell(second, at);
    let spanning = || (0..at).rev().map(|before| cell(header, before)).find(|text| !text.is_empty()).unwrap_or_default();
    let upper = match cell(header, at) {
        "" if !lower.is_empty() && matches!(said(lower), Said::Fields(..)) && starts_span(rows, header, second, at) => spanning(),
        own => own,
    };
    [upper, lower].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Whether the upper cell that stands before a column reaches over it: there is a lower cell right under that one too.
fn starts_span(rows: &[SheetRow], header: Option<usize>, second: Option<usize>, at: usize) -> bool {
    let filled = |row: Option<usize>, at: usize| row.and_then(|row| rows[row].cells.get(at)).is_some_and(|cell| !cell.is_empty());
    (0..at).rev().find(|before| filled(header, *before)).is_some_and(|from| (from..=at).all(|between| filled(second, between)))
}

/// What each column is: the most telling header first; the contents settle what a header leaves open, and stand in for
/// headers that are not there.
fn guesses(headers: &[String], rows: &[&SheetRow]) -> Vec<Option<Field>> {
    let read: Vec<Said> = headers.iter().map(|header| said(header)).collect();
    let mut guesses: Vec<Option<Field>> = vec![None; headers.len()];
    let mut wishes = Vec::new();
    for (at, said) in read.iter().enumerate() {
        let Said::Fields(fields, telling) = said else { continue };
        let found = values(rows, at);
        for (rank, field) in fields.iter().enumerate() {
            if may_be(*field, *telling, &found) {
                wishes.push((u8::MAX - telling, rank, found.is_empty(), at, *field));
            }
        }
    }
    wishes.sort_unstable_by_key(|(untelling, rank, empty, at, _)| (*untelling, *rank, *empty, *at));
    for (_, _, _, at, field) in wishes {
        if guesses[at].is_none() && !guesses.contains(&Some(field)) {
            guesses[at] = Some(field);
        }
    }
    for (at, said) in read.iter().enumerate() {
        if matches!(said, Said::Fields([Field::Barcodes, ..], telling) if *telling >= SURELY_BARCODES) && guesses[at].is_none() {
            guesses[at] = Some(Field::Barcodes);
        }
    }
    if !guesses.contains(&Some(Field::Name)) {
        // A list that describes its goods and does not name them.
        if let Some(described) = guesses.iter_mut().find(|guess| **guess == Some(Field::Description)) {
            *described = Some(Field::Name);
        }
    }
    for (field, weight, also_unknown) in [
        (Field::Barcodes, codes_weight as fn(&[&str]) -> u64, true),
        (Field::Unit, units_weight, false),
        (Field::Price, prices_weight, false),
        (Field::Name, names_weight, true),
    ] {
        if guesses.contains(&Some(field)) {
            continue;
        }
        let open = |at: &usize| guesses[*at].is_none() && (read[*at] == Said::Blank || also_unknown && read[*at] == Said::Unknown);
        let weighed = (0..headers.len()).filter(open).map(|at| (weight(&values(rows, at)), at)).filter(|(weight, _)| *weight > 0);
        if let Some((_, at)) = weighed.max_by_key(|(weight, at)| (*weight, std::cmp::Reverse(*at))) {
            guesses[at] = Some(field);
        }
    }
    guesses
}

/// Whether what stands in a column can be what a header says that leaves it open: a list of `есть` and `нет` is no stock.
fn may_be(field: Field, telling: u8, values: &[&str]) -> bool {
    let share = |fits: &dyn Fn(&str) -> bool, percent: usize| {
        values.is_empty() || values.iter().filter(|value| fits(value)).count() * 100 >= values.len() * percent
    };
    match field {
        Field::Kind => share(&|value| Kind::read(value).is_some(), 80),
        Field::Vat => share(&|value| vat::read(value).is_some(), 50),
        _ if telling >= PLAIN => true,
        Field::Stock | Field::Minimum => share(&|value| super::quantity(value).is_some(), 50),
        Field::Barcodes => share(&|value| value.split(is_between_codes).any(|code| Code::parse(code).is_ok()), 30),
        Field::Price
        | Field::PurchasePrice
        | Field::Group
        | Field::Name
        | Field::Unit
        | Field::Sku
        | Field::Brand
        | Field::Gtin
        | Field::Ntin
        | Field::Description => true,
    }
}

/// What stands between the codes of one cell.
pub(super) fn is_between_codes(character: char) -> bool {
    character.is_whitespace() || matches!(character, ',' | ';' | '|')
}

/// As much of a cell as a screen shows.
fn cut(text: &str) -> String {
    const SHOWN: usize = 80;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

fn values<'s>(rows: &[&'s SheetRow], at: usize) -> Vec<&'s str> {
    rows.iter().filter_map(|row| row.cells.get(at)).map(String::as_str).filter(|cell| !cell.is_empty()).collect()
}

/// How many values fit, when most of them do.
fn most(values: &[&str], fits: impl Fn(&str) -> bool) -> usize {
    let fitting = values.iter().filter(|value| fits(value)).count();
    if fitting * 10 >= values.len() * 7 { fitting } else { 0 }
}

fn codes_weight(values: &[&str]) -> u64 {
    most(values, |value| value.split(is_between_codes).any(|code| code.len() >= 8 && Code::parse(code).is_ok())) as u64
}

fn units_weight(values: &[&str]) -> u64 {
    most(values, |value| Unit::read(value).is_some() && !value.bytes().all(|b| b.is_ascii_digit())) as u64
}

/// Prices are numbers that neither count the rows nor are written with zeros before them; of two columns of numbers the
/// dearer one, since pieces are fewer than tenge.
fn prices_weight(values: &[&str]) -> u64 {
    let fits = |value: &str| {
        let is_padded = value.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        super::numbers::looks_like_money(value) && !is_padded
    };
    let counts = values.len() > 2
        && values.windows(2).all(|pair| match (pair[0].parse::<i64>(), pair[1].parse::<i64>()) {
            (Ok(this), Ok(next)) => next == this + 1,
            _ => false,
        });
    if counts || most(values, fits) == 0 {
        return 0;
    }
    let sums: Vec<u64> = values.iter().filter_map(|value| super::quantity(value)).map(|number| number.0.unsigned_abs()).collect();
    1 + sums.iter().sum::<u64>() / sums.len().max(1) as u64
}

/// Names are long and mostly different.
fn names_weight(values: &[&str]) -> u64 {
    let different: HashSet<&&str> = values.iter().collect();
    let letters: usize = values.iter().map(|v| v.chars().filter(|c| c.is_alphabetic()).count()).sum();
    if letters == 0 { 0 } else { (1 + different.len() * letters / values.len().max(1)) as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::decode;

    fn guesses(text: &str) -> (usize, Vec<Option<Field>>) {
        let layout = recognise(&decode(text.as_bytes()).unwrap());
        (layout.first_row, layout.columns.into_iter().map(|column| column.guess).collect())
    }

    #[test]
    fn headers_in_three_languages() {
        use Field::{Barcodes, Brand, Group, Name, Price, PurchasePrice, Sku, Stock, Unit};
        let cases: &[(&str, Vec<Option<Field>>)] = &[
            (
                "group,name,barcodes,unit,price_kzt\nа,б,4870003751492,шт,1\n",
                vec![Some(Group), Some(Name), Some(Barcodes), Some(Unit), Some(Price)],
            ),
            (
                "Артикул;Номенклатура;Штрих-код;Ед. изм.;Цена закупа;Цена продажи;Остаток;Бренд\n",
                vec![Some(Sku), Some(Name), Some(Barcodes), Some(Unit), Some(PurchasePrice), Some(Price), Some(Stock), Some(Brand)],
            ),
            ("Атауы;Бағасы;Өлшем бірлігі;Санат;Қалдық\n", vec![Some(Name), Some(Price), Some(Unit), Some(Group), Some(Stock)]),
            ("Код;Товар;Цена;Примечание\n", vec![Some(Barcodes), Some(Name), Some(Price), None]),
        ];
        for (text, expected) in cases {
            assert_eq!(guesses(text).1, *expected, "{text}");
        }
    }

    #[test]
    fn a_title_above_the_header_is_passed_over() {
        let (first_row, found) = guesses("Прайс-лист от 01.11.2026\n\nНаименование;Цена\nКефир;495\n");
        assert_eq!((first_row, found), (2, vec![Some(Field::Name), Some(Field::Price)]));
    }

    #[test]
    fn without_a_header_the_contents_tell() {
        let (first_row, found) =
            guesses("Молочное;Кефир 1 %;4870003751492;шт;495\nМолочное;Айран;4870003750990;шт;300\nМолочное;Сыр;4870003752543;кг;3000\n");
        assert_eq!(first_row, 0);
        assert_eq!(found, [None, Some(Field::Name), Some(Field::Barcodes), Some(Field::Unit), Some(Field::Price)]);
    }

    /// What each column of a file of one row of headers is, `-` for none.
    fn fields(header: &str, row: &str) -> String {
        let layout = recognise(&decode(format!("{header}\n{row}\n").as_bytes()).unwrap());
        let word =
            |guess: Option<Field>| guess.map_or("-".to_owned(), |field| serde_json::to_value(field).unwrap().as_str().unwrap().to_owned());
        layout.columns.into_iter().map(|column| word(column.guess)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn whole_lists_as_programs_export_them() {
        let cases: &[(&str, &str, &str)] = &[
            (
                "id\tbarcode\tname\tcategory_id\tcategory\tbrand_id\tbrand",
                "3584289\t4623721357053\tЧай\t21794\tПродукты/Чай\t0\tA",
                "- barcodes name - group - brand",
            ),
            ("№;Наименование;Стоимость;Сумма", "1;Кефир;495;990", "- name price -"),
            ("№;Наименование;Кол-во;Цена;Сумма", "1;Кефир;2;495;990", "- name stock price -"),
            ("Наименование;Оптовая цена;Розничная цена", "Кефир;400;495", "name - price"),
            ("Наименование;Оптовая цена", "Кефир;400", "name -"),
            ("Тауар коды;Тауар атауы;Қалдығы;Тобы;Бағасы", "A-1;Айран;5;Сүт;300", "sku name stock group price"),
            ("Product code;Product name;Price", "A-1;Kefir;495", "sku name price"),
            ("Item code;Description;Retail price", "A-1;Kefir;495", "sku name price"),
            ("Вид товара;Наименование;Цена", "Молочное;Кефир;495", "group name price"),
            ("Номенклатура.Код;Номенклатура;Ед. изм.;Розничная;Остаток", "00-00000123;Кефир;шт;495;3", "sku name unit price stock"),
            ("Код;Номенклатура;Штрихкод;Цена", "00000012;Кефир;4870003751492;495", "sku name barcodes price"),
            ("Код;Товар;Цена", "17;Кефир;495", "barcodes name price"),
            ("Код;Товар;Цена", "НФ-00000017;Кефир;495", "sku name price"),
            (
                "Артикул;Код;Номенклатура;Штрихкод;Штрихкод 2;Цена",
                "A1;12;Кефир;4870003751492;4870003750990;495",
                "sku - name barcodes barcodes price",
            ),
            ("Наименование;Наличие;Цена", "Кефир;есть;495", "name - price"),
            ("Наименование;Наличие;Цена", "Кефир;7;495", "name stock price"),
            ("Наименование;Тип;Цена", "Доставка;Услуга;1000", "name kind price"),
            ("Наименование;Тип;Цена", "Кефир;Молочное;495", "name group price"),
            (
                "Группы;Код;Наименование;Внешний код;Артикул;Единица измерения;Цена: Цена продажи;Валюта (Цена продажи);Закупочная цена;Валюта (Закупочная цена);Неснижаемый остаток;Штрихкод EAN13;Штрихкод EAN8;Описание;Минимальная цена;Страна;НДС;Поставщик;Вес;Объем;Архивный",
                "Еда/Молоко;00012;Кефир;x1;K-1;шт;495;тенге;300;тенге;5;4870003751492;;Вкусный;400;КЗ;12;ТОО;1;1;нет",
                "group - name - sku unit price - purchase_price - minimum barcodes barcodes description - - vat - - - -",
            ),
            (
                "Handle,SKU,Name,Category,Description,Sold by weight,Option 1 name,Option 1 value,Cost,Barcode,SKU of included item,Quantity of included item,Track stock,Available for sale [Main],Price [Main],In stock [Main],Low stock [Main],Optimal stock [Main],\"Tax - \"\"VAT\"\" (12%)\"",
                "kefir,10001,Kefir,Dairy,Fresh,N,,,300,4870003751492,,,Y,Y,495,12,3,20,Y",
                "- sku name group description - - - purchase_price barcodes - - - - price stock minimum - -",
            ),
            (
                "Token,Item Name,Variation Name,Unit and Precision,SKU,Description,Category,GTIN,Square Online Item Visibility,Item Type,Weight (kg),Price,Online Sale Price,Archived,Sellable,Option Name 1,Default Unit Cost,Default Vendor Name,Default Vendor Code,Current Quantity Main,New Quantity Main,Stock Alert Enabled Main,Stock Alert Count Main,Tax - Sales",
                "T1,Kefir,Regular,,K-1,Fresh,Dairy,4870003751492,visible,Physical good,1,495,450,N,Y,,300,Acme,V1,12,,N,,Y",
                "- name - unit sku description group barcodes - kind - price - - - - purchase_price - - stock - - - -",
            ),
            (
                "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,SEO Title,Variant Weight Unit,Cost per item,Status",
                "kefir,Kefir,<p>Fresh</p>,Danone,Dairy,Drink,new,true,Title,Default,K-1,900,shopify,12,deny,495,550,true,true,4870003751492,http://x,Kefir,kg,300,active",
                "- name description brand group - - - - - sku - - stock - price - - - barcodes - - - purchase_price -",
            ),
            (
                "Товар;Штрих-код;Количество;Себест.;Цена розн.;Сумма розн.",
                "Кефир;4870003751492;3;300;495;1485",
                "name barcodes stock purchase_price price -",
            ),
            ("Наименование;Цена с НДС;Цена без НДС;Ставка НДС", "Кефир;495;427;16%", "name price - vat"),
            ("Позиция;Цена, тенге", "Кефир;495", "name price"),
            ("ПЛУ;Наименование;Цена", "12;Сыр;3000", "barcodes name price"),
            (
                "group,sku,name,kind,barcodes,unit,price,purchase_price,stock,minimum,brand,vat,gtin,ntin,description",
                "a,1,b,product,12,pcs,1,1,1,1,x,standard,4870003751492,1,t",
                "group sku name kind barcodes unit price purchase_price stock minimum brand vat gtin ntin description",
            ),
            ("Ғажап;Дәм", "Кефир жаңа;Айран", "name -"),
        ];
        for (header, row, expected) in cases {
            assert_eq!(fields(header, row), *expected, "{header}");
        }
    }

    #[test]
    fn a_header_of_two_rows_is_read_as_one() {
        let text =
            "Прайс-лист;;;;;\nНаименование;Ед.;Цена;;Остаток;\n;;Закупочная;Розничная;Кол-во;Сумма\n1;2;3;4;5;6\nКефир;шт;300;495;3;900\n";
        let layout = recognise(&decode(text.as_bytes()).unwrap());
        let guesses: Vec<_> = layout.columns.iter().map(|column| column.guess).collect();
        let expected = [Some(Field::Name), Some(Field::Unit), Some(Field::PurchasePrice), Some(Field::Price), Some(Field::Stock), None];
        assert_eq!((layout.header_line, layout.first_row, guesses.as_slice()), (2, 4, expected.as_slice()));
        assert_eq!(layout.columns[3].header, "Цена Розничная");
    }

    #[test]
    fn a_person_says_where_the_header_and_the_goods_are() {
        let sheet = decode("a;b\nНаименование;Цена\nпример;0\nКефир;495\n".as_bytes()).unwrap();
        let said = recognise_as(&sheet, Reading { header: Some(2), first: Some(4), headings: None });
        assert_eq!((said.header_line, said.first_row), (2, 3));
        let none = recognise_as(&sheet, Reading { header: Some(0), ..Reading::default() });
        assert_eq!((none.header_line, none.first_row, none.columns[0].header.as_str()), (0, 0, ""));
        assert_eq!(recognise_as(&sheet, Reading { first: Some(99), ..Reading::default() }).first_row, 4);
    }
}

//! The rows of goods of a file by an assignment of columns: groups named by rows of their own, paths of groups, rows that
//! are no goods. Pure.

use super::columns::{Assignment, Field};
use super::plan::{Row, RowKind};
use super::{Sheet, SheetRow};
use crate::web::one_line;

/// What stands between the groups of a path, from the top.
pub const PATH: &str = " / ";
/// What other programs write there.
const OTHER_PATHS: &[&str] = &[" > ", " » ", " → ", " \\ "];
/// What rows of sums are called.
const TOTALS: &[&str] = &["итого", "всего", "итог", "total", "totals", "grand total", "subtotal", "барлығы", "жиыны", "жалпы жиыны"];

/// The rows of goods from `first_row` on. `headings` says whether a row with only a name names the group of those below;
/// found when absent.
#[must_use]
pub fn rows(sheet: &Sheet, first_row: usize, assignment: &Assignment, headings: Option<bool>) -> Vec<Row> {
    let headings = headings.unwrap_or_else(|| has_headings(sheet, first_row, assignment));
    let slashes = has_slashed_paths(sheet, first_row, assignment);
    let has = |field| assignment.values().any(|assigned| *assigned == field);
    let mut group: Option<String> = None;
    let mut rows = Vec::with_capacity(sheet.rows.len().saturating_sub(first_row));
    for row in sheet.rows.iter().skip(first_row) {
        let cell = |field: Field| {
            let mut texts = columns_of(assignment, field).filter_map(|at| cell(row, at, field));
            let first = texts.next()?;
            Some(texts.fold(first, |joined, text| format!("{joined} {text}")))
        };
        let name = cell(Field::Name).unwrap_or_default();
        let kind = if is_total(row, &name, assignment) {
            RowKind::Total
        } else if headings && let Some(only) = only_text(row) {
            group = Some(path(only, false));
            rows.push(Row { line: row.line, name: one_line(only), kind: RowKind::Heading, ..Row::default() });
            continue;
        } else {
            RowKind::Goods
        };
        rows.push(Row {
            line: row.line,
            kind,
            group: if headings { group.clone() } else { cell(Field::Group).map(|text| path(&text, slashes)) },
            name,
            codes: cell(Field::Barcodes).unwrap_or_default(),
            unit: cell(Field::Unit),
            price: has(Field::Price).then(|| cell(Field::Price).unwrap_or_default()),
            purchase_price: cell(Field::PurchasePrice),
            stock: cell(Field::Stock),
            sku: cell(Field::Sku),
            brand: cell(Field::Brand),
            service: cell(Field::Kind),
            vat: cell(Field::Vat),
            gtin: cell(Field::Gtin),
            ntin: cell(Field::Ntin),
            description: cell(Field::Description),
            minimum: cell(Field::Minimum),
        });
    }
    rows
}

fn columns_of(assignment: &Assignment, field: Field) -> impl Iterator<Item = usize> {
    assignment.iter().filter(move |(_, assigned)| **assigned == field).map(|(at, _)| *at)
}

fn cell(row: &SheetRow, at: usize, field: Field) -> Option<String> {
    let text = armed(row.cells.get(at)?.trim());
    let text = if field == Field::Description { crate::web::lines(text) } else { one_line(text) };
    if text.is_empty() {
        return None;
    }
    // A number of a workbook is no text with a mark of thousands: `166.667` are not 166 667.
    let thousandths = text.rsplit_once('.').is_some_and(|(_, fraction)| fraction.len() == 3);
    let is_money = matches!(field, Field::Price | Field::PurchasePrice);
    Some(if is_money && row.is_number(at) && thousandths { text + "0" } else { text })
}

/// Whether groups are named by rows of their own, as 1C prints them: no column of groups, the first row is such a row,
/// goods fill more than one cell and are most of the list.
#[must_use]
pub fn has_headings(sheet: &Sheet, first_row: usize, assignment: &Assignment) -> bool {
    if assignment.values().any(|field| *field == Field::Group) || assignment.len() < 2 {
        return false;
    }
    let rows = sheet.rows.get(first_row..).unwrap_or_default();
    let goods = || rows.iter().filter(|row| only_text(row).is_none());
    let telling = [Field::Price, Field::Unit, Field::Stock].into_iter().any(|field| {
        let filled = goods().filter(|row| columns_of(assignment, field).any(|at| cell(row, at, field).is_some())).count();
        filled * 10 >= goods().count() * 8 && filled > 0
    });
    let ends_with_goods = rows.iter().rev().find(|row| only_text(row).is_none_or(|text| !is_total_word(text)));
    telling
        && rows.first().is_some_and(|row| only_text(row).is_some())
        && ends_with_goods.is_some_and(|row| only_text(row).is_none())
        && goods().count() * 2 >= rows.len()
}

/// The only text of a row; nothing when it has more, or its only one is a number.
fn only_text(row: &SheetRow) -> Option<&str> {
    let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
    let only = filled.next().filter(|cell| super::quantity(cell).is_none())?;
    filled.next().is_none().then(|| armed(only))
}

fn is_total_word(text: &str) -> bool {
    let plain = text.trim().trim_end_matches([':', '.']).to_lowercase();
    TOTALS.contains(&plain.as_str())
}

/// Whether a row sums up others: it is called so and has neither code nor SKU nor unit.
fn is_total(row: &SheetRow, name: &str, assignment: &Assignment) -> bool {
    let bare = || {
        [Field::Barcodes, Field::Sku, Field::Unit]
            .into_iter()
            .all(|field| columns_of(assignment, field).all(|at| cell(row, at, field).is_none()))
    };
    let called = is_total_word(name) || name.is_empty() && row.cells.iter().any(|cell| is_total_word(cell));
    called && bare()
}

/// Whether groups are written as paths with a bare slash: most have one, and some begin alike.
fn has_slashed_paths(sheet: &Sheet, first_row: usize, assignment: &Assignment) -> bool {
    let Some(at) = columns_of(assignment, Field::Group).next() else { return false };
    let texts: Vec<&str> =
        sheet.rows.iter().skip(first_row).filter_map(|row| row.cells.get(at)).map(String::as_str).filter(|text| !text.is_empty()).collect();
    let slashed: std::collections::BTreeSet<&str> = texts.iter().copied().filter(|text| text.contains('/')).collect();
    let tops: std::collections::BTreeSet<&str> = slashed.iter().filter_map(|text| text.split('/').next()).collect();
    let spaced = slashed.iter().any(|text| text.contains(PATH));
    !spaced && slashed.len() > tops.len() && texts.iter().filter(|text| text.contains('/')).count() * 10 >= texts.len() * 6
}

/// A path of groups in the form of the catalogue.
fn path(text: &str, slashes: bool) -> String {
    let mut text = text.to_owned();
    for other in OTHER_PATHS {
        text = text.replace(other, PATH);
    }
    let parts: Vec<&str> = if slashes { text.split('/').collect() } else { text.split(PATH).collect() };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(PATH)
}

/// A text that an export disarmed so that no spreadsheet takes it for a formula, as it was.
fn armed(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'']) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::import::{decode, recognise};

    fn read(text: &str) -> Vec<Row> {
        let sheet = decode(text.as_bytes()).unwrap();
        let layout = recognise(&sheet);
        let assignment = layout.columns.iter().enumerate().filter_map(|(at, column)| Some((at, column.guess?))).collect();
        rows(&sheet, layout.first_row, &assignment, None)
    }

    fn groups(text: &str) -> Vec<(String, Option<String>, RowKind)> {
        read(text).into_iter().map(|row| (row.name, row.group, row.kind)).collect()
    }

    #[test]
    fn what_an_export_disarmed_is_as_it_was() {
        for (written, read) in [("'=SUM(A1)", "=SUM(A1)"), ("''=a", "'=a"), ("''теңге", "'теңге"), ("'теңге", "'теңге"), ("=a", "=a")]
        {
            assert_eq!(armed(written), read, "{written}");
        }
    }

    #[test]
    fn rows_with_only_a_name_are_groups_where_a_list_is_made_so() {
        let made_so = groups("Номенклатура;Ед.;Цена\nМолочное;;\nКефир;шт;495\nАйран;шт;300\nХлеб;;\nНан;шт;100\nИтого;;895\n");
        let goods = |name: &str, group: &str| (name.to_owned(), Some(group.to_owned()), RowKind::Goods);
        let heading = |name: &str| (name.to_owned(), None, RowKind::Heading);
        assert_eq!(
            made_so[..6],
            [
                heading("Молочное"),
                goods("Кефир", "Молочное"),
                goods("Айран", "Молочное"),
                heading("Хлеб"),
                goods("Нан", "Хлеб"),
                ("Итого".to_owned(), Some("Хлеб".to_owned()), RowKind::Total)
            ]
        );
        let not_so = groups("Наименование;Штрихкод;Цена\nКефир;4870003751492;495\nАйран;;\nНан;;100\n");
        assert!(not_so.iter().all(|row| row.2 == RowKind::Goods && row.1.is_none()), "{not_so:?}");
        let unpriced_first = groups("Наименование;Цена\nКефир;\nАйран;\nНан;100\n");
        assert!(unpriced_first.iter().all(|row| row.2 == RowKind::Goods), "{unpriced_first:?}");
    }

    #[test]
    fn a_path_of_groups_however_it_is_written() {
        let groups = |text: &str| read(text).into_iter().map(|row| row.group.unwrap_or_default()).collect::<Vec<_>>();
        assert_eq!(groups("Группы;Наименование;Цена\nЕда/Молочное;Кефир;1\nЕда/Хлеб;Нан;2\n"), ["Еда / Молочное", "Еда / Хлеб"]);
        assert_eq!(groups("Группа;Наименование;Цена\nЕда > Молочное;Кефир;1\nЧай/кофе;Чай;2\n"), ["Еда / Молочное", "Чай/кофе"]);
    }
}

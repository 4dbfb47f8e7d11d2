//! A sheet of an Excel workbook, within bounds that are checked before it is read.

use std::io::{BufRead, BufReader, Cursor, Read};
use std::panic::catch_unwind;

use calamine::{DataRef, Reader, Xlsx};

use super::columns::{Field, recognise};
use super::{Encoding, MOST_CELL_LETTERS, MOST_COLUMNS, MOST_ROWS, Sheet, SheetRow, Unreadable};

/// The most bytes that a workbook may hold unpacked.
const MOST_UNPACKED_BYTES: u64 = 96 << 20;
/// The most bytes between two marks of its XML: the longest cell, written in any alphabet.
const MOST_PIECE_BYTES: usize = 4 * MOST_CELL_LETTERS;
/// The most files in its archive.
const MOST_FILES: usize = 1_000;

/// The most sheets that are looked at.
const MOST_SHEETS: usize = 50;

/// Reads the sheet of this name; else the first that says what its columns are; else the first that is filled.
pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Unreadable> {
    weigh(bytes)?;
    // Its library counts columns without looking for overflow (`<c r="AAAAAAAA1">`): a panic there is a broken workbook.
    catch_unwind(|| chosen(bytes, wanted)).unwrap_or(Err(Unreadable::BrokenWorkbook))
}

fn chosen(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Unreadable> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenWorkbook)?;
    let sheets: Vec<String> = workbook.sheet_names().into_iter().take(MOST_SHEETS).collect();
    let mut filled = None;
    for name in sheets.iter().filter(|name| wanted.is_none_or(|wanted| wanted == *name)) {
        let rows = sheet(&mut workbook, name)?;
        if rows.is_empty() {
            continue;
        }
        let read = Sheet { rows, encoding: Encoding::Xlsx, separator: None, sheets: sheets.clone(), sheet: name.clone() };
        if wanted.is_some() || is_list(&read) {
            return Ok(read);
        }
        filled = filled.or(Some(read));
    }
    filled.ok_or(Unreadable::Empty)
}

/// Whether a sheet says what its columns are: a name, and something more.
fn is_list(sheet: &Sheet) -> bool {
    let layout = recognise(sheet);
    let is = |field: Field| layout.columns.iter().any(|column| column.guess == Some(field));
    layout.header_line > 0 && is(Field::Name) && layout.columns.iter().filter(|column| column.guess.is_some()).count() > 1
}

/// Unpacks the archive into nothing, before any of it is taken into memory: what it says of its sizes may be a lie, and
/// one text may be as long as all of it.
fn weigh(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::BrokenWorkbook)?;
    if !archive.file_names().any(|name| name.is_ok_and(|name| name == "xl/workbook.xml")) {
        return Err(Unreadable::Foreign("zip"));
    }
    if archive.len() > MOST_FILES {
        return Err(Unreadable::TooLarge);
    }
    let mut left = MOST_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_| Unreadable::BrokenWorkbook)?;
        let is_text = file.name().is_ok_and(|name| name.ends_with(".xml"));
        let mut unpacked = BufReader::with_capacity(64 << 10, file.take(left + 1));
        let mut piece = 0;
        loop {
            let chunk = unpacked.fill_buf().map_err(|_| Unreadable::BrokenWorkbook)?;
            if chunk.is_empty() {
                break;
            }
            if is_text && longest_piece(chunk, &mut piece) > MOST_PIECE_BYTES {
                return Err(Unreadable::TooLarge);
            }
            let read = chunk.len();
            unpacked.consume(read);
            left = left.checked_sub(read as u64).ok_or(Unreadable::TooLarge)?;
        }
    }
    Ok(())
}

/// The longest stretch between two marks of XML that ends in this chunk or reaches its end; `piece` carries the open one
/// from chunk to chunk.
fn longest_piece(chunk: &[u8], piece: &mut usize) -> usize {
    let mut longest = 0;
    let mut pieces = chunk.split(|byte| *byte == b'<' || *byte == b'>');
    if let Some(first) = pieces.next() {
        *piece += first.len();
        longest = *piece;
    }
    for next in pieces {
        *piece = next.len();
        longest = longest.max(*piece);
    }
    longest
}

fn sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<SheetRow>, Unreadable> {
    // Charts and the like are sheets without cells.
    let Ok(mut cells) = workbook.worksheet_cells_reader(name) else { return Ok(Vec::new()) };
    let mut rows: Vec<SheetRow> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::BrokenWorkbook)? {
        let (row, column) = cell.get_position();
        let is_number = matches!(cell.get_value(), DataRef::Int(_) | DataRef::Float(_));
        let text = text(cell.get_value());
        let column = column as usize;
        if text.len() > MOST_PIECE_BYTES {
            return Err(Unreadable::TooLarge);
        }
        if text.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        let line = row + 1;
        if rows.last().is_none_or(|last| last.line != line) {
            if rows.len() == MOST_ROWS {
                return Err(Unreadable::TooManyRows);
            }
            rows.push(SheetRow { line, cells: Vec::new(), numbers: 0 });
        }
        if let Some(last) = rows.last_mut() {
            if last.cells.len() <= column {
                last.cells.resize(column + 1, String::new());
            }
            last.cells[column] = text;
            last.numbers |= u128::from(is_number) << column;
        }
    }
    Ok(rows)
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(_) | DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A number as Excel shows it: a barcode is no `4.61E12`, and 0.1 + 0.2 is 0.3.
fn number_text(number: f64) -> String {
    if number.fract().abs() < f64::EPSILON && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let shortest = format!("{number}");
    let fifteen = format!("{number:.*}", 15_usize.saturating_sub(1 + shortest.find('.').unwrap_or(1)).min(9));
    fifteen.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_workbook_is_read_as_people_see_it() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "Название").unwrap();
        sheet.write(0, 1, "Штрихкод").unwrap();
        sheet.write(0, 2, "Цена").unwrap();
        sheet.write(2, 0, " Сыр ").unwrap();
        sheet.write(2, 1, 4_610_082_840_836_i64).unwrap();
        sheet.write(2, 2, 0.1 + 0.2).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let read = read(&bytes, None).unwrap();
        assert_eq!(read.rows.len(), 2);
        assert_eq!((read.rows[1].line, read.rows[1].cells.as_slice()), (3, ["Сыр", "4610082840836", "0.3"].map(str::to_owned).as_slice()));
    }

    #[test]
    fn numbers_as_excel_shows_them() {
        for (number, text) in [(450.0, "450"), (1250.5, "1250.5"), (0.345, "0.345"), (0.1 + 0.2, "0.3"), (-3.0, "-3")] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_read() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        archive.start_file("xl/workbook.xml", options).unwrap();
        let zeros = vec![b' '; 1 << 20];
        for _ in 0..170 {
            archive.write_all(&zeros).unwrap();
        }
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 20);
        assert_eq!(read(&bytes, None).unwrap_err(), Unreadable::TooLarge);
    }

    #[test]
    fn an_endless_cell_is_refused_before_it_is_read() {
        let book = |letters: usize| {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            archive.start_file("xl/workbook.xml", options).unwrap();
            archive.start_file("xl/sharedStrings.xml", options).unwrap();
            archive.write_all(b"<sst><si><t>").unwrap();
            archive.write_all("ә".repeat(letters).as_bytes()).unwrap();
            archive.write_all(b"</t></si></sst>").unwrap();
            archive.finish().unwrap().into_inner()
        };
        assert_eq!(read(&book(MOST_PIECE_BYTES), None).unwrap_err(), Unreadable::TooLarge);
        assert_ne!(read(&book(MOST_CELL_LETTERS), None).unwrap_err(), Unreadable::TooLarge, "the longest that Excel writes");
        let mut carried = 0;
        assert_eq!(longest_piece(b"a<bcd", &mut carried), 3);
        assert_eq!(longest_piece(b"ef>g", &mut carried), 5, "a piece goes on from chunk to chunk");
    }

    #[test]
    fn a_cell_in_no_column_is_a_broken_workbook() {
        let book = |cell: &str| {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            let mut part = |name: &str, text: &str| {
                archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
                archive.write_all(text.as_bytes()).unwrap();
            };
            const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
            part(
                "_rels/.rels",
                &format!(
                    "<Relationships><Relationship Id=\"r1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            );
            part(
                "xl/workbook.xml",
                &format!("<workbook xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"),
            );
            part(
                "xl/_rels/workbook.xml.rels",
                &format!(
                    "<Relationships><Relationship Id=\"r1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            );
            part(
                "xl/worksheets/sheet1.xml",
                &format!("<worksheet><sheetData><row><c r=\"{cell}\"><v>7</v></c></row></sheetData></worksheet>"),
            );
            archive.finish().unwrap().into_inner()
        };
        assert_eq!(read(&book("B3"), None).unwrap().rows[0].cells, ["", "7"]);
        for cell in ["AAAAAAAAAAAAAAAA1", "A99999999999999999999", "ZZZZZZZ9999999999"] {
            assert_eq!(read(&book(cell), None).unwrap_err(), Unreadable::BrokenWorkbook, "{cell}");
        }
    }

    #[test]
    fn cells_far_apart_take_no_room() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "a").unwrap();
        sheet.write(1_048_575, 16_383, "b").unwrap();
        sheet.write(1_048_575, 1, "c").unwrap();
        let read = read(&book.save_to_buffer().unwrap(), None).unwrap();
        assert_eq!(read.rows.len(), 2);
        assert_eq!(read.rows[1].cells, ["", "c"]);
    }

    #[test]
    fn the_sheet_with_a_list_is_found_and_another_can_be_asked_for() {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().set_name("Пусто").unwrap();
        book.add_worksheet().set_name("О файле").unwrap().write(0, 0, "Заполните второй лист").unwrap();
        let list = book.add_worksheet().set_name("Товары").unwrap();
        list.write(0, 0, "Наименование").unwrap().write(0, 1, "Цена").unwrap().write(1, 0, "Сыр").unwrap().write(1, 1, 166.667).unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let found = read(&bytes, None).unwrap();
        assert_eq!((found.sheet.as_str(), found.sheets.len()), ("Товары", 3));
        assert!(found.rows[1].is_number(1) && !found.rows[1].is_number(0));
        assert_eq!(read(&bytes, Some("О файле")).unwrap().rows.len(), 1);
        assert_eq!(read(&bytes, Some("Нет такого")).unwrap_err(), Unreadable::Empty);
    }

    #[test]
    fn a_workbook_that_was_cut_off_is_broken_and_another_archive_is_foreign() {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().write(0, 0, "a").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        assert_eq!(read(&bytes[..bytes.len() / 2], None).unwrap_err(), Unreadable::BrokenWorkbook);
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
        assert_eq!(read(&archive.finish().unwrap().into_inner(), None).unwrap_err(), Unreadable::Foreign("zip"));
    }
}

//! Workbooks: an archive of XML parts, made and changed part by part.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::mutate::scratched;
use crate::sim::dice::Dice;

/// Words of the language.
pub const WORDS: &[&str] = &[
    "<row r=\"1\">",
    "</row>",
    "<c r=\"A1\" t=\"s\">",
    "<c r=\"XFD1048576\">",
    "<c r=\"A0\">",
    "<c r=\"AAAAAA1\">",
    "<c t=\"inlineStr\">",
    "<c t=\"str\">",
    "<c t=\"b\">",
    "<c t=\"e\">",
    "<c t=\"d\">",
    "</c>",
    "<v>",
    "</v>",
    "<v>4294967296</v>",
    "<v>-1</v>",
    "<v>1e400</v>",
    "<is><t>",
    "</t></is>",
    "<f>",
    "</f>",
    "<sheetData>",
    "</sheetData>",
    "<dimension ref=\"A1:XFD1048576\"/>",
    "<mergeCells>",
    "<sst>",
    "<si>",
    "<t xml:space=\"preserve\">",
    "</t>",
    "</si>",
    "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]>",
    "&c;",
    "&#x0;",
    "&#1114112;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
    "xmlns:x=\"",
    "r:id=\"rId1\"",
    "date1904=\"1\"",
];

/// The parts of a small workbook; the sheet is the last.
#[must_use]
pub fn parts(sheet: &[u8]) -> Vec<(String, Vec<u8>)> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let part = |name: &str, text: String| (name.to_owned(), text.into_bytes());
    vec![
        part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>".to_owned()),
        part(
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        part(
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets><sheet name=\"Лист1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{DOCUMENT}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{DOCUMENT}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        part(
            "xl/sharedStrings.xml",
            format!("<sst xmlns=\"{MAIN}\"><si><t>Наименование</t></si><si><t>Цена</t></si><si><r><t>Чай</t></r></si></sst>"),
        ),
        ("xl/worksheets/sheet1.xml".to_owned(), sheet.to_vec()),
    ]
}

/// A sheet of three rows.
#[must_use]
pub fn sheet() -> Vec<u8> {
    let cells = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
        <row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>1250.5</v></c><c r=\"C2\" t=\"inlineStr\"><is><t>шт</t></is></c></row>\
        <row r=\"3\"><c r=\"A3\" t=\"str\"><v>Сыр &amp; хлеб</v></c><c r=\"B3\" t=\"b\"><v>1</v></c><c r=\"D3\" t=\"e\"><v>#N/A</v></c></row>";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <dimension ref=\"A1:D3\"/><sheetData>{cells}</sheetData></worksheet>"
    )
    .into_bytes()
}

/// An archive of parts.
#[must_use]
pub fn packed(parts: &[(String, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in parts {
        let _name_that_cannot_be = archive.start_file(name.as_str(), options).and_then(|()| Ok(archive.write_all(bytes)?));
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// The parts of an archive; none for what is no archive.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut parts = Vec::new();
    for index in 0..archive.len().min(20) {
        let Ok(file) = archive.by_index(index) else { continue };
        let Ok(name) = file.name().map(|name| name.to_string()) else { continue };
        let mut content = Vec::new();
        let _cut_off = file.take(1 << 16).read_to_end(&mut content);
        parts.push((name, content));
    }
    parts
}

/// A workbook with one part changed, left out, doubled or renamed.
pub fn changed(dice: &mut Dice, bytes: Vec<u8>, other: &[u8]) -> Vec<u8> {
    let mut parts = unpacked(&bytes);
    if parts.is_empty() {
        return scratched(dice, bytes, other, &[]);
    }
    let at = dice.index(parts.len());
    match dice.below(12) {
        0 => drop(parts.remove(at)),
        1 => {
            let copy = parts[at].clone();
            parts.push((format!("{}x", copy.0), copy.1));
        }
        2 => {
            let name = parts[dice.index(parts.len())].1.clone();
            parts[at].1 = name;
        }
        3 => {
            parts[at].0 =
                (*dice.one_of(&["../x.xml", "xl\\worksheets\\sheet1.xml", "xl/worksheets/sheet2.xml", "", "XL/WORKBOOK.XML"])).to_owned()
        }
        _ => {
            let lent = unpacked(other).into_iter().nth(at).map_or_else(Vec::new, |(_, content)| content);
            let content = std::mem::take(&mut parts[at].1);
            parts[at].1 = scratched(dice, content, &lent, WORDS);
        }
    }
    let method = if dice.percent(70) { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    packed(&parts, method)
}

//! The sheet as a page for paper: it needs nothing but itself.

use qrcode::QrCode;
use qrcode::render::svg;

use super::words::Words;
use crate::texts::{Language, find};

/// The words as a QR code: the words themselves, one blank between them, so that any reader shows them.
#[must_use]
pub fn qr_svg(words: &Words) -> String {
    let text = words.list().join(" ");
    QrCode::new(text.as_bytes())
        .map(|code| code.render::<svg::Color<'_>>().min_dimensions(220, 220).quiet_zone(true).build())
        .unwrap_or_default()
}

/// What stands beside the words.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'b> {
    /// The store's name.
    pub store: &'b str,
    /// The day, as people write it.
    pub made_on: &'b str,
    /// The language of the sentences.
    pub language: Language,
}

/// The whole page.
#[must_use]
pub fn html(words: &Words, beside: &Beside<'_>) -> String {
    let say = |key: &str| escaped(find(beside.language, key).unwrap_or(key));
    let list: String = words.list().iter().map(|word| format!("<li>{word}</li>")).collect();
    let qr = qr_svg(words);
    let svg = qr.find("<svg").map_or("", |start| &qr[start..]);
    let rules: String = ["sheet.keep", "sheet.one", "sheet.use"].iter().map(|key| format!("<p>{}</p>", say(key))).collect();
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title} {name}</title><style>{STYLE}</style></head>\
         <body><header><h1>{title}</h1><p>{store} · {made_on} · <b>{name}</b></p></header>\
         <main><ol>{list}</ol><figure>{svg}</figure></main><section>{rules}</section></body></html>",
        language = beside.language.code(),
        title = say("sheet.title"),
        name = words.sheet().name(),
        store = escaped(beside.store),
        made_on = escaped(beside.made_on),
    )
}

const STYLE: &str = "@page{size:A4;margin:18mm}body{font:15px/1.5 sans-serif;color:#000;background:#fff;max-width:174mm;margin:0 auto}\
h1{font-size:24px;margin:0}header p{margin:4px 0 16px}main{display:flex;gap:12mm;align-items:flex-start}\
ol{columns:3;font:18px/2 monospace;margin:0;padding-left:2.2em;flex:1}figure{margin:0}figure svg{width:52mm;height:52mm}section{margin-top:8mm}section p{margin:0 0 3mm}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use duken_kernel::context::SystemChance;

    use super::*;

    #[test]
    fn the_page_holds_every_word_and_nothing_from_elsewhere() {
        let words = Words::make(&SystemChance);
        for language in Language::ALL {
            let page = html(&words, &Beside { store: "<Дүкен>", made_on: "21.11.2026", language });
            for word in words.list() {
                assert!(page.contains(&format!("<li>{word}</li>")));
            }
            assert!(page.contains("&lt;Дүкен&gt;") && page.contains("<svg") && page.contains(&words.sheet().name()));
            assert!(!page.contains("src=") && !page.contains("href=") && !page.contains("sheet."), "{page}");
        }
    }
}

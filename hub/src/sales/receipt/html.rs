//! The browser's print view of a layout, for a till without a printer [C25].

use duken_protocol::layout::{Align, Block, Layout, Size, Style};

use crate::settings::Tape;

/// A page that shows a layout as paper of the tape's width and prints itself when asked.
#[must_use]
pub fn page(layout: &Layout, tape: Tape, title: &str) -> String {
    let width_mm = if tape == Tape::Mm58 { 58 } else { 80 };
    let body: String = layout.blocks.iter().map(block).collect();
    format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>{title}</title><style>\
         @page{{size:{width_mm}mm auto;margin:2mm}}body{{width:{print_mm}mm;margin:0 auto;font:12px/1.35 ui-monospace,monospace;color:#000;background:#fff}}\
         .r{{display:flex;justify-content:space-between;gap:1em}}.r span:last-child{{text-align:right;white-space:nowrap}}\
         .t{{font-size:16px}}.l{{font-size:20px}}.s{{font-size:10px}}.b{{font-weight:700}}.i{{background:#000;color:#fff}}\
         hr{{border:0;border-top:1px dashed #000}}img,svg{{display:block;margin:4px auto}}</style></head><body>{body}</body></html>",
        title = escape(title),
        print_mm = width_mm - 6,
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn classes(style: Style) -> String {
    let size = match style.size {
        Size::Small => "s",
        Size::Normal => "",
        Size::Tall => "t",
        Size::Large => "l",
    };
    format!("{size}{}{}", if style.bold { " b" } else { "" }, if style.inverse { " i" } else { "" })
}

fn aligned(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Center => "center",
        Align::Right => "right",
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Text { text, style } => {
            format!("<div class=\"{}\" style=\"text-align:{}\">{}</div>", classes(*style), aligned(style.align), escape(text))
        }
        Block::Row { columns, style } => {
            let cells: String =
                columns.iter().map(|c| format!("<span style=\"text-align:{}\">{}</span>", aligned(c.align), escape(&c.text))).collect();
            format!("<div class=\"r {}\">{cells}</div>", classes(*style))
        }
        Block::Item { name, detail, sum } => {
            format!("<div>{}</div><div class=\"r\"><span>{}</span><span>{}</span></div>", escape(name), escape(detail), escape(sum))
        }
        Block::Rule { .. } => "<hr>".to_owned(),
        Block::Feed { .. } => "<br>".to_owned(),
        Block::Cut { .. } => String::new(),
        Block::Image { png_base64, width_percent, .. } => {
            format!("<img style=\"width:{width_percent}%\" src=\"data:image/png;base64,{}\">", escape(png_base64))
        }
        Block::Qr { data, width_percent, .. } => match qrcode::QrCode::new(data.as_bytes()) {
            Ok(code) => {
                let svg = code.render::<qrcode::render::svg::Color<'_>>().quiet_zone(false).build();
                let svg = svg.split_once("?>").map_or(svg.as_str(), |(_, rest)| rest);
                format!("<div style=\"width:{width_percent}%;margin:0 auto\">{svg}</div>")
            }
            Err(_) => String::new(),
        },
    }
}

//! The page that shows whether a printer prints.

use duken_protocol::layout::{Align, Layout, Size, Style};

use super::model::Device;

/// Every Kazakh letter, the currency, both widths of numbers, a code.
#[must_use]
pub fn test_page(device: &Device, at: &str) -> Layout {
    let title = Style { align: Align::Center, size: Size::Large, bold: true, inverse: false };
    Layout::new()
        .styled("Дүкен", title)
        .centered(&device.card.name)
        .rule()
        .text("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
        .text("Қазақ тілі: ӘҒҚҢӨҰҮҺІ әғқңөұүһі ₸ № «»")
        .text("ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789")
        .item("Нан / Хлеб / Bread", "2 × 1 250,00", "2 500,00")
        .pair("ИТОГО / БАРЛЫҒЫ", "2 500,00 ₸")
        .rule()
        .qr(format!("duken:device:{}", device.id))
        .centered(at)
        .feed(1)
        .cut()
}

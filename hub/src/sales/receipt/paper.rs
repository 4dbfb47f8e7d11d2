//! The paper of a sale or a return.

use duken_kernel::{Fault, Read};
use duken_protocol::layout::{Align, Block, CutKind, Layout, Size, Style};
use duken_protocol::money::Amount;

use super::words::{Words, day, figures, language_of, moment, quantity, sum};
use crate::sales::document::{Line, Series, totals};
use crate::sales::queries::SaleView;
use crate::settings::Settings;
use crate::{payments, staff, tills};

const TITLE: Style = Style { align: Align::Center, size: Size::Tall, bold: true, inverse: false };
const CENTER: Style = Style { align: Align::Center, size: Size::Normal, bold: false, inverse: false };
const NOTE: Style = Style { align: Align::Center, size: Size::Small, bold: false, inverse: false };
const TOTAL: Style = Style { align: Align::Left, size: Size::Tall, bold: true, inverse: false };

/// What the QR of a receipt says: the number, which the till understands when it is scanned.
#[must_use]
pub fn qr_text(view: &SaleView) -> String {
    format!("duken:{}", view.number.shown(view.series.letters()))
}

/// Lays a sale or a return out.
///
/// # Errors
/// The engine's.
pub fn lay_out(read: &dyn Read, node: i64, settings: &Settings, view: &SaleView, logo: Option<&[u8]>, copy: bool) -> Result<Layout, Fault> {
    let words = Words(settings.receipt_language);
    let mut paper = Layout::new();
    paper = head(paper, settings, words, logo);
    let title = if view.series == Series::Sale { "sale" } else { "return" };
    paper = paper.styled(words.say(title), TITLE);
    if copy {
        paper = paper.styled(words.say("copy"), Style { inverse: true, ..CENTER });
    }
    let recorded = moment(view.at_ms, view.zone_offset_min);
    let number = view.number.shown(view.series.letters());
    if view.is_backdated() {
        paper = paper.pair(number, day(view.date)).pair(words.say("recorded"), recorded);
    } else {
        paper = paper.pair(number, recorded);
    }
    let till = tills::find_of(read, node, view.till)?;
    let till_name = till.map(|till| till.name).unwrap_or_default();
    let shift = tills::shift_number(read, node, view.shift)?;
    paper = paper.pair(till_name, format!("{} {shift} · {} {}", words.say("shift"), words.say("receipt"), view.receipt));
    if settings.receipt_fields.cashier
        && let Some(cashier) = view.cashier
    {
        paper = paper.text(format!("{}: {}", words.say("cashier"), staff::name_of(read, node, cashier)?));
    }
    paper = paper.rule();
    for (index, line) in view.lines.iter().enumerate() {
        paper = item(paper, settings, view, index, line);
    }
    paper = paper.rule();
    paper = sums(paper, settings, view, words);
    paper = paid(read, node, paper, view, words)?;
    if let Some(sale) = view.sale
        && let Some(original) = crate::sales::queries::completed(read, node, sale)?
    {
        paper = paper.text(format!("{}: {}", words.say("of_sale"), original.number.shown("SAL")));
    }
    paper = paper.rule();
    if settings.receipt_fields.qr {
        paper = paper.block(Block::Qr { data: qr_text(view), width_percent: 34, align: Align::Center });
    }
    paper = paper.styled(words.say("not_fiscal"), Style { bold: true, ..CENTER });
    let thanks = settings.receipt_fields.thanks.trim();
    if !thanks.is_empty() && view.series == Series::Sale {
        paper = paper.styled(thanks, CENTER);
    }
    paper = paper.styled(format!("# {}", view.mark), NOTE);
    Ok(paper.feed(2).block(Block::Cut { kind: CutKind::Partial }))
}

fn head(mut paper: Layout, settings: &Settings, words: Words, logo: Option<&[u8]>) -> Layout {
    if let Some(png) = logo {
        use base64::Engine as _;
        let png_base64 = base64::engine::general_purpose::STANDARD.encode(png);
        paper = paper.block(Block::Image { png_base64, width_percent: 50, align: Align::Center });
    }
    let store = &settings.store;
    paper = paper.styled(store.name.clone(), TITLE);
    if settings.receipt_fields.bin && !store.bin.is_empty() {
        paper = paper.styled(format!("{} {}", words.say("bin"), store.bin), CENTER);
    }
    if settings.receipt_fields.address && !store.address.is_empty() {
        paper = paper.styled(store.address.clone(), CENTER);
    }
    if settings.receipt_fields.phone && !store.phone.is_empty() {
        paper = paper.styled(store.phone.clone(), CENTER);
    }
    paper
}

fn item(paper: Layout, settings: &Settings, view: &SaleView, index: usize, line: &Line) -> Layout {
    let currency = view.currency;
    let unit = crate::texts::say(language_of(settings.receipt_language), &format!("unit.{}", line.u), &serde_json::Map::new());
    let mut detail = format!("{} {unit} × {}", quantity(line.q), figures(line.price, currency));
    if line.disc != Amount::ZERO {
        detail = format!("{detail} − {}", figures(line.disc, currency));
    }
    if settings.receipt_fields.sku && !line.sku.is_empty() {
        detail = format!("{} · {detail}", line.sku);
    }
    paper.item(format!("{}. {}", index + 1, line.n), detail, figures(line.sum, currency))
}

fn sums(mut paper: Layout, settings: &Settings, view: &SaleView, words: Words) -> Layout {
    let currency = view.currency;
    let lines = totals(&view.lines);
    if lines.discount != Amount::ZERO {
        paper = paper.pair(words.say("subtotal"), figures(lines.gross, currency));
        paper = paper.pair(words.say("discount"), figures(-lines.discount, currency));
    }
    if view.rounding != Amount::ZERO {
        paper = paper.pair(words.say("rounding"), figures(view.rounding, currency));
    }
    paper = paper.pair_styled(words.say("total"), sum(view.total, currency), TOTAL);
    if settings.receipt_fields.vat {
        let mut rates: Vec<i64> = view.lines.iter().filter(|line| line.vat != Amount::ZERO).map(|line| line.rate).collect();
        rates.sort_unstable();
        rates.dedup();
        for rate in rates {
            let vat: Amount = view.lines.iter().filter(|line| line.rate == rate).map(|line| line.vat).sum();
            paper = paper.pair(format!("{} {rate}%", words.say("vat")), figures(vat, currency));
        }
    }
    paper
}

fn paid(read: &dyn Read, node: i64, mut paper: Layout, view: &SaleView, words: Words) -> Result<Layout, Fault> {
    let currency = view.currency;
    for paid in &view.payments {
        let way = words.say(paid.m.word());
        paper = paper.pair(way, figures(paid.a, currency));
        if let Some(tendered) = paid.t {
            paper = paper.pair(words.say("tendered"), figures(tendered, currency));
            paper = paper.pair(words.say("change"), figures(tendered - paid.a, currency));
        }
        if let Some(payment) = paid.pay
            && let Some(payment) = payments::find(read, node, payment)?
        {
            paper = slip(paper, &payment, words);
        }
    }
    Ok(paper)
}

/// The terminal's slip: the till promised to print it when it asked for the money.
fn slip(mut paper: Layout, payment: &payments::Payment, words: Words) -> Layout {
    let outcome = &payment.outcome;
    let field = |name: &str| outcome.slip.get(name).cloned().unwrap_or_default();
    let first = |own: &str, other: &str| if own.is_empty() { other.to_owned() } else { own.to_owned() };
    let method = match outcome.method.as_deref() {
        Some(code @ ("qr" | "card" | "alaqan")) => words.say(&format!("slip_{code}")),
        Some(_) | None => field("method"),
    };
    let rows = [
        ("bin", field("bin")),
        ("slip_terminal", field("terminalId")),
        ("slip_method", method),
        ("slip_card", first(&outcome.card_mask, &field("cardMask"))),
        ("slip_order", first(&outcome.order_number, &field("orderNumber"))),
        ("slip_rrn", first(&outcome.rrn, &field("rrn"))),
        ("slip_authorization", field("authorizationCode")),
        ("transaction", outcome.transaction_id.clone()),
        ("slip_date", field("date")),
        ("slip_amount", field("amount")),
        ("slip_offer", outcome.offer.clone()),
    ];
    if rows.iter().all(|(_, value)| value.is_empty()) {
        return paper;
    }
    paper = paper.rule().styled(words.say("slip"), CENTER);
    for line in [field("storeName"), [field("city"), field("address")].join(" ").trim().to_owned()] {
        if !line.is_empty() {
            paper = paper.styled(line, NOTE);
        }
    }
    for (word, value) in rows {
        if !value.is_empty() {
            paper = paper.pair(words.say(word), value);
        }
    }
    paper
}

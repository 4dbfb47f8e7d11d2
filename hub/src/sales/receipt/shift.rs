//! The paper of a shift: X while it is open, Z once it is closed.

use duken_kernel::{Fault, Read};
use duken_protocol::layout::{Align, Block, CutKind, Layout, Size, Style};
use duken_protocol::money::Amount;

use super::words::{Words, moment, sum};
use crate::tills::OperationKind;
use crate::{staff, tills};

const TITLE: Style = Style { align: Align::Center, size: Size::Tall, bold: true, inverse: false };

/// Lays a shift's report out.
///
/// # Errors
/// The engine's.
pub fn lay_out(read: &dyn Read, node: i64, id: i64, closed: bool) -> Result<Option<Layout>, Fault> {
    let Some(shift) = tills::shift(read, node, id)? else { return Ok(None) };
    let settings = crate::settings::read_of(read, node)?;
    let words = Words(settings.receipt_language);
    let money = |amount: Amount| sum(amount, shift.currency);
    let offset = |at_ms: i64| settings.date_at(at_ms).1;
    let till = tills::find_of(read, node, shift.till)?.map(|till| till.name).unwrap_or_default();
    let mut paper = Layout::new().styled(settings.store.name.clone(), TITLE);
    paper = paper.styled(words.say(if closed { "z_report" } else { "x_report" }), TITLE);
    paper = paper.pair(till, format!("{} {}", words.say("shift"), shift.number));
    paper = paper.pair(words.say("opened"), moment(shift.opened_ms, offset(shift.opened_ms)));
    if let Some(person) = shift.opened_by {
        paper = paper.pair(words.say("cashier"), staff::name_of(read, node, person)?);
    }
    if let Some(closing) = &shift.closing {
        paper = paper.pair(words.say("closed"), moment(closing.at_ms, offset(closing.at_ms)));
    }
    paper = paper.rule();
    paper = paper.pair(words.say("opening_cash"), money(shift.opening));
    paper = paper.pair(format!("{} ({})", words.say("sales"), shift.sums[1]), money(Amount(shift.sums[2])));
    paper = paper.pair(format!("{} ({})", words.say("returns"), shift.sums[3]), money(Amount(shift.sums[4])));
    for (method, sales, returns) in &shift.methods {
        paper = paper.pair(format!("  {}", words.say(method.word())), money(*sales));
        if *returns != Amount::ZERO {
            paper = paper.pair(format!("  {} · {}", words.say(method.word()), words.say("returns")), money(-*returns));
        }
    }
    paper = paper.pair(words.say("discounts"), money(Amount(shift.sums[5])));
    paper = paper.pair(words.say("rounding"), money(Amount(shift.sums[6])));
    paper = paper.pair(words.say("cash_in"), money(Amount(shift.sums[7])));
    paper = paper.pair(words.say("cash_out"), money(Amount(shift.sums[8])));
    for operation in &shift.operations {
        if operation.kind != OperationKind::DrawerOpened {
            paper = paper.pair(format!("  {}", operation.reason), money(operation.amount));
        }
    }
    paper = paper.rule();
    let expected = match &shift.closing {
        Some(closing) => closing.expected,
        None => tills::cash_in_drawer(read, node, shift.till, shift.currency)?,
    };
    paper = paper.pair_styled(words.say("expected"), money(expected), Style { bold: true, ..Style::default() });
    if let Some(closing) = &shift.closing {
        paper = paper.pair_styled(words.say("counted"), money(closing.counted), Style { bold: true, ..Style::default() });
        paper = paper.pair(words.say("difference"), money(closing.counted - closing.expected));
        if !closing.explanation.is_empty() {
            paper = paper.text(closing.explanation.clone());
        }
    }
    paper = paper.styled(words.say("not_fiscal"), Style { align: Align::Center, bold: true, ..Style::default() });
    Ok(Some(paper.feed(2).block(Block::Cut { kind: CutKind::Partial })))
}

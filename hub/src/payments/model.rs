//! A payment's states and what it is made of. Pure.

use std::collections::BTreeMap;

use duken_protocol::money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    Payment,
    /// Back to the customer.
    Refund,
}

/// Where a payment stands. It only moves forward: see [`State::may_become`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Intended; the terminal may or may not have heard of it.
    Intent,
    /// The terminal works at it.
    Waiting,
    /// The money moved, says the terminal.
    Succeeded,
    /// The money certainly did not move.
    Failed,
    /// Nobody knows: the terminal or a named person will tell (D2).
    Unknown,
    /// A named person looked: the money moved.
    DecidedPaid,
    /// A named person looked: the money did not move.
    DecidedUnpaid,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Intent, Self::Waiting, Self::Succeeded, Self::Failed, Self::Unknown, Self::DecidedPaid, Self::DecidedUnpaid];

    /// The code, as on the wire and in tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::DecidedPaid => "decided_paid",
            Self::DecidedUnpaid => "decided_unpaid",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing can change it any more.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::DecidedPaid | Self::DecidedUnpaid)
    }

    /// Whether the money moved.
    #[must_use]
    pub fn is_paid(self) -> bool {
        matches!(self, Self::Succeeded | Self::DecidedPaid)
    }

    /// Whether the state may be followed by another: forward only, and out of an unknown state only by the
    /// terminal's word or a person's.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Intent => matches!(next, Self::Waiting | Self::Succeeded | Self::Failed | Self::Unknown),
            Self::Waiting => matches!(next, Self::Succeeded | Self::Failed | Self::Unknown),
            Self::Unknown => matches!(next, Self::Succeeded | Self::Failed | Self::DecidedPaid | Self::DecidedUnpaid),
            Self::Succeeded | Self::Failed | Self::DecidedPaid | Self::DecidedUnpaid => false,
        }
    }
}

/// What the terminal said at the end. Texts are its own; empty = not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Id of the transaction.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub transaction_id: String,
    /// `qr`, `card` or `alaqan`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// For a refund of a card payment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rrn: String,
    /// For a refund of a QR payment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub order_number: String,
    /// Last digits of the card.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub card_mask: String,
    /// The sum on the terminal's slip, where it could be read. It is a text made for people: what moved is what the call
    /// asked for, and a slip that says otherwise is a person's to look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// An instalment product, where it was one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub offer: String,
    /// Why it failed or is not known: a stable word, `""` when it succeeded. Sentences: `payment.reason.<word>`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The terminal's own sentence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The fields of the terminal's slip as it gave them: the till prints it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub slip: BTreeMap<String, String>,
}

/// A payment or refund through a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Number of its intent entry.
    pub id: i64,
    /// Which way.
    pub direction: Direction,
    /// The till, by the number of its card.
    pub till: i64,
    /// The terminal, by the number of its device card.
    pub terminal: i64,
    /// The cart it pays.
    pub cart: Option<i64>,
    /// The pending return it pays back.
    pub pending_return: Option<i64>,
    /// For a refund: the payment it gives back.
    pub original: Option<i64>,
    /// The sum asked for, positive.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// Who started it.
    pub by: Option<i64>,
    /// When, milliseconds since 1970 UTC.
    pub started_at_ms: i64,
    /// The terminal's process, once it answered.
    pub process_id: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Since when, milliseconds since 1970 UTC.
    pub state_at_ms: i64,
    /// What the terminal said.
    pub outcome: Outcome,
    /// The sum that was posted as moved; zero unless it succeeded or a person decided so.
    pub settled: Amount,
    /// Who decided, for `decided_*`.
    pub decided_by: Option<i64>,
    /// Why he decided so.
    pub decision: String,
}

impl Payment {
    /// The sum on the slip, when it is another than the one that was asked for.
    #[must_use]
    pub fn slip_differs(&self) -> Option<Amount> {
        self.outcome.amount.filter(|shown| self.state == State::Succeeded && *shown != self.amount)
    }

    /// What a refund of this payment has to name to the terminal: the way, `qr` or `card`, and the order number (QR) or rrn
    /// (card), else the transaction. What was paid by palm, or in a way that the terminal did not name, goes back by whichever
    /// reference it left. Nothing when nobody knows it.
    #[must_use]
    pub fn refund_reference(&self) -> Option<(&str, &str)> {
        let Outcome { method, order_number, rrn, transaction_id, .. } = &self.outcome;
        let by_card = match method.as_deref() {
            Some("card") => true,
            Some("alaqan") => order_number.is_empty() && !rrn.is_empty(),
            Some(_) => false,
            None => match (order_number.is_empty(), rrn.is_empty()) {
                (true, false) => true,
                (false, true) => false,
                // Both, or neither: only a card leaves a mask, and nobody guesses.
                (false, false) if !self.outcome.card_mask.is_empty() => true,
                (false, false) | (true, true) => return None,
            },
        };
        let (way, preferred) = if by_card { ("card", rrn) } else { ("qr", order_number) };
        let reference = if preferred.is_empty() { transaction_id } else { preferred };
        (!reference.is_empty()).then_some((way, reference))
    }
}

/// Whole tenge of a sum, when it is that and positive.
#[must_use]
pub fn whole_units(amount: Amount, currency: Currency) -> Option<i64> {
    (amount.0 > 0 && amount.0 % currency.scale() == 0).then(|| amount.0 / currency.scale())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_only_move_forward_and_an_end_is_an_end() {
        for from in State::ALL {
            assert_eq!(State::parse(from.code()), Some(from));
            for to in State::ALL {
                assert!(!(from.may_become(to) && to.may_become(from)), "{from:?} and {to:?} lead to each other");
                assert!(!(from.is_settled() && from.may_become(to)), "{from:?} is an end");
            }
        }
        assert!(!State::Waiting.may_become(State::DecidedPaid), "a person decides only what is unknown");
        assert!(!State::Unknown.may_become(State::Waiting));
    }

    #[test]
    fn a_refund_quotes_what_the_payment_left() {
        type Row = (Option<&'static str>, &'static str, &'static str, &'static str, Option<(&'static str, &'static str)>);
        let rows: [Row; 11] = [
            (Some("qr"), "o1", "", "t1", Some(("qr", "o1"))),
            (Some("qr"), "", "", "t1", Some(("qr", "t1"))),
            (Some("card"), "o1", "r1", "t1", Some(("card", "r1"))),
            (Some("card"), "", "", "t1", Some(("card", "t1"))),
            (Some("alaqan"), "o1", "r1", "t1", Some(("qr", "o1"))),
            (Some("alaqan"), "", "r1", "t1", Some(("card", "r1"))),
            (Some("qr"), "", "", "", None),
            (None, "o1", "r1", "t1", None),
            (None, "o1", "", "t1", Some(("qr", "o1"))),
            (None, "", "r1", "t1", Some(("card", "r1"))),
            (None, "", "", "t1", None),
        ];
        for (method, order_number, rrn, transaction_id, expected) in rows {
            let outcome = Outcome {
                method: method.map(str::to_owned),
                order_number: order_number.into(),
                rrn: rrn.into(),
                transaction_id: transaction_id.into(),
                ..Outcome::default()
            };
            let payment = Payment { outcome, ..crate::payments::tests::drive::payment() };
            assert_eq!(payment.refund_reference(), expected, "{method:?} {order_number} {rrn}");
        }
    }

    #[test]
    fn a_terminal_takes_whole_tenge_only() {
        assert_eq!(whole_units(Amount(125_000), Currency::KZT), Some(1250));
        assert_eq!(whole_units(Amount(125_050), Currency::KZT), None);
        assert_eq!(whole_units(Amount(0), Currency::KZT), None);
        assert_eq!(whole_units(Amount(-100), Currency::KZT), None);
    }
}

//! `/api/payments`.

use axum::extract::{Path, State as Shared};
use duken_kernel::journal::OWN;
use duken_protocol::money::Money;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Direction, Payment, State};
use super::{NOTHING_TO_ASK, SETTLED_ALREADY, commands, queries};
use crate::hub::App;
use crate::hub::Hub;
use crate::texts::Language;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, Locale, Route};

pub(super) fn routes() -> Vec<Route> {
    let asks = Access::NeedsAny(&["till.use", "payments.decide"]);
    vec![
        Route::get("/api/payments/unsettled", asks, "Payments whose end is not known", unsettled).gives::<Vec<PaymentShape>>(),
        Route::get("/api/payments/{id}", Access::NeedsAny(&["till.use", "sales.view", "payments.decide"]), "A payment", show)
            .gives::<PaymentShape>(),
        Route::post("/api/payments/{id}/check", asks, "Ask the terminal again", check).gives::<PaymentShape>(),
        Route::post("/api/payments/{id}/decide", Access::Needs("payments.decide"), "Decide an unknown payment", decide)
            .takes::<DecideInput>()
            .gives::<PaymentShape>(),
    ]
}

/// A payment through a terminal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PaymentShape {
    id: Id,
    method: &'static str,
    direction: Direction,
    till_id: Id,
    terminal_id: Id,
    cart_id: Option<Id>,
    return_id: Option<Id>,
    original_payment_id: Option<Id>,
    amount: Money,
    settled: Money,
    /// `intent`, `starting`, `waiting`, `succeeded`, `failed`, `unknown`, `decided_paid`, `decided_unpaid`.
    state: &'static str,
    /// What happens now or how it ended, in the user's language.
    detail: String,
    /// The terminal's own step while it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_status: Option<String>,
    /// A stable word for why it failed or is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_id: Option<String>,
    /// How the buyer paid: `qr`, `card`, `alaqan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rrn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_mask: Option<String>,
    /// The sum on the terminal's slip, when it is another than the one that was asked for: a person has to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    slip_differs: Option<Money>,
    /// Whether the terminal can still be asked.
    can_check: bool,
    /// Whether a person may decide.
    can_decide: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<String>,
    started_at: String,
}

/// A payment as screens show it.
#[must_use]
pub fn shape(hub: &Hub, language: Language, payment: &Payment) -> PaymentShape {
    let stage = hub.payments.stage(payment.id);
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    let starting = payment.state == State::Intent && stage.is_some();
    let under_way = matches!(payment.state, State::Intent | State::Waiting | State::Unknown);
    let outcome = &payment.outcome;
    let decided_by = payment.decided_by.and_then(|by| hub.read_now(|read| Ok(crate::staff::name_of(read, OWN, by)?)).ok());
    PaymentShape {
        id: Id(payment.id),
        method: "kaspi",
        direction: payment.direction,
        till_id: Id(payment.till),
        terminal_id: Id(payment.terminal),
        cart_id: payment.cart.map(Id),
        return_id: payment.pending_return.map(Id),
        original_payment_id: payment.original.map(Id),
        amount: Money::new(payment.amount, payment.currency),
        settled: Money::new(payment.settled, payment.currency),
        state: if starting { "starting" } else { payment.state.code() },
        detail: hub.payments.sentence(language, payment),
        sub_status: stage.filter(|_| under_way).map(|stage| stage.sub_status).filter(|text| !text.is_empty()),
        reason: given(&outcome.reason),
        transaction_id: given(&outcome.transaction_id),
        way: outcome.method.clone(),
        rrn: given(&outcome.rrn),
        order_number: given(&outcome.order_number),
        card_mask: given(&outcome.card_mask),
        slip_differs: payment.slip_differs().map(|shown| Money::new(shown, payment.currency)),
        can_check: under_way && payment.process_id.is_some(),
        can_decide: payment.state == State::Unknown,
        decided_by,
        decision: given(&payment.decision),
        started_at: jiff::Timestamp::from_millisecond(payment.started_at_ms).map(|t| t.to_string()).unwrap_or_default(),
    }
}

fn one(app: &App, language: Language, id: i64) -> Answer<PaymentShape> {
    let payment = app.read_now(|read| Ok(queries::find(read, OWN, id)?))?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    Ok(Json(shape(app, language, &payment)))
}

async fn unsettled(Shared(app): Shared<App>, Locale(language): Locale) -> Answer<Vec<PaymentShape>> {
    let payments = app.read_now(|read| Ok(queries::unsettled(read, OWN)?))?;
    Ok(Json(payments.iter().map(|payment| shape(&app, language, payment)).collect()))
}

async fn show(Shared(app): Shared<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<PaymentShape> {
    one(&app, language, id.0)
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct Nothing {}

async fn check(Shared(app): Shared<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<PaymentShape> {
    let payment = app.read_now(|read| Ok(queries::find(read, OWN, id.0)?))?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    if payment.state.is_settled() {
        return Err(SETTLED_ALREADY.refuse().into());
    }
    if payment.state == State::Unknown && payment.process_id.is_none() {
        return Err(NOTHING_TO_ASK.refuse().into());
    }
    app.payments.ask(id.0);
    one(&app, command.language, id.0)
}

/// What a person saw on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Decision {
    /// The money moved.
    Paid,
    /// It did not.
    NotPaid,
}

/// A decision over an unknown payment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct DecideInput {
    outcome: Decision,
    reason: String,
}

async fn decide(Shared(app): Shared<App>, Path(id): Path<Id>, command: Command<DecideInput>) -> Answer<PaymentShape> {
    let caller = command.caller(&app).to_close();
    let decide = commands::decide(id.0, command.input.outcome == Decision::Paid, command.input.reason);
    app.run(caller, decide).await?;
    one(&app, command.language, id.0)
}

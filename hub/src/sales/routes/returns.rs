//! Returns.

use axum::extract::{Path, Query, State};
use duken_kernel::Read;
use duken_kernel::journal::OWN;
use duken_protocol::money::{Amount, Money};
use duken_protocol::quantity::{Qty, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{SalePayment, SaleShape, sale_shape, state_word};
use super::{own, parsed_day, terms};
use crate::hub::App;
use crate::sales::commands::{self, FreeLine, Pending, Quote, Refunds, Rest, ReturnAsked, ReturnLine};
use crate::sales::queries;
use crate::sales::receipt::RETURN;
use crate::tills::{Method, NO_TILL};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, MALFORMED, Problem, Route};
use crate::{devices, payments};

pub(super) fn routes() -> Vec<Route> {
    let back = Access::Needs("sales.return");
    vec![
        Route::post("/api/returns", Access::NeedsAny(&["sales.return", "sales.return_without_receipt"]), "Return goods", create)
            .takes::<ReturnInput>()
            .gives::<ReturnAnswer>(),
        Route::get("/api/returns/quote", back, "What a return would come to", quote).query::<QuoteQuery>().gives::<QuoteShape>(),
        Route::get("/api/returns/pending/{id}", back, "A return that waits for a terminal", pending).gives::<ReturnAnswer>(),
        Route::post("/api/returns/pending/{id}/resume", back, "Go on with a return of which only a part went back", resume)
            .takes::<ResumeInput>()
            .gives::<ReturnAnswer>(),
    ]
}

/// A return: of a sale by lines, or of goods without their receipt.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ReturnInput {
    sale_id: Option<Id>,
    lines: Vec<ReturnLineInput>,
    reason: String,
    /// Without receipt: how the money is given back; cash when absent.
    method: Option<Method>,
    /// Another date than today's: `sales.backdate`.
    business_date: Option<String>,
    till_id: Option<Id>,
    #[serde(default)]
    print: bool,
}

/// A line to return.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ReturnLineInput {
    /// The line of the sale, from 1.
    line: Option<i64>,
    quantity: Qty,
    /// Without receipt: the product.
    product_id: Option<Id>,
    /// Without receipt: what is given back for one.
    price: Option<Money>,
}

/// A return, or one that waits for a terminal's refund.
#[derive(Debug, Serialize, ToSchema)]
struct ReturnAnswer {
    /// `done`, `waiting`, `in_part` when a part of the money went back and a person has to say how the rest does, or
    /// `dropped` when the terminal gave nothing back.
    state: &'static str,
    #[serde(rename = "return")]
    done: Option<SaleShape>,
    pending_id: Option<Id>,
    payments: Vec<SalePayment>,
}

fn missing(field: &str) -> Problem {
    MALFORMED.refuse().field(field).with("reason", field).into()
}

async fn create(State(app): State<App>, command: Command<ReturnInput>) -> Answer<ReturnAnswer> {
    let caller = command.caller(&app);
    let terms = terms(&app, &command.actor);
    let input = command.input;
    let till = input.till_id.map(|id| id.0).or(command.actor.till).ok_or_else(|| NO_TILL.refuse())?;
    let print = input.print;
    let id = match input.sale_id {
        Some(sale) => {
            command.actor.need("sales.return")?;
            let mut lines = Vec::with_capacity(input.lines.len());
            for line in &input.lines {
                lines.push(ReturnLine { line: line.line.ok_or_else(|| missing("lines.line"))?, quantity: line.quantity.0 });
            }
            let date = parsed_day(input.business_date.as_deref(), "business_date")?;
            let asked = ReturnAsked { till, sale: sale.0, lines, reason: input.reason, date };
            let back = commands::return_items(terms, asked);
            app.run(caller, move |tx| printed(tx, back, till, print)).await?
        }
        None => {
            command.actor.need("sales.return_without_receipt")?;
            let currency = app.settings().currency();
            let mut lines = Vec::with_capacity(input.lines.len());
            for line in &input.lines {
                lines.push(FreeLine {
                    product: line.product_id.ok_or_else(|| missing("lines.product_id"))?.0,
                    quantity: line.quantity.0,
                    price: own(currency, line.price.ok_or_else(|| missing("lines.price"))?, "lines.price")?,
                });
            }
            let date = parsed_day(input.business_date.as_deref(), "business_date")?;
            let method = input.method.unwrap_or(Method::Cash);
            let back = commands::return_without_receipt(terms, till, lines, method, input.reason, date);
            app.run(caller, move |tx| printed(tx, back, till, print)).await?
        }
    };
    answer(&app, id)
}

fn printed(
    tx: &mut duken_kernel::Tx<'_>,
    back: impl FnOnce(&mut duken_kernel::Tx<'_>) -> Result<i64, duken_kernel::Reject>,
    till: i64,
    print: bool,
) -> Result<i64, duken_kernel::Reject> {
    let id = back(tx)?;
    if id > 0 {
        let paid_cash = queries::view(tx, OWN, id)?.is_some_and(|view| view.payments.iter().any(|paid| paid.m == Method::Cash));
        if paid_cash {
            devices::enqueue_drawer(tx, till)?;
        }
        if print {
            devices::enqueue_print(tx, till, RETURN, id, false)?;
        }
    }
    Ok(id)
}

fn answer(app: &App, id: i64) -> Answer<ReturnAnswer> {
    Ok(Json(app.read_now(|read| {
        if id < 0 {
            return waiting(read, -id);
        }
        let view = queries::view(read, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        Ok(ReturnAnswer { state: "done", done: Some(sale_shape(read, OWN, &view)?), pending_id: None, payments: Vec::new() })
    })?))
}

fn waiting(read: &dyn Read, id: i64) -> Result<ReturnAnswer, duken_kernel::Reject> {
    let row = read.row("SELECT body, result FROM pending_return WHERE id = ?1", &[id.into()])?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    let body: Pending = serde_json::from_str(&row.get::<String>(0)?)?;
    let refunds = payments::of_return(read, OWN, id)?;
    let currency = refunds.first().map_or(duken_protocol::money::Currency::KZT, |refund| refund.currency);
    let shown = shown_payments(&body.quote, &refunds, currency);
    let result: Option<i64> = row.get(1)?;
    let done = match result {
        Some(number) if number > 0 => queries::view(read, OWN, number)?.map(|view| sale_shape(read, OWN, &view)).transpose()?,
        _ => None,
    };
    let state = match result {
        Some(0) => "dropped",
        Some(_) => "done",
        None if commands::standing(&body.quote, &refunds) == Refunds::InPart => "in_part",
        None => "waiting",
    };
    Ok(ReturnAnswer { state, done, pending_id: Some(Id(id)), payments: shown })
}

fn shown_payments(quote: &Quote, refunds: &[payments::Payment], currency: duken_protocol::money::Currency) -> Vec<SalePayment> {
    quote
        .payments
        .iter()
        .map(|paid| {
            // The latest try counts, unless an earlier one went through.
            let tries = || refunds.iter().rev().filter(|refund| refund.original == paid.pay && paid.pay.is_some());
            let refund = tries().find(|refund| refund.state.is_paid()).or_else(|| tries().next());
            SalePayment {
                method: paid.m,
                amount: Money::new(paid.a, currency),
                tendered: None,
                change: None,
                payment_id: refund.map(|refund| Id(refund.id)),
                transaction_id: refund.map(|refund| refund.outcome.transaction_id.clone()).filter(|id| !id.is_empty()),
                rrn: None,
                order_number: None,
                state: refund.and_then(|refund| state_word(refund.state)),
            }
        })
        .collect()
}

async fn pending(State(app): State<App>, Path(id): Path<Id>) -> Answer<ReturnAnswer> {
    Ok(Json(app.read_now(|read| waiting(read, id.0))?))
}

/// How the rest of a return goes back.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
struct ResumeInput {
    /// `terminal` tries again; `cash` needs `payments.decide`.
    by: Rest,
}

async fn resume(State(app): State<App>, Path(id): Path<Id>, command: Command<ResumeInput>) -> Answer<ReturnAnswer> {
    let caller = command.caller(&app);
    let going_on = commands::resume(terms(&app, &command.actor), id.0, command.input.by);
    let done = app
        .run(caller, move |tx| {
            let done = going_on(tx)?;
            if done > 0 {
                let till = queries::view(tx, OWN, done)?.map_or(0, |view| view.till);
                devices::enqueue_drawer(tx, till)?;
                devices::enqueue_print(tx, till, RETURN, done, false)?;
            }
            Ok(done)
        })
        .await?;
    answer(&app, done)
}

/// What to work out.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct QuoteQuery {
    sale_id: Id,
    /// `line:quantity`, separated by commas, such as `1:2,3:0.5`.
    lines: String,
}

/// What a return would come to.
#[derive(Debug, Serialize, ToSchema)]
struct QuoteShape {
    lines: Vec<QuoteLine>,
    rounding: Money,
    total: Money,
    payments: Vec<SalePayment>,
}

/// A line of a quote.
#[derive(Debug, Serialize, ToSchema)]
struct QuoteLine {
    line: i64,
    name: String,
    quantity: Qty,
    sum: Money,
}

async fn quote(State(app): State<App>, actor: crate::web::Actor, Query(query): Query<QuoteQuery>) -> Answer<QuoteShape> {
    let mut lines = Vec::new();
    for part in query.lines.split(',').filter(|part| !part.is_empty()) {
        let parsed = part.split_once(':').and_then(|(line, quantity)| Some((line.trim().parse().ok()?, Quantity::parse(quantity.trim())?)));
        let (line, quantity) = parsed.ok_or_else(|| missing("lines"))?;
        lines.push(ReturnLine { line, quantity });
    }
    let terms = terms(&app, &actor);
    Ok(Json(app.read_now(|read| {
        let (sold, quote) = commands::quote(read, &terms, query.sale_id.0, &lines)?;
        let money = |amount: Amount| Money::new(amount, sold.currency);
        Ok(QuoteShape {
            lines: quote
                .lines
                .iter()
                .map(|line| QuoteLine { line: line.of.unwrap_or(0), name: line.n.clone(), quantity: Qty(line.q), sum: money(line.sum) })
                .collect(),
            rounding: money(quote.rounding),
            total: money(quote.total),
            payments: shown_payments(&quote, &[], sold.currency),
        })
    })?))
}

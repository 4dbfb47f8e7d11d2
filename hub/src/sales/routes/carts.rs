//! The till and its carts.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use duken_kernel::journal::OWN;
use duken_kernel::writer::Caller;
use duken_kernel::{Fault, Read, Reject, Tx};
use duken_protocol::money::Money;
use duken_protocol::quantity::Qty;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::documents::{after_sale, complete as complete_sale};
use super::shapes::{CartShape, cart_shape, is_frozen};
use super::{DiscountShape, SaleShape, own, terms};
use crate::hub::App;
use crate::sales::CART_GONE;
use crate::sales::cart::{self, Cart};
use crate::sales::commands::{self, AddLine, ChangeLine};
use crate::sales::queries;
use crate::settings::Settings;
use crate::texts::Language;
use crate::tills::{self, Method};
use crate::web::{Access, Actor, Answer, CARD_NOT_FOUND, Command, Id, Json, Locale, Problem, Route};
use crate::{devices, payments};

pub(super) fn routes() -> Vec<Route> {
    let sell = Access::Needs("sales.sell");
    vec![
        Route::get("/api/till", Access::Needs("till.use"), "The till of this device: shift and carts", till).gives::<TillNow>(),
        Route::post("/api/till/open-drawer", Access::Needs("shift.cash_out"), "Open the drawer without a sale", open_drawer)
            .takes::<ReasonInput>(),
        Route::get("/api/carts", sell, "Carts of every till, the last touched first", list).query::<CartsQuery>().gives::<CartPage>(),
        Route::post("/api/carts", sell, "Open a cart", open).gives::<CartShape>(),
        Route::get("/api/carts/{id}", sell, "A cart", show).gives::<CartShape>(),
        Route::delete("/api/carts/{id}", sell, "Empty a cart", empty),
        Route::post("/api/carts/{id}/hold", sell, "Set a cart aside", hold).takes::<HoldInput>().gives::<CartShape>(),
        Route::post("/api/carts/{id}/take", sell, "Bring a cart to this till", take).gives::<CartShape>(),
        Route::post("/api/carts/{id}/scan", sell, "Add what a code stands for", scan).takes::<ScanInput>().gives::<CartShape>(),
        Route::post("/api/carts/{id}/lines", sell, "Add a product", add_line).takes::<LineInput>().gives::<CartShape>(),
        Route::put("/api/carts/{id}/lines/{line}", sell, "Change a line", change_line).takes::<LineChange>().gives::<CartShape>(),
        Route::delete("/api/carts/{id}/lines/{line}", sell, "Take a line out", remove_line).gives::<CartShape>(),
        Route::put("/api/carts/{id}/discount", sell, "The receipt's discount", discount).takes::<DiscountInput>().gives::<CartShape>(),
        Route::put("/api/carts/{id}/customer", sell, "The customer", customer).takes::<CustomerInput>().gives::<CartShape>(),
        Route::post("/api/carts/{id}/payments", sell, "Note a payment, or start one on the terminal", pay)
            .takes::<PaymentInput>()
            .gives::<CartShape>(),
        Route::delete("/api/carts/{id}/payments/{payment}", sell, "Take a noted payment back", unpay).gives::<CartShape>(),
        Route::post("/api/carts/{id}/complete", sell, "Complete the sale", complete).takes::<CompleteInput>().gives::<SaleShape>(),
    ]
}

fn shape(app: &App, language: Language, id: i64) -> Answer<CartShape> {
    Ok(Json(app.read_now(|read| {
        let found = cart::find(read, id)?.ok_or_else(|| CART_GONE.refuse())?;
        Ok(cart_shape(read, app, language, &found)?)
    })?))
}

/// Runs a command on a cart. Its answer is the cart as the command leaves it; that of a repeat is the cart as it is now.
async fn changed(
    app: &App,
    caller: Caller,
    language: Language,
    command: impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static,
) -> Answer<CartShape> {
    let hub = app.clone();
    let making = move |tx: &mut Tx<'_>| -> Result<(i64, CartShape), Reject> {
        let id = command(tx)?;
        let found = cart::find(tx, id)?.ok_or_else(|| CART_GONE.refuse())?;
        Ok((id, cart_shape(tx, &hub, language, &found)?))
    };
    match app.run_making(caller, making).await? {
        (_, Some(shape)) => Ok(Json(shape)),
        (id, None) => shape(app, language, id),
    }
}

/// The till of a device.
#[derive(Debug, Serialize, ToSchema)]
struct TillNow {
    till: Option<TillChip>,
    shift: Option<ShiftChip>,
    carts: Vec<CartChip>,
    active_cart_id: Option<Id>,
}

/// A till with its devices.
#[derive(Debug, Serialize, ToSchema)]
struct TillChip {
    id: Id,
    name: String,
    number: i64,
    printer_id: Option<Id>,
    terminal_id: Option<Id>,
    scanner_id: Option<Id>,
}

/// The open shift.
#[derive(Debug, Serialize, ToSchema)]
struct ShiftChip {
    id: Id,
    number: i64,
    opened_at: String,
    overdue: bool,
}

/// A cart in the row of chips.
#[derive(Debug, Serialize, ToSchema)]
struct CartChip {
    id: Id,
    label: String,
    total: Money,
    lines: i64,
    /// `open`, `held`, or `paying` while a terminal's payment is under way or done.
    state: &'static str,
    till_id: Id,
    till_name: String,
    customer_name: Option<String>,
    updated_at: String,
}

fn chip(read: &dyn Read, settings: &Settings, cart: &Cart, date: i32) -> Result<CartChip, Fault> {
    let goods = queries::cart_goods(read, cart)?;
    let total = queries::cart_sums(settings, cart, &goods, date).total;
    let paying = is_frozen(&payments::of_cart(read, OWN, cart.id)?);
    Ok(CartChip {
        id: Id(cart.id),
        label: cart.label.clone(),
        total: Money::new(total, settings.currency()),
        lines: cart.lines.len() as i64,
        state: match (paying, cart.held) {
            (true, _) => "paying",
            (false, true) => "held",
            (false, false) => "open",
        },
        till_id: Id(cart.till),
        till_name: tills::name_of(read, cart.till)?.unwrap_or_default(),
        customer_name: cart.customer.map(|id| crate::parties::find(read, OWN, id)).transpose()?.flatten().map(|c| c.name),
        updated_at: super::at(cart.updated_ms),
    })
}

/// Which carts.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CartsQuery {
    /// At this till only.
    till: Option<Id>,
    /// Only those set aside.
    #[serde(default)]
    held: bool,
}

/// Carts, of which a store has few at a time.
#[derive(Debug, Serialize, ToSchema)]
struct CartPage {
    items: Vec<CartChip>,
    next: Option<String>,
}

async fn list(State(app): State<App>, Query(query): Query<CartsQuery>) -> Answer<CartPage> {
    let settings = app.settings();
    let (date, _) = settings.date_at(app.clock.now_ms());
    let items = app
        .read(move |read| {
            let carts = cart::all(read, query.till.map(|id| id.0))?;
            let asked = carts.iter().filter(|c| !query.held || c.held);
            asked.map(|c| Ok(chip(read, &settings, c, date)?)).collect()
        })
        .await?;
    Ok(Json(CartPage { items, next: None }))
}

async fn till(State(app): State<App>, actor: Actor) -> Answer<TillNow> {
    let settings = app.settings();
    let now_ms = app.clock.now_ms();
    let (date, _) = settings.date_at(now_ms);
    let Some(id) = actor.till else { return Ok(Json(TillNow { till: None, shift: None, carts: Vec::new(), active_cart_id: None })) };
    Ok(Json(app.read_now(|read| {
        let till = tills::find(read, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let shift = tills::open_shift(read, OWN, id)?;
        let carts = cart::of_till(read, id)?;
        let active = carts.iter().rev().find(|c| !c.held).map(|c| Id(c.id));
        Ok(TillNow {
            till: Some(TillChip {
                id: Id(till.id),
                name: till.name,
                number: till.number,
                printer_id: till.printer.map(Id),
                terminal_id: till.terminal.map(Id),
                scanner_id: till.scanner.map(Id),
            }),
            shift: shift.map(|shift| ShiftChip {
                id: Id(shift.id),
                number: shift.number,
                opened_at: super::at(shift.opened_ms),
                overdue: now_ms - shift.opened_ms > i64::from(settings.max_shift_hours) * 3_600_000,
            }),
            carts: carts.iter().map(|c| chip(read, &settings, c, date)).collect::<Result<_, Fault>>()?,
            active_cart_id: active,
        })
    })?))
}

/// A reason.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ReasonInput {
    reason: String,
}

async fn open_drawer(State(app): State<App>, command: Command<ReasonInput>) -> Result<StatusCode, Problem> {
    let caller = command.caller(&app);
    let currency = app.settings().currency();
    let actor = command.actor;
    let only_own = actor.only_own("shift.cash_out");
    let till = actor.till.ok_or_else(|| tills::NO_TILL.refuse())?;
    app.run(caller, move |tx| {
        let shift = tills::open_shift(tx, OWN, till)?.ok_or_else(|| tills::NO_SHIFT.refuse())?;
        tills::note_drawer_opened(tx, shift.id, command.input.reason, currency, only_own)?;
        devices::enqueue_drawer(tx, till)?;
        Ok(shift.id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A body without fields.
#[derive(Debug, Clone, Deserialize)]
struct Nothing {}

async fn open(State(app): State<App>, command: Command<Nothing>) -> Answer<CartShape> {
    let Nothing {} = command.input;
    changed(&app, command.caller(&app), command.language, commands::open_cart(terms(&app, &command.actor))).await
}

async fn show(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<CartShape> {
    shape(&app, language, id.0)
}

async fn empty(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    app.run(command.caller(&app), commands::empty(terms(&app, &command.actor), id.0)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Setting a cart aside.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct HoldInput {
    label: Option<String>,
}

async fn hold(State(app): State<App>, Path(id): Path<Id>, command: Command<HoldInput>) -> Answer<CartShape> {
    changed(&app, command.caller(&app), command.language, commands::hold(id.0, true, command.input.label.clone())).await
}

async fn take(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<CartShape> {
    changed(&app, command.caller(&app), command.language, commands::take(terms(&app, &command.actor), id.0)).await
}

/// A scanned or typed code.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ScanInput {
    code: String,
    /// So many times; once when absent.
    quantity: Option<Qty>,
}

async fn scan(State(app): State<App>, Path(id): Path<Id>, command: Command<ScanInput>) -> Answer<CartShape> {
    let code = command.input.code.trim().to_owned();
    let times = command.input.quantity.map(|q| q.0);
    let scanned = commands::scan(terms(&app, &command.actor), id.0, code, times);
    changed(&app, command.caller(&app).soon_durable(), command.language, scanned).await
}

/// A product to add.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct LineInput {
    product_id: Id,
    /// So many; with a code, so many times what it says. One when absent.
    quantity: Option<Qty>,
    /// The scanned code, when it carries a weight or a sum.
    code: Option<String>,
}

async fn add_line(State(app): State<App>, Path(id): Path<Id>, command: Command<LineInput>) -> Answer<CartShape> {
    let LineInput { product_id, quantity, code } = command.input.clone();
    let input = AddLine { product: product_id.0, quantity: quantity.map(|q| q.0), code };
    changed(&app, command.caller(&app).soon_durable(), command.language, commands::add_line(terms(&app, &command.actor), id.0, input)).await
}

/// A change of a line; what is absent stays, `discount: null` takes the discount away.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct LineChange {
    quantity: Option<Qty>,
    #[serde(default, deserialize_with = "given")]
    discount: Option<Option<DiscountShape>>,
    price: Option<Money>,
    reason: Option<String>,
}

/// Tells an absent field from `null`.
#[expect(clippy::option_option, reason = "absent and null are two things here")]
fn given<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Option<DiscountShape>>, D::Error> {
    Option::<DiscountShape>::deserialize(input).map(Some)
}

async fn change_line(State(app): State<App>, Path((id, line)): Path<(Id, Id)>, command: Command<LineChange>) -> Answer<CartShape> {
    let currency = app.settings().currency();
    let input = command.input.clone();
    let change = ChangeLine {
        quantity: input.quantity.map(|q| q.0),
        discount: match input.discount {
            None => None,
            Some(None) => Some(None),
            Some(Some(discount)) => Some(Some(discount.read(currency)?)),
        },
        price: input.price.map(|price| own(currency, price, "price")).transpose()?,
        reason: input.reason,
    };
    changed(&app, command.caller(&app), command.language, commands::change_line(terms(&app, &command.actor), id.0, line.0, change)).await
}

async fn remove_line(State(app): State<App>, Path((id, line)): Path<(Id, Id)>, command: Command<Nothing>) -> Answer<CartShape> {
    changed(&app, command.caller(&app), command.language, commands::remove_line(id.0, line.0)).await
}

/// The receipt's discount, or none.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct DiscountInput {
    discount: Option<DiscountShape>,
}

async fn discount(State(app): State<App>, Path(id): Path<Id>, command: Command<DiscountInput>) -> Answer<CartShape> {
    let currency = app.settings().currency();
    let discount = command.input.discount.as_ref().map(|d| d.read(currency)).transpose()?;
    changed(&app, command.caller(&app).soon_durable(), command.language, commands::discount(terms(&app, &command.actor), id.0, discount))
        .await
}

/// The customer, or none.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct CustomerInput {
    customer_id: Option<Id>,
}

async fn customer(State(app): State<App>, Path(id): Path<Id>, command: Command<CustomerInput>) -> Answer<CartShape> {
    changed(
        &app,
        command.caller(&app).soon_durable(),
        command.language,
        commands::set_customer(id.0, command.input.customer_id.map(|id| id.0)),
    )
    .await
}

/// A payment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct PaymentInput {
    method: Method,
    amount: Money,
    /// Cash handed over.
    tendered: Option<Money>,
}

async fn pay(State(app): State<App>, Path(id): Path<Id>, command: Command<PaymentInput>) -> Answer<CartShape> {
    let currency = app.settings().currency();
    let amount = own(currency, command.input.amount, "amount")?;
    let tendered = command.input.tendered.map(|t| own(currency, t, "tendered")).transpose()?;
    let terms = terms(&app, &command.actor);
    let caller = command.caller(&app);
    match command.input.method {
        Method::Kaspi => changed(&app, caller, command.language, commands::pay_by_terminal(terms, id.0, amount)).await,
        method => {
            let noted = commands::note_payment(terms, id.0, method, amount, tendered);
            changed(&app, caller.soon_durable(), command.language, noted).await
        }
    }
}

async fn unpay(State(app): State<App>, Path((id, payment)): Path<(Id, Id)>, command: Command<Nothing>) -> Answer<CartShape> {
    changed(&app, command.caller(&app), command.language, commands::remove_payment(terms(&app, &command.actor), id.0, payment.0)).await
}

/// Completing a sale.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct CompleteInput {
    /// Print the receipt; yes when absent.
    print: Option<bool>,
}

async fn complete(State(app): State<App>, Path(id): Path<Id>, command: Command<CompleteInput>) -> Answer<SaleShape> {
    // On a full disk too: what was paid is finished, and no cart can be begun then.
    let caller = command.caller(&app).to_close();
    let terms = terms(&app, &command.actor);
    let print = command.input.print.unwrap_or(true);
    complete_sale(&app, caller, move |tx| {
        let sale = commands::complete_cart(tx, &terms, id.0)?;
        after_sale(tx, &sale, print)?;
        Ok(sale)
    })
    .await
}

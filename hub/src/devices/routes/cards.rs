//! Cards of devices with their live state.

use axum::extract::{Path, State};
use duken_kernel::{Read, Reject};
use duken_protocol::device::{Connection, DeviceKind, DeviceState, Job, Outcome, PrinterSettings, Protection, ScannerSettings, Work};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use utoipa::ToSchema;

use super::at;
use crate::devices::drivers::open_gate;
use crate::devices::model::{Device, DeviceCard, JobKind};
use crate::devices::{Document, commands, jobs, library, places, queries, terminals};
use crate::hub::{App, Hub};
use crate::texts::{self, Language};
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, Locale, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::NeedsAny(&["devices.view", "till.use"]);
    let edit = Access::Needs("devices.edit");
    vec![
        Route::get("/api/devices", view, "Devices with their state", list).gives::<Vec<DeviceShape>>(),
        Route::post("/api/devices", edit, "Take a device into use", create).takes::<DeviceInput>().gives::<DeviceShape>(),
        Route::get("/api/devices/{id}", view, "A device", show).gives::<DeviceShape>(),
        Route::put("/api/devices/{id}", edit, "Save a device's card", update).takes::<DeviceInput>().gives::<DeviceShape>(),
        Route::post("/api/devices/{id}/archive", edit, "Take a device out of use", archive).gives::<DeviceShape>(),
        Route::post("/api/devices/{id}/ask", edit, "Ask a printer for its state now", ask).gives::<DeviceShape>(),
        Route::post("/api/devices/{id}/test", Access::NeedsAny(&["devices.edit", "till.use"]), "Try a device", test).gives::<TestAnswer>(),
    ]
}

/// A device.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DeviceShape {
    id: Id,
    version: i64,
    kind: DeviceKind,
    name: String,
    connection: Connection,
    profile: Option<String>,
    printer: PrinterSettings,
    scanner: ScannerSettings,
    protection: Option<Protection>,
    serial_number: Option<String>,
    terminal_id: Option<String>,
    agent_id: Option<Id>,
    till_ids: Vec<Id>,
    /// `ready`, `busy`, `offline`, `paper_out`, `cover_open`, `unknown`, `attention`.
    state: &'static str,
    /// The same in words, with what to do.
    state_detail: String,
    drawer_open: Option<bool>,
    /// The level of the drawer's pin, as the printer told it last; which one means open differs from drawer to drawer.
    drawer_level: Option<bool>,
    last_seen_at: Option<String>,
    /// A registration at the terminal waits for a person there.
    registering: bool,
    last_scan: Option<String>,
    queue: i64,
    archived: bool,
}

/// The state of a device and what it means: a stable word of its sentence.
fn state(hub: &App, device: &Device) -> Result<(&'static str, String), Reject> {
    let live = hub.devices.registry.of(device.id);
    if device.card.archived {
        return Ok(("unknown", String::new()));
    }
    if device.card.agent.is_some_and(|agent| hub.devices.links.address(agent).is_none()) {
        return Ok(("offline", "device.attention.agent_away".to_owned()));
    }
    if live.registering {
        return Ok(("attention", "device.attention.registering".to_owned()));
    }
    if terminals::needs_registration(hub, device)? {
        let word = live.attention.unwrap_or("register");
        return Ok(("attention", format!("device.attention.{word}")));
    }
    let Some(report) = live.report else { return Ok(("unknown", "device.state.unknown".to_owned())) };
    let shown = match report.state {
        DeviceState::PaperNearEnd | DeviceState::Error => "attention",
        other => other.code(),
    };
    Ok((shown, format!("device.state.{}", report.state.code())))
}

pub(super) fn shape(hub: &App, read: &dyn Read, language: Language, device: Device) -> Result<DeviceShape, Reject> {
    let (state, sentence) = state(hub, &device)?;
    let live = hub.devices.registry.of(device.id);
    let waiting = jobs::open(read, device.id)?.len();
    Ok(DeviceShape {
        id: Id(device.id),
        version: device.version,
        kind: device.card.kind,
        name: device.card.name,
        connection: device.card.connection,
        profile: device.card.profile,
        printer: device.card.printer,
        scanner: device.card.scanner,
        protection: device.card.protection,
        serial_number: device.card.serial_number,
        terminal_id: device.card.terminal_id,
        agent_id: device.card.agent.map(Id),
        till_ids: places::tills_of_device(read, device.id)?.into_iter().map(Id).collect(),
        state,
        state_detail: if sentence.is_empty() { sentence } else { texts::say(language, &sentence, &Map::new()) },
        drawer_open: live.report.as_ref().and_then(|report| report.drawer_open),
        drawer_level: live.report.as_ref().and_then(|report| report.drawer_level),
        last_seen_at: live.seen_ms.map(at),
        registering: live.registering,
        last_scan: live.last_scan.map(|(code, _)| code),
        queue: i64::try_from(waiting).unwrap_or(i64::MAX),
        archived: device.card.archived,
    })
}

pub(super) fn one(app: &App, language: Language, id: i64) -> Answer<DeviceShape> {
    Ok(Json(app.read_now(|read| {
        let device = queries::find(read, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        shape(app, read, language, device)
    })?))
}

async fn list(State(app): State<App>, Locale(language): Locale) -> Answer<Vec<DeviceShape>> {
    let all = app.read_now(|read| queries::devices(read)?.into_iter().map(|device| shape(&app, read, language, device)).collect())?;
    Ok(Json(all))
}

async fn show(State(app): State<App>, Path(id): Path<Id>, Locale(language): Locale) -> Answer<DeviceShape> {
    one(&app, language, id.0)
}

/// A device's card as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct DeviceInput {
    #[serde(default)]
    version: i64,
    kind: DeviceKind,
    name: String,
    connection: Connection,
    profile: Option<String>,
    #[serde(default)]
    printer: PrinterSettings,
    #[serde(default)]
    scanner: ScannerSettings,
    protection: Option<Protection>,
    serial_number: Option<String>,
    terminal_id: Option<String>,
    agent_id: Option<Id>,
}

fn card(input: DeviceInput) -> DeviceCard {
    let terminal = input.kind == DeviceKind::Terminal;
    DeviceCard {
        kind: input.kind,
        name: input.name.trim().to_owned(),
        connection: input.connection,
        profile: input.profile.filter(|_| input.kind == DeviceKind::Printer),
        printer: input.printer,
        scanner: input.scanner,
        protection: if terminal { Some(input.protection.unwrap_or_default()) } else { None },
        serial_number: input.serial_number,
        terminal_id: input.terminal_id,
        agent: input.agent_id.map(|id| id.0),
        archived: false,
    }
}

/// Whether what is set for a printer fits its profile.
fn fits(app: &App, input: &DeviceInput) -> Result<(), Reject> {
    if input.kind != DeviceKind::Printer {
        return Ok(());
    }
    library::check_printer(&app.devices.profiles(&app.config), input.profile.as_deref(), &input.printer)
}

async fn create(State(app): State<App>, command: Command<DeviceInput>) -> Answer<DeviceShape> {
    let (caller, language) = (command.caller(&app), command.language);
    fits(&app, &command.input)?;
    let id = app.run(caller, commands::save_device(None, 0, card(command.input))).await?;
    one(&app, language, id)
}

async fn update(State(app): State<App>, Path(id): Path<Id>, command: Command<DeviceInput>) -> Answer<DeviceShape> {
    let (caller, language) = (command.caller(&app), command.language);
    let version = command.input.version;
    fits(&app, &command.input)?;
    app.run(caller, commands::save_device(Some(id.0), version, card(command.input))).await?;
    one(&app, language, id.0)
}

async fn archive(State(app): State<App>, Path(id): Path<Id>, command: Command<super::Nothing>) -> Answer<DeviceShape> {
    app.run(command.caller(&app), commands::archive_device(id.0)).await?;
    one(&app, command.language, id.0)
}

/// Asks a printer for its state at this moment: the wizard wants the drawer's pin as it is now.
async fn ask(State(app): State<App>, Path(id): Path<Id>, command: Command<super::Nothing>) -> Answer<DeviceShape> {
    let device = app.read_now(|read| Ok(queries::find(read, id.0)?))?;
    let device = device.filter(|device| device.card.kind == DeviceKind::Printer && !device.card.archived);
    let device = device.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    let job = Job { id: terminals::attempt_id(&app), device_id: id.0.to_string(), valid_for_ms: None, work: Work::AskState };
    if let Outcome::State { report } = app.devices.submit(&app, device.card.agent, job, open_gate()).await {
        app.devices.registry.report(id.0, report, app.clock.now_ms());
    }
    one(&app, command.language, id.0)
}

/// What trying a device began or told.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct TestAnswer {
    /// The job that was made, for printers and drawers.
    job_id: Option<Id>,
    /// Whether it answered; none = look at the job, or scan something.
    ok: Option<bool>,
    /// The same in words.
    detail: String,
}

async fn test(State(app): State<App>, Path(id): Path<Id>, command: Command<super::Nothing>) -> Answer<TestAnswer> {
    let device = app.read_now(|read| Ok(queries::find(read, id.0)?))?.filter(|device| !device.card.archived);
    let kind = device.ok_or_else(|| CARD_NOT_FOUND.refuse())?.card.kind;
    let say = |key: &str| texts::say(command.language, key, &Map::new());
    let (job_id, ok, detail) = match kind {
        DeviceKind::Printer | DeviceKind::Drawer => {
            let job = if kind == DeviceKind::Printer { JobKind::Print } else { JobKind::Drawer };
            let page = Document { kind: crate::devices::TEST_PAGE.to_owned(), id: id.0, copy: false };
            let queue =
                move |tx: &mut duken_kernel::Tx<'_>| Ok(jobs::enqueue(tx, id.0, job, Some(&page).filter(|_| job == JobKind::Print))?);
            let job = app.run(command.caller(&app), queue).await?;
            (Some(Id(job)), None, say("device.test.sent"))
        }
        DeviceKind::Scanner => (None, None, say("device.test.scan")),
        DeviceKind::Terminal => match terminals::identify(&app, id.0).await {
            Ok(_) => (None, Some(true), say("device.test.terminal_ok")),
            Err(error) => (None, Some(false), terminal_sentence(command.language, &error)),
        },
    };
    Ok(Json(TestAnswer { job_id, ok, detail }))
}

/// Why a call to a terminal did not succeed, in words.
pub(super) fn terminal_sentence(language: Language, error: &duken_protocol::device::KaspiError) -> String {
    texts::say(language, &format!("payment.reason.{}", error.code()), &Map::new())
}

/// The paper that tells whether a printer prints: letters, widths, a code.
pub(in crate::devices) fn test_page(
    hub: &Hub,
    read: &dyn Read,
    ask: crate::domains::LayoutAsk,
) -> Result<Option<duken_protocol::layout::Layout>, duken_kernel::Fault> {
    let Some(device) = queries::find(read, ask.id)? else { return Ok(None) };
    let now = jiff::Timestamp::from_millisecond(hub.clock.now_ms()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let now = now.to_zoned(hub.settings().zone()).strftime("%d.%m.%Y %H:%M").to_string();
    Ok(Some(crate::devices::chart::test_page(&device, &now)))
}

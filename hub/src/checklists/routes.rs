//! `/api/checklists/{list}`.

use axum::extract::{Path, State};
use duken_kernel::journal::OWN;
use duken_kernel::store::Value;
use duken_kernel::{Fault, Read, Reject, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SEEN_BY_HUB;
use super::items::List;
use super::queries::{self, Now};
use crate::backup::{self, Light};
use crate::hub::App;
use crate::settings::Settings;
use crate::staff;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Json, Route};

/// Who opens, closes or looks after a shop.
const WHO: Access = Access::NeedsAny(&["shift.view", "reports.view"]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/checklists/{list}", WHO, "A list to tick: opening, closing or weekly", show).gives::<ChecklistShape>(),
        Route::put("/api/checklists/{list}/{item}", WHO, "Ticks an item by hand, or takes the tick back", tick)
            .takes::<TickInput>()
            .gives::<ChecklistShape>(),
    ]
}

/// A list as it stands now.
#[derive(Debug, Serialize, ToSchema)]
struct ChecklistShape {
    list: List,
    /// The day it is for, `yyyy-mm-dd`; the Monday of the week for the weekly one.
    period: String,
    items: Vec<ChecklistItem>,
}

/// One line of it.
#[derive(Debug, Serialize, ToSchema)]
struct ChecklistItem {
    key: &'static str,
    done: bool,
    /// Whether a person may tick it.
    by_hand: bool,
    /// How many there are of what it looks at; nothing where only a person can look.
    count: Option<i64>,
    /// Where it is looked at.
    link: &'static str,
    ticked: Option<Tick>,
}

/// A tick of a person.
#[derive(Debug, Serialize, ToSchema)]
struct Tick {
    by_name: String,
    at: String,
}

/// Whether it is done.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
struct TickInput {
    done: bool,
}

async fn show(State(app): State<App>, Path(list): Path<List>) -> Answer<ChecklistShape> {
    shape(&app, list).await
}

async fn shape(app: &App, list: List) -> Answer<ChecklistShape> {
    let settings = app.settings();
    let now = Now::of(&settings, app.clock.now_ms());
    let backup_ill = !matches!(backup::standing(app)?.light, Light::Ok);
    Ok(Json(app.read(move |read| Ok(looked_at(read, &settings, now, list, backup_ill)?)).await?))
}

fn looked_at(read: &dyn Read, settings: &Settings, now: Now, list: List, backup_ill: bool) -> Result<ChecklistShape, Fault> {
    let period = now.period(list);
    let ticks = queries::ticks(read, list, period)?;
    let mut items = Vec::new();
    for item in list.items() {
        let count = queries::count(read, item.looks, settings, now, backup_ill)?;
        let ticked = match ticks.get(item.key) {
            Some((person, at_ms)) => Some(Tick {
                by_name: staff::name_of(read, OWN, *person)?,
                at: jiff::Timestamp::from_millisecond(*at_ms).map(|at| at.to_string()).unwrap_or_default(),
            }),
            None => None,
        };
        let done = ticked.is_some() || count.is_some_and(|count| queries::is_done(item.looks, count));
        items.push(ChecklistItem { key: item.key, done, by_hand: item.by_hand, count, link: item.link, ticked });
    }
    let day = format!("{:04}-{:02}-{:02}", period / 10_000, period / 100 % 100, period % 100);
    Ok(ChecklistShape { list, period: day, items })
}

async fn tick(State(app): State<App>, Path((list, item)): Path<(List, String)>, command: Command<TickInput>) -> Answer<ChecklistShape> {
    let person = command.actor.user.unwrap_or(0);
    let period = Now::of(&app.settings(), app.clock.now_ms()).period(list);
    let done = command.input.done;
    app.run(command.caller(&app), write(list, item, period, person, done)).await?;
    shape(&app, list).await
}

fn write(
    list: List,
    item: String,
    period: i32,
    person: i64,
    done: bool,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let known = list.items().iter().find(|known| known.key == item).ok_or_else(|| CARD_NOT_FOUND.refuse().field("item"))?;
        if !known.by_hand {
            return Err(SEEN_BY_HUB.refuse().field("item").into());
        }
        let key: [Value; 3] = [list.name().into(), item.into(), period.into()];
        tx.execute("DELETE FROM checklist_tick WHERE list = ?1 AND item = ?2 AND period = ?3", &key)?;
        if done {
            let [list, item, period] = key;
            tx.execute(
                "INSERT INTO checklist_tick (list, item, period, person, at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                &[list, item, period, person.into(), tx.now_ms.into()],
            )?;
        }
        Ok(person)
    }
}

//! `/api/demo`.

use axum::extract::State;
use serde::Serialize;
use serde_json::Map;
use utoipa::ToSchema;

use super::job::{self, STEPS};
use super::people::{PASSWORD, STAFF};
use crate::hub::App;
use crate::texts;
use crate::web::{Access, Actor, Answer, Json, Locale, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/api/demo", Access::SignedIn, "The demo store: how far it is made, and who works in it", show).gives::<DemoShape>()]
}

/// The demo store.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Demo)]
struct DemoShape {
    /// `none` for a store that is no demo, `running`, `done`, `failed`.
    state: &'static str,
    done: i64,
    total: i64,
    /// Why it broke off.
    detail: String,
    /// Everybody's password, for those who may see people; empty in a store that is no demo.
    password: String,
    people: Vec<DemoPerson>,
}

/// A person of the demo store.
#[derive(Debug, Serialize, ToSchema)]
struct DemoPerson {
    name: &'static str,
    phone: &'static str,
    pin: &'static str,
    /// Key of the built-in role.
    role: &'static str,
}

async fn show(State(app): State<App>, actor: Actor, Locale(language): Locale) -> Answer<DemoShape> {
    let (demo, job) = app.read_now(|read| Ok((crate::settings::read(read)?.demo, job::find(read)?)))?;
    let seen = demo && actor.may("staff.view");
    let person = |p: &super::people::Person| DemoPerson { name: p.name, phone: p.phone, pin: p.pin, role: p.role };
    let failed = job.as_ref().map(|job| job.failed.clone()).unwrap_or_default();
    Ok(Json(DemoShape {
        state: match (&job, demo) {
            (_, false) => "none",
            (None, true) => "running",
            (Some(job), true) => job.state(),
        },
        done: job.map_or(0, |job| job.done),
        total: STEPS,
        detail: if failed.is_empty() { failed } else { texts::say(language, &failed, &Map::new()) },
        password: if seen { PASSWORD.to_owned() } else { String::new() },
        people: if seen { STAFF.iter().map(person).collect() } else { Vec::new() },
    }))
}

//! How the machine stands, for whoever looks after it: `GET /api/admin/health`. Each light has its sentence, and what
//! to do when it is not green.

use std::path::Path;

use axum::Json;
use axum::extract::State;
use duken_kernel::journal::{self, OWN};
use duken_kernel::{Fault, Projector, Reject};
use serde::Serialize;
use serde_json::{Map, Value as Json_, json};
use utoipa::ToSchema;

use crate::backup::{self, Light};
use crate::config::Role;
use crate::domains::Domain;
use crate::hub::{App, database_path};
use crate::texts::{self, Language};
use crate::web::{Access, Answer, Locale, Problem, Route};

/// Less than this is red: a shift must be able to close.
const DISK_RED_BYTES: u64 = 512 << 20;
/// Less than this is worth a look.
const DISK_WARN_BYTES: u64 = 4 << 30;
/// Entries that wait for the head office so long are red.
const LAG_RED_MS: i64 = 24 * 3_600_000;
/// Entries that wait so long are worth a look.
const LAG_WARN_MS: i64 = 10 * 60_000;
/// A job that waits so long is worth a look.
const QUEUE_WARN_MS: i64 = 5 * 60_000;
/// A clock that is behind the last entry by more than this is suspect (architecture, Time).
const CLOCK_RED_MS: i64 = 5 * 60_000;

/// One light.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct HealthLight {
    /// `backup`, `verify`, `journal`, `disk`, `office`, `queues` or `clock`.
    key: &'static str,
    state: Light,
    /// What stands behind it, and what to do when it is not well.
    says: String,
    /// Figures, as they are: times, counts, bytes.
    #[schema(value_type = Object)]
    figures: Map<String, Json_>,
}

/// All lights; the worst one first of all.
#[derive(Debug, Serialize, ToSchema)]
struct HealthShape {
    state: Light,
    lights: Vec<HealthLight>,
}

fn routes() -> Vec<Route> {
    let view = Access::NeedsAny(&["backup.view", "backup.edit"]);
    vec![Route::get("/api/admin/health", view, "How the machine stands, and what to do", show).gives::<HealthShape>()]
}

async fn show(State(app): State<App>, Locale(language): Locale) -> Answer<HealthShape> {
    let looked = tokio::task::spawn_blocking(move || lights(&app, language)).await.map_err(|_| Fault::Panicked)?;
    let lights = looked.map_err(Problem::from)?;
    Ok(Json(HealthShape { state: lights.iter().map(|light| light.state).max().unwrap_or(Light::Ok), lights }))
}

/// A light with its sentence `health.<key>.<state>`.
fn light(language: Language, key: &'static str, state: Light, figures: Json_) -> HealthLight {
    let figures = figures.as_object().cloned().unwrap_or_default();
    let word = match state {
        Light::Ok => "ok",
        Light::Warn => "warn",
        Light::Red => "red",
    };
    HealthLight { key, state, says: texts::say(language, &format!("health.{key}.{word}"), &figures), figures }
}

fn lights(app: &App, language: Language) -> Result<Vec<HealthLight>, Reject> {
    let now_ms = app.clock.now_ms();
    let mut lights = backups(app, language)?;
    lights.push(books(app, language)?);
    lights.push(disk(&app.config.data, language)?);
    if app.role() == Role::Store {
        lights.push(office(app, language, now_ms)?);
    }
    let (waiting, oldest_ms) = app.read_now(|read| Ok(crate::devices::waiting(read)?))?;
    let stuck = oldest_ms.is_some_and(|oldest| now_ms - oldest > QUEUE_WARN_MS);
    let state = if stuck { Light::Warn } else { Light::Ok };
    lights.push(light(language, "queues", state, json!({ "waiting": waiting, "oldest_at": oldest_ms.and_then(rfc3339) })));
    let last_ms = last_entry_ms(app)?;
    let behind_ms = last_ms.map_or(0, |last| last - now_ms);
    let state = if behind_ms > CLOCK_RED_MS { Light::Red } else { Light::Ok };
    lights.push(light(language, "clock", state, json!({ "now": rfc3339(now_ms), "last_entry_at": last_ms.and_then(rfc3339) })));
    Ok(lights)
}

/// Two lights: the last backup, and the proof that each one begins with.
fn backups(app: &App, language: Language) -> Result<Vec<HealthLight>, Reject> {
    let stands = backup::standing(app)?;
    let known = backup::State::read(&app.config.data).folder;
    let at = known.good.as_ref().and_then(|good| rfc3339(good.at_ms));
    let differs = known.trouble.as_ref().is_some_and(|trouble| trouble.code == backup::BOOKS_DIFFER.code);
    let proved = match (&known.good, differs) {
        (_, true) => Light::Red,
        (Some(_), false) => Light::Ok,
        (None, false) => Light::Warn,
    };
    let figures = json!({ "at": at, "trouble": known.trouble.map(|trouble| trouble.code) });
    let mut first = light(language, "backup", stands.light, figures);
    first.says = texts::say(language, stands.text, &Map::new());
    let digest = known.good.map(|good| good.digest);
    Ok(vec![first, light(language, "verify", proved, json!({ "at": at, "digest": digest }))])
}

fn books(app: &App, language: Language) -> Result<HealthLight, Reject> {
    let end = app.read_now(|read| Ok(journal::tip(read, OWN)?.seq))?;
    let bytes = std::fs::metadata(database_path(&app.config.data)).map_or(0, |meta| meta.len());
    Ok(light(language, "journal", Light::Ok, json!({ "entries": end, "bytes": bytes, "megabytes": bytes >> 20 })))
}

fn disk(data: &Path, language: Language) -> Result<HealthLight, Reject> {
    let free = backup::free_bytes(data)?;
    Ok(light(language, "disk", disk_light(free), json!({ "free_bytes": free, "free_megabytes": free >> 20 })))
}

fn disk_light(free: u64) -> Light {
    match free {
        ..DISK_RED_BYTES => Light::Red,
        DISK_RED_BYTES..DISK_WARN_BYTES => Light::Warn,
        _ => Light::Ok,
    }
}

fn office(app: &App, language: Language, now_ms: i64) -> Result<HealthLight, Reject> {
    let (linked, end) = app.read_now(|read| Ok((crate::sync::store::link(read)?.is_some(), journal::tip(read, OWN)?.seq)))?;
    let seen = app.sync.store.seen();
    let waiting = if linked { (end - seen.acked).max(0) } else { 0 };
    let silent_ms = seen.contact_ms.map_or(0, |at| now_ms - at);
    let trouble = seen.trouble.filter(|_| linked);
    let state = office_light(waiting, silent_ms, trouble.as_ref().is_some_and(|trouble| trouble.code != crate::sync::UNREACHABLE));
    let figures = json!({
        "linked": linked, "waiting": waiting, "last_contact_at": seen.contact_ms.and_then(rfc3339), "trouble": trouble.map(|t| t.code.code),
    });
    Ok(light(language, "office", state, figures))
}

/// Refused is red at once; an office that is away is red when entries have waited for a day.
fn office_light(waiting: i64, silent_ms: i64, refused: bool) -> Light {
    if refused || (waiting > 0 && silent_ms > LAG_RED_MS) {
        Light::Red
    } else if waiting > 0 && silent_ms > LAG_WARN_MS {
        Light::Warn
    } else {
        Light::Ok
    }
}

fn last_entry_ms(app: &App) -> Result<Option<i64>, Reject> {
    app.read_now(|read| {
        let tip = journal::tip(read, OWN)?;
        Ok(journal::read_one(read, OWN, tip.seq)?.map(|entry| entry.head().at))
    })
}

fn rfc3339(ms: i64) -> Option<String> {
    jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_string())
}

/// The domain: it has no entries and no tables.
#[must_use]
pub fn domain() -> Domain {
    let projector = Projector { name: "health", tables: &[], local: &[], kinds: &[], versions: &[], project: |_, _, _| Ok(()) };
    Domain { projector, refusals: &[], routes: routes(), layouts: &[] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_light_turns_when_it_should() {
        assert_eq!([disk_light(1 << 20), disk_light(1 << 30), disk_light(1 << 40)], [Light::Red, Light::Warn, Light::Ok]);
        let cases = [
            (0, 90 * 3_600_000, false, Light::Ok),
            (5, 60_000, false, Light::Ok),
            (5, 3_600_000, false, Light::Warn),
            (5, 25 * 3_600_000, false, Light::Red),
            (0, 0, true, Light::Red),
        ];
        for (waiting, silent_ms, refused, expected) in cases {
            assert_eq!(office_light(waiting, silent_ms, refused), expected, "{waiting} {silent_ms} {refused}");
        }
    }

    #[test]
    fn every_light_has_a_sentence_for_every_state() {
        for language in Language::ALL {
            for key in ["verify", "journal", "disk", "office", "queues", "clock"] {
                for state in ["ok", "warn", "red"] {
                    assert!(texts::find(language, &format!("health.{key}.{state}")).is_some(), "{key} {state}");
                }
            }
        }
    }
}

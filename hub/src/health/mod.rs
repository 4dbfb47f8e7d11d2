//! How the machine stands, for whoever looks after it: `GET /api/admin/health`. Each light has its sentence, and what
//! to do when it is not green.

use std::path::Path;

use axum::extract::State;
use duken_kernel::journal::{self, OWN};
use duken_kernel::{Projector, Reject};
use serde::Serialize;
use serde_json::{Map, Value as Json_, json};
use utoipa::ToSchema;

use crate::backup::{self, Light};
use crate::config::Role;
use crate::domains::Domain;
use crate::hub::{App, database_path};
use crate::texts::{self, Language};
use crate::web::{Access, Answer, Json, Locale, Problem, Route};

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
/// A job that waits so long is red: whole receipts are missing.
const QUEUE_RED_MS: i64 = 60 * 60_000;
/// Books that were proven longer ago are worth a look.
const PROOF_WARN_MS: i64 = 3 * 24 * 3_600_000;
/// Books that were proven so long ago are red.
const PROOF_RED_MS: i64 = 14 * 24 * 3_600_000;
/// So many entries within an hour are no shop's.
const HASTE_ENTRIES: i64 = 10_000;
const HASTE_MS: i64 = 3_600_000;
/// A clock that is behind the last entry by more than this is suspect (architecture, Time).
const CLOCK_RED_MS: i64 = 5 * 60_000;

/// One light.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct HealthLight {
    /// `backup`, `verify`, `journal`, `disk`, `office` (of a store), `stores` (of a head office), `queues` or `clock`.
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
    let looking = app.clone();
    let looked = app.aside(move || lights(&looking, language)).await?;
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
    let mut lights = backups(app, language, now_ms)?;
    lights.push(books(app, language, now_ms));
    lights.push(disk(&app.config.data, language)?);
    lights.push(match app.role() {
        Role::Store => office(app, language, now_ms)?,
        Role::Office => stores(app, language, now_ms)?,
    });
    let (waiting, oldest_ms) = app.read_now(|read| Ok(crate::devices::waiting(read)?))?;
    let state = oldest_ms.map_or(Light::Ok, |oldest| age_light(now_ms - oldest, QUEUE_WARN_MS, QUEUE_RED_MS));
    lights.push(light(language, "queues", state, json!({ "waiting": waiting, "oldest_at": oldest_ms.and_then(rfc3339) })));
    let last_ms = last_entry_ms(app)?;
    let behind_ms = last_ms.map_or(0, |last| last - now_ms);
    let (apart, accepted) = app.read_now(|read| Ok((crate::settings::clock_suspects(read)?, crate::settings::clock_accepted(read)?)))?;
    let state = clock_light(behind_ms, !apart.is_empty(), !accepted.is_empty());
    let figures = json!({ "now": rfc3339(now_ms), "last_entry_at": last_ms.and_then(rfc3339), "ahead_ms": apart });
    lights.push(light(language, "clock", state, figures));
    Ok(lights)
}

/// Green until it is worth a look, then yellow, then red.
fn age_light(age_ms: i64, warn_ms: i64, red_ms: i64) -> Light {
    if age_ms > red_ms {
        Light::Red
    } else if age_ms > warn_ms {
        Light::Warn
    } else {
        Light::Ok
    }
}

/// Red while it stops sales; worth a look while others see another time, although a person said that ours is right.
fn clock_light(behind_ms: i64, suspect: bool, accepted: bool) -> Light {
    if suspect || behind_ms > CLOCK_RED_MS {
        Light::Red
    } else if accepted {
        Light::Warn
    } else {
        Light::Ok
    }
}

/// Two lights: the last backup, and the proof that each one begins with. Books on a database server are saved and proven
/// from outside: the hub says how, and knows no more.
fn backups(app: &App, language: Language, now_ms: i64) -> Result<Vec<HealthLight>, Reject> {
    if app.config.database.is_some() {
        let outside = |key| HealthLight {
            key,
            state: Light::Ok,
            says: texts::say(language, &format!("health.{key}.server"), &Map::new()),
            figures: Map::new(),
        };
        return Ok(vec![outside("backup"), outside("verify")]);
    }
    let stands = backup::standing(app)?;
    let known = backup::State::read(&app.config.data).folder;
    let at = known.good.as_ref().and_then(|good| rfc3339(good.at_ms));
    let differs = known.trouble.as_ref().is_some_and(|trouble| trouble.code == backup::BOOKS_DIFFER.code);
    let proof_ms = known.good.as_ref().map(|good| now_ms - good.at_ms);
    let figures = json!({ "at": at, "trouble": known.trouble.map(|trouble| trouble.code) });
    let mut first = light(language, "backup", stands.light, figures);
    first.says = texts::say(language, stands.text, &Map::new());
    let figures = json!({ "at": at, "days": proof_ms.map(|age| age / 86_400_000), "digest": known.good.map(|good| good.digest) });
    let mut proof = light(language, "verify", proof_light(differs, proof_ms), figures);
    if let (false, Some(_), Light::Warn | Light::Red) = (differs, proof_ms, proof.state) {
        proof.says = texts::say(language, "health.verify.old", &proof.figures);
    }
    Ok(vec![first, proof])
}

/// By how long ago the books were last proven, if they were.
fn proof_light(differs: bool, age_ms: Option<i64>) -> Light {
    match (differs, age_ms) {
        (true, _) => Light::Red,
        (false, Some(age_ms)) => age_light(age_ms, PROOF_WARN_MS, PROOF_RED_MS),
        (false, None) => Light::Warn,
    }
}

fn books(app: &App, language: Language, now_ms: i64) -> HealthLight {
    let known = app.read_now(|read| {
        let end = journal::tip(read, OWN)?.seq;
        let before = journal::read_one(read, OWN, end - HASTE_ENTRIES)?;
        Ok((end, before.map(|entry| entry.head().at)))
    });
    let bytes = std::fs::metadata(database_path(&app.config.data)).map_or(0, |meta| meta.len());
    let (state, end) = match known {
        Ok((end, before)) => (journal_light(now_ms, before), Some(end)),
        Err(reject) => {
            tracing::error!(%reject, "the journal cannot be read");
            (Light::Red, None)
        }
    };
    light(language, "journal", state, json!({ "entries": end, "bytes": bytes, "megabytes": bytes >> 20 }))
}

/// By when the entry was recorded that lies [`HASTE_ENTRIES`] back, if there is one.
fn journal_light(now_ms: i64, before_ms: Option<i64>) -> Light {
    if before_ms.is_some_and(|at| (0..HASTE_MS).contains(&(now_ms - at))) { Light::Warn } else { Light::Ok }
}

/// The head office: how far behind each store is.
fn stores(app: &App, language: Language, now_ms: i64) -> Result<HealthLight, Reject> {
    let stores = app.read_now(|read| Ok(crate::sync::office::stores(read)?))?;
    let of = |store: &crate::sync::office::StoreRow| {
        let parted = store.parted_at.is_some() || store.set_aside > 0;
        office_light(i64::from(store.lag_s(now_ms) > 0), store.lag_s(now_ms) * 1_000, parted)
    };
    let state = stores.iter().map(of).max().unwrap_or(Light::Ok);
    let behind: Vec<&str> = stores.iter().filter(|store| of(store) > Light::Ok).map(|store| store.name.as_str()).collect();
    let each = stores.iter().map(|store| {
        json!({ "name": store.name, "lag_s": store.lag_s(now_ms), "waiting": store.lag_entries(), "last_contact_at": store.contact_ms.and_then(rfc3339) })
    });
    let figures = json!({ "count": stores.len(), "behind": behind.join(", "), "stores": each.collect::<Vec<_>>() });
    Ok(light(language, "stores", state, figures))
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
        let queue = |minutes: i64| age_light(minutes * 60_000, QUEUE_WARN_MS, QUEUE_RED_MS);
        assert_eq!([queue(1), queue(10), queue(61)], [Light::Ok, Light::Warn, Light::Red]);
        assert_eq!([clock_light(0, false, false), clock_light(0, false, true)], [Light::Ok, Light::Warn]);
        assert_eq!([clock_light(0, true, false), clock_light(CLOCK_RED_MS + 1, false, false)], [Light::Red; 2]);
        let day = 24 * 3_600_000;
        assert_eq!(
            [proof_light(false, None), proof_light(false, Some(day)), proof_light(true, Some(day))],
            [Light::Warn, Light::Ok, Light::Red]
        );
        assert_eq!([proof_light(false, Some(4 * day)), proof_light(false, Some(15 * day))], [Light::Warn, Light::Red]);
        assert_eq!(
            [journal_light(day, None), journal_light(day, Some(0)), journal_light(day, Some(day - 1))],
            [Light::Ok, Light::Ok, Light::Warn]
        );
    }

    #[test]
    fn every_light_has_a_sentence_for_every_state() {
        for language in Language::ALL {
            for key in ["verify", "journal", "disk", "office", "stores", "queues", "clock"] {
                for state in ["ok", "warn", "red"] {
                    assert!(texts::find(language, &format!("health.{key}.{state}")).is_some(), "{key} {state}");
                }
            }
            for key in ["health.backup.server", "health.verify.server", "health.verify.old"] {
                assert!(texts::find(language, key).is_some(), "{key}");
            }
        }
    }
}

//! When the next backup is due, and which light shows how things stand. Pure: time is handed in.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use utoipa::ToSchema;

use super::plan::Plan;
use super::state::{State, Way};

const HOUR_MS: i64 = 3_600_000;
/// After a failure the next try comes sooner than the next day.
const RETRY_MS: i64 = HOUR_MS;

/// How things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// Well.
    Ok,
    /// Somebody should look, nothing is lost yet.
    Warn,
    /// A broken disk now would cost days.
    Red,
}

/// What stands behind a light: the key of its sentence, which says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The light.
    pub light: Light,
    /// `backup.light.…`.
    pub text: &'static str,
}

/// When the next backup is due (milliseconds since 1970 UTC); one in the past is due now. `since_ms`: when the sheet was
/// made, without which there is none.
#[must_use]
pub fn next_due(plan: &Plan, state: &State, since_ms: Option<i64>, zone: &TimeZone) -> Option<i64> {
    let since_ms = since_ms.filter(|_| plan.enabled)?;
    let ways = [Some(&state.folder), plan.to_office.then_some(&state.office)];
    let mut due: Option<i64> = None;
    for way in ways.into_iter().flatten() {
        let after_ms = way.tried_ms.map_or(since_ms, |tried| tried.max(since_ms));
        let mut next = slot_after(plan, after_ms, zone)?;
        if let (Some(tried), Some(_)) = (way.tried_ms, &way.trouble) {
            next = next.min(tried + RETRY_MS);
        }
        due = Some(due.map_or(next, |due| due.min(next)));
    }
    due
}

/// The first time of day of the plan after a moment.
fn slot_after(plan: &Plan, after_ms: i64, zone: &TimeZone) -> Option<i64> {
    let after = Timestamp::from_millisecond(after_ms).ok()?;
    let mut day = after.to_zoned(zone.clone()).date();
    for _ in 0..3 {
        let slot = day.to_datetime(plan.time()).to_zoned(zone.clone()).ok()?.timestamp();
        if slot > after {
            return Some(slot.as_millisecond());
        }
        day = day.checked_add(1.day()).ok()?;
    }
    None
}

/// The light of the folder's backups, and of those at the head office when they are wanted: the worse one.
#[must_use]
pub fn standing(plan: &Plan, state: &State, since_ms: Option<i64>, now_ms: i64) -> Standing {
    let Some(since_ms) = since_ms else { return Standing { light: Light::Red, text: "backup.light.no_sheet" } };
    let folder = of_way(plan, &state.folder, since_ms, now_ms);
    if plan.to_office && folder.light == Light::Ok {
        let office = of_way(plan, &state.office, since_ms, now_ms);
        if office.light > Light::Ok {
            return Standing { light: Light::Warn, text: "backup.light.office" };
        }
    }
    folder
}

fn of_way(plan: &Plan, way: &Way, since_ms: i64, now_ms: i64) -> Standing {
    let red_ms = i64::from(plan.red_after_hours) * HOUR_MS;
    match &way.good {
        Some(good) if now_ms - good.at_ms > red_ms => Standing { light: Light::Red, text: "backup.light.old" },
        None if now_ms - since_ms > red_ms => Standing { light: Light::Red, text: "backup.light.never" },
        _ if way.trouble.is_some() => Standing { light: Light::Warn, text: "backup.light.failed" },
        _ if !plan.enabled => Standing { light: Light::Warn, text: "backup.light.off" },
        Some(_) => Standing { light: Light::Ok, text: "backup.light.ok" },
        None => Standing { light: Light::Warn, text: "backup.light.first" },
    }
}

#[cfg(test)]
mod tests {
    use super::super::state::{Good, Trouble};
    use super::*;

    /// 2026-11-21 12:00 in Almaty.
    const NOON: i64 = 1_795_244_400_000;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    fn way(good: Option<i64>, tried: Option<i64>, failed: bool) -> State {
        let good = good.map(|at_ms| Good { at_ms, place: String::new(), bytes: 1, end: 1, digest: String::new(), sheet: String::new() });
        let trouble = failed.then(|| Trouble { code: String::new(), params: serde_json::Map::new() });
        State { folder: Way { good, tried_ms: tried, trouble }, ..State::default() }
    }

    #[test]
    fn one_a_day_what_was_slept_through_at_once_what_failed_in_an_hour() {
        let plan = Plan::default();
        let tomorrow_at_three = NOON + 15 * HOUR_MS;
        let cases = [
            ("never", way(None, None, false), tomorrow_at_three),
            ("done today", way(Some(NOON), Some(NOON), false), tomorrow_at_three),
            ("slept through", way(Some(NOON - 30 * HOUR_MS), Some(NOON - 30 * HOUR_MS), false), NOON - 9 * HOUR_MS),
            ("failed", way(None, Some(NOON), true), NOON + HOUR_MS),
        ];
        for (what, state, expected) in cases {
            let since = NOON.min(state.folder.tried_ms.unwrap_or(NOON));
            assert_eq!(next_due(&plan, &state, Some(since), &zone()), Some(expected), "{what}");
        }
        assert_eq!(next_due(&plan, &State::default(), None, &zone()), None, "nothing to seal to");
        assert_eq!(next_due(&Plan { enabled: false, ..plan }, &State::default(), Some(NOON), &zone()), None);
    }

    #[test]
    fn the_light_turns_red_when_the_last_good_one_is_old() {
        let plan = Plan::default();
        let hours = |n: i64| NOON + n * HOUR_MS;
        let cases = [
            (State::default(), None, NOON, Light::Red, "backup.light.no_sheet"),
            (State::default(), Some(NOON), hours(36), Light::Warn, "backup.light.first"),
            (State::default(), Some(NOON), hours(37), Light::Red, "backup.light.never"),
            (way(Some(NOON), Some(NOON), false), Some(NOON), hours(36), Light::Ok, "backup.light.ok"),
            (way(Some(NOON), Some(NOON), false), Some(NOON), hours(37), Light::Red, "backup.light.old"),
            (way(Some(NOON), Some(hours(24)), true), Some(NOON), hours(25), Light::Warn, "backup.light.failed"),
            (way(Some(NOON), Some(hours(24)), true), Some(NOON), hours(37), Light::Red, "backup.light.old"),
        ];
        for (state, since, now, light, text) in cases {
            assert_eq!(standing(&plan, &state, since, now), Standing { light, text });
        }
        let to_office = Plan { to_office: true, ..plan };
        let standing = standing(&to_office, &way(Some(NOON), Some(NOON), false), Some(NOON), hours(1));
        assert_eq!((standing.light, standing.text), (Light::Warn, "backup.light.office"));
    }
}

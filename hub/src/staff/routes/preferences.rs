//! How a person likes the screens: which columns, how wide. Kept by the hub, so that they follow the person to any device.

use std::collections::BTreeMap;

use axum::extract::State;
use duken_kernel::{Read, Reject, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::hub::App;
use crate::staff::PREFERENCE_TOO_LARGE;
use crate::web::{Access, Actor, Answer, Command, Json, Route};

/// Room for every table of the client, and for those of later versions.
const MOST: i64 = 200;
const MOST_NAME_CHARS: usize = 80;
const MOST_VALUE_BYTES: usize = 8 << 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/preferences", Access::SignedIn, "How one likes the screens", show).gives::<PreferencesShape>(),
        Route::put("/api/preferences", Access::SignedIn, "Keeps one such wish; without a value it is forgotten", keep)
            .takes::<PreferenceInput>()
            .gives::<PreferencesShape>(),
    ]
}

/// Every wish of the person, by its name.
#[derive(Debug, Serialize, ToSchema)]
struct PreferencesShape {
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    items: BTreeMap<String, Value>,
}

/// One wish. What it means only the client knows.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct PreferenceInput {
    name: String,
    #[serde(default)]
    #[schema(value_type = Option<serde_json::Value>)]
    value: Value,
}

fn all(read: &dyn Read, user: i64) -> Result<PreferencesShape, Reject> {
    let rows = read.rows("SELECT name, value FROM preference WHERE user = ?1 ORDER BY name", &[user.into()])?;
    let mut items = BTreeMap::new();
    for row in &rows {
        let value: String = row.get(1)?;
        items.insert(row.get(0)?, serde_json::from_str(&value).unwrap_or_default());
    }
    Ok(PreferencesShape { items })
}

async fn show(State(app): State<App>, actor: Actor) -> Answer<PreferencesShape> {
    let user = actor.user.unwrap_or(0);
    Ok(Json(app.read(move |read| all(read, user)).await?))
}

async fn keep(State(app): State<App>, command: Command<PreferenceInput>) -> Answer<PreferencesShape> {
    let user = command.actor.user.unwrap_or(0);
    app.run(command.caller(&app), write(user, command.input)).await?;
    Ok(Json(app.read(move |read| all(read, user)).await?))
}

fn write(user: i64, input: PreferenceInput) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        tx.execute("DELETE FROM preference WHERE user = ?1 AND name = ?2", &[user.into(), input.name.clone().into()])?;
        if input.value.is_null() {
            return Ok(user);
        }
        let value = input.value.to_string();
        let kept: i64 = match tx.row("SELECT count(*) FROM preference WHERE user = ?1", &[user.into()])? {
            Some(row) => row.get(0)?,
            None => 0,
        };
        if input.name.chars().count() > MOST_NAME_CHARS {
            return Err(PREFERENCE_TOO_LARGE.refuse().field("name").into());
        }
        if kept >= MOST || value.len() > MOST_VALUE_BYTES {
            return Err(PREFERENCE_TOO_LARGE.refuse().field("value").into());
        }
        tx.execute("INSERT INTO preference (user, name, value) VALUES (?1, ?2, ?3)", &[user.into(), input.name.into(), value.into()])?;
        Ok(user)
    }
}

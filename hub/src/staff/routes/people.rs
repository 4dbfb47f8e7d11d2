//! Users and roles.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use duken_kernel::{Fault, Read};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Nothing;
use super::session::{has_pin, percent};
use crate::hub::App;
use crate::staff::commands::{self, SaveUser};
use crate::staff::model::{Grant, Names, PERMISSIONS, Scope};
use crate::staff::queries::{self, Role, User};
use crate::staff::sessions;
use crate::web::{Access, Answer, CARD_NOT_FOUND, Command, Id, Json, MALFORMED, Page, Problem, Route};

pub(super) fn routes() -> Vec<Route> {
    let view = Access::Needs("staff.view");
    let edit = Access::Needs("staff.edit");
    vec![
        Route::get("/api/users", view, "People", list).gives::<UserPage>(),
        Route::post("/api/users", edit, "Make a person's card", create).takes::<UserInput>().gives::<UserShape>(),
        Route::get("/api/users/{id}", view, "A person's card", show).gives::<UserShape>(),
        Route::put("/api/users/{id}", edit, "Save a person's card", update).takes::<UserInput>().gives::<UserShape>(),
        Route::post("/api/users/{id}/password", edit, "Set a password", password).takes::<PasswordInput>().gives::<UserShape>(),
        Route::post("/api/users/{id}/pin", edit, "Set or remove a PIN", pin).takes::<PinInput>().gives::<UserShape>(),
        Route::post("/api/users/{id}/disable", edit, "Close a leaver's access", disable).gives::<UserShape>(),
        Route::post("/api/users/{id}/enable", edit, "Open access again", enable).gives::<UserShape>(),
        Route::get("/api/users/{id}/sessions", view, "Devices where he is signed in", list_sessions).gives::<Vec<SessionRow>>(),
        Route::delete("/api/sessions/{id}", edit, "Sign a device out", revoke),
        Route::get("/api/roles", Access::Needs("roles.view"), "Roles", list_roles).gives::<Vec<RoleShape>>(),
        Route::post("/api/roles", Access::Needs("roles.edit"), "Make a role", create_role).takes::<RoleInput>().gives::<RoleShape>(),
        Route::put("/api/roles/{id}", Access::Needs("roles.edit"), "Save a role", update_role).takes::<RoleInput>().gives::<RoleShape>(),
        Route::get("/api/permissions", Access::SignedIn, "Every permission", permissions).gives::<Vec<PermissionShape>>(),
    ]
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserShape {
    id: Id,
    version: i64,
    name: String,
    phone: String,
    role_ids: Vec<Id>,
    scope: Scope,
    extra_permissions: Vec<Grant>,
    removed_permissions: Vec<String>,
    discount_limit_percent: String,
    active: bool,
    has_pin: bool,
    last_seen_at: Option<String>,
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
struct UserPage {
    items: Vec<UserShape>,
    next: Option<String>,
}

fn shape(read: &dyn Read, user: User) -> Result<UserShape, Fault> {
    let last_ms = sessions::of_user(read, user.id)?.first().map(|s| s.made_ms);
    Ok(UserShape {
        id: Id(user.id),
        version: user.version,
        has_pin: has_pin(read, user.id)?,
        name: user.card.name,
        phone: format!("+{}", user.card.phone),
        role_ids: user.card.role_ids.into_iter().map(Id).collect(),
        scope: user.card.scope,
        extra_permissions: user.card.extra,
        removed_permissions: user.card.removed,
        discount_limit_percent: percent(user.card.discount_limit),
        active: user.card.active,
        last_seen_at: last_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()).map(|t| t.to_string()),
    })
}

fn one(app: &App, id: i64) -> Answer<UserShape> {
    Ok(Json(app.read_now(|read| {
        let user = queries::find_user(read, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        Ok(shape(read, user)?)
    })?))
}

async fn list(State(app): State<App>) -> Answer<UserPage> {
    let items = app.read(|read| queries::users(read)?.into_iter().map(|user| Ok(shape(read, user)?)).collect()).await?;
    let Page { items, next } = Page { items, next: None };
    Ok(Json(UserPage { items, next }))
}

async fn show(State(app): State<App>, Path(id): Path<Id>) -> Answer<UserShape> {
    one(&app, id.0)
}

/// A person's card as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct UserInput {
    #[serde(default)]
    version: i64,
    name: String,
    phone: String,
    role_ids: Vec<Id>,
    scope: Option<Scope>,
    #[serde(default)]
    extra_permissions: Vec<Grant>,
    #[serde(default)]
    removed_permissions: Vec<String>,
    discount_limit_percent: Option<String>,
    /// For a new person: his first password.
    password: Option<String>,
    /// For a new person: his PIN.
    pin: Option<String>,
}

fn hundredths(percent: &str) -> Result<i64, Problem> {
    let parsed = duken_protocol::money::Currency::KZT.parse(percent).ok().filter(|limit| (0..=10_000).contains(&limit.0));
    Ok(parsed.ok_or_else(|| MALFORMED.refuse().field("discount_limit_percent").with("reason", "0–100"))?.0)
}

fn saving(id: Option<i64>, input: &UserInput) -> Result<SaveUser, Problem> {
    Ok(SaveUser {
        id,
        version: input.version,
        name: input.name.clone(),
        phone: input.phone.clone(),
        role_ids: input.role_ids.iter().map(|id| id.0).collect(),
        scope: input.scope.unwrap_or(Scope::Store),
        extra: input.extra_permissions.clone(),
        removed: input.removed_permissions.clone(),
        discount_limit: hundredths(input.discount_limit_percent.as_deref().unwrap_or("0"))?,
    })
}

async fn create(State(app): State<App>, command: Command<UserInput>) -> Answer<UserShape> {
    let caller = command.caller(&app);
    let Command { actor, input, .. } = command;
    let save = commands::save_user(actor.clone(), saving(None, &input)?);
    let verifier = match input.password {
        Some(password) => Some(make_verifier(&app, password).await?),
        None => None,
    };
    let making = app.clone();
    let id = app
        .run(caller, move |tx| {
            let id = save(tx)?;
            if let Some(verifier) = verifier {
                commands::set_password(&making, actor.clone(), id, verifier)(tx)?;
            }
            if input.pin.is_some() {
                commands::set_pin(&making, actor, id, input.pin)(tx)?;
            }
            Ok(id)
        })
        .await?;
    one(&app, id)
}

async fn make_verifier(app: &App, password: String) -> Result<Vec<u8>, Problem> {
    let making = app.clone();
    let made = app.aside(move || commands::password_verifier(&making, &password)).await;
    Ok(made??)
}

async fn update(State(app): State<App>, Path(id): Path<Id>, command: Command<UserInput>) -> Answer<UserShape> {
    let save = commands::save_user(command.actor.clone(), saving(Some(id.0), &command.input)?);
    app.run(command.caller(&app), save).await?;
    app.sessions.forget();
    one(&app, id.0)
}

/// A new password.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct PasswordInput {
    password: String,
}

async fn password(State(app): State<App>, Path(id): Path<Id>, command: Command<PasswordInput>) -> Answer<UserShape> {
    let caller = command.caller(&app);
    let verifier = make_verifier(&app, command.input.password).await?;
    app.run(caller, commands::set_password(&app, command.actor, id.0, verifier)).await?;
    app.sessions.forget();
    one(&app, id.0)
}

/// A new PIN; none removes it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct PinInput {
    pin: Option<String>,
}

async fn pin(State(app): State<App>, Path(id): Path<Id>, command: Command<PinInput>) -> Answer<UserShape> {
    let set = commands::set_pin(&app, command.actor.clone(), id.0, command.input.pin.clone());
    app.run(command.caller(&app), set).await?;
    one(&app, id.0)
}

async fn disable(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<UserShape> {
    app.run(command.caller(&app), commands::set_active(command.actor.clone(), id.0, false)).await?;
    app.sessions.forget();
    one(&app, id.0)
}

async fn enable(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Answer<UserShape> {
    app.run(command.caller(&app), commands::set_active(command.actor.clone(), id.0, true)).await?;
    app.sessions.forget();
    one(&app, id.0)
}

/// A device where somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
struct SessionRow {
    id: Id,
    made_at: String,
    ends_at: String,
    source: String,
    locked: bool,
}

async fn list_sessions(State(app): State<App>, Path(id): Path<Id>) -> Answer<Vec<SessionRow>> {
    let at = |ms: i64| jiff::Timestamp::from_millisecond(ms).map(|t| t.to_string()).unwrap_or_default();
    let rows = app.read(move |read| Ok(sessions::of_user(read, id.0)?)).await?;
    let row = |s: sessions::Session| SessionRow {
        id: Id(s.id),
        made_at: at(s.made_ms),
        ends_at: at(s.ends_ms),
        source: s.source,
        locked: s.locked,
    };
    Ok(Json(rows.into_iter().map(row).collect()))
}

async fn revoke(State(app): State<App>, Path(id): Path<Id>, command: Command<Nothing>) -> Result<StatusCode, Problem> {
    app.run(command.caller(&app), commands::end_session(command.actor.clone(), id.0)).await?;
    app.sessions.forget();
    Ok(StatusCode::NO_CONTENT)
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
struct RoleShape {
    id: Id,
    version: i64,
    built_in: Option<String>,
    name: Names,
    permissions: Vec<Grant>,
}

fn role_shape(role: Role) -> RoleShape {
    RoleShape { id: Id(role.id), version: role.version, built_in: role.card.built_in, name: role.card.names, permissions: role.card.grants }
}

async fn list_roles(State(app): State<App>) -> Answer<Vec<RoleShape>> {
    Ok(Json(app.read(|read| Ok(queries::roles(read)?.into_iter().map(role_shape).collect())).await?))
}

/// A role as it is to be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct RoleInput {
    #[serde(default)]
    version: i64,
    name: Names,
    permissions: Vec<Grant>,
}

async fn save_role(app: App, id: Option<i64>, command: Command<RoleInput>) -> Answer<RoleShape> {
    let caller = command.caller(&app);
    let RoleInput { version, name, permissions } = command.input;
    let id = app.run(caller, commands::save_role(command.actor, id, version, name, permissions)).await?;
    app.sessions.forget();
    let role = app.read_now(|read| Ok(queries::roles(read)?.into_iter().find(|role| role.id == id)))?;
    Ok(Json(role_shape(role.ok_or_else(|| CARD_NOT_FOUND.refuse())?)))
}

async fn create_role(State(app): State<App>, command: Command<RoleInput>) -> Answer<RoleShape> {
    save_role(app, None, command).await
}

async fn update_role(State(app): State<App>, Path(id): Path<Id>, command: Command<RoleInput>) -> Answer<RoleShape> {
    save_role(app, Some(id.0), command).await
}

/// A permission.
#[derive(Debug, Serialize, ToSchema)]
struct PermissionShape {
    permission: &'static str,
    area: &'static str,
}

async fn permissions() -> Answer<Vec<PermissionShape>> {
    let shape = |permission: &&'static str| PermissionShape { permission, area: permission.split('.').next().unwrap_or("") };
    Ok(Json(PERMISSIONS.iter().map(shape).collect()))
}

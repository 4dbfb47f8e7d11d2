//! Saving people, their passwords and PINs.

use std::collections::BTreeMap;

use duken_kernel::journal::Draft;
use duken_kernel::vault::{drop_secret, keep_secret, read_secret};
use duken_kernel::{Reject, Tx};

use crate::hub::App;
use crate::staff::model::{Grant, Scope, phone_digits};
use crate::staff::project::{USER_SAVED, UserSaved, VERIFIER_SET, VerifierSet};
use crate::staff::{ABOVE_OWN, LAST_ADMIN, NAME_MISSING, PHONE_INVALID, PHONE_TAKEN, PIN_INVALID, PIN_TAKEN, ROLE_UNKNOWN};
use crate::staff::{passwords, queries, verifier};
use crate::web::{Actor, CARD_CHANGED, CARD_NOT_FOUND, NAME_LENGTH, typed};

/// A person's card as it is to be.
#[derive(Debug, Clone)]
pub struct SaveUser {
    /// The card; none to make one.
    pub id: Option<i64>,
    /// The version it was edited from.
    pub version: i64,
    /// Name.
    pub name: String,
    /// Phone, as typed.
    pub phone: String,
    /// Roles.
    pub role_ids: Vec<i64>,
    /// How far everything reaches.
    pub scope: Scope,
    /// Single rights added.
    pub extra: Vec<Grant>,
    /// Single rights taken.
    pub removed: Vec<String>,
    /// Hundredths of a percent.
    pub discount_limit: i64,
}

/// Saves a card.
///
/// # Errors
/// `staff.name_missing`, `staff.phone_invalid`, `card.not_found`, `card.changed`, `staff.phone_taken`,
/// `staff.role_unknown`, `staff.above_own`, `staff.last_admin`.
pub fn save_user(actor: Actor, input: SaveUser) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<> {
    move |tx| {
        let name = typed(&input.name, "name", NAME_LENGTH)?;
        if name.is_empty() {
            return Err(NAME_MISSING.refuse().field("name").into());
        }
        let phone = phone_digits(&input.phone).ok_or_else(|| PHONE_INVALID.refuse().field("phone"))?;
        let before = match input.id {
            Some(id) => Some(queries::find_user(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?),
            None => None,
        };
        if before.as_ref().is_some_and(|b| b.version != input.version) {
            return CARD_CHANGED.err();
        }
        if queries::user_by_phone(tx, &phone)?.is_some_and(|other| Some(other.id) != input.id) {
            return Err(PHONE_TAKEN.refuse().field("phone").into());
        }
        let roles = queries::roles(tx)?;
        if input.role_ids.iter().any(|id| !roles.iter().any(|role| role.id == *id)) {
            return Err(ROLE_UNKNOWN.refuse().field("role_ids").into());
        }
        let limit = input.discount_limit.clamp(0, 10_000);
        let raised = limit > before.as_ref().map_or(0, |b| b.card.discount_limit);
        if raised && actor.user.is_some() && limit > actor.discount_limit {
            return Err(ABOVE_OWN.refuse().field("discount_limit_percent").with("permission", "sales.discount").into());
        }
        let active = before.as_ref().is_none_or(|b| b.card.active);
        let card = UserSaved {
            id: input.id,
            name,
            phone,
            role_ids: input.role_ids,
            scope: input.scope,
            extra: input.extra,
            removed: input.removed,
            discount_limit: limit,
            active,
        };
        within_own(&actor, &queries::would_hold(tx, &card)?)?;
        if let Some(before) = &before {
            within_own(&actor, &queries::would_hold(tx, &before.card)?)?;
        }
        let seq = tx.record(Draft::new(USER_SAVED, &card)?)?;
        an_administrator_remains(tx)?;
        Ok(input.id.unwrap_or(seq))
    }
}

pub(super) fn within_own(actor: &Actor, given: &BTreeMap<String, Scope>) -> Result<(), Reject> {
    match given.iter().find(|(name, scope)| actor.scope(name).is_none_or(|own| own < **scope)) {
        Some((name, _)) if actor.user.is_some() => Err(ABOVE_OWN.refuse().with("permission", name.as_str()).into()),
        _ => Ok(()),
    }
}

pub(super) fn an_administrator_remains(tx: &Tx<'_>) -> Result<(), Reject> {
    for user in queries::users(tx)? {
        if user.card.active && queries::permissions(tx, &user.card)?.contains_key("staff.edit") {
            return Ok(());
        }
    }
    LAST_ADMIN.err()
}

/// Closes or opens a person's access; a leaver's sessions end at once.
///
/// # Errors
/// `card.not_found`, `staff.above_own`, `staff.last_admin`.
pub fn set_active(actor: Actor, id: i64, active: bool) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<> {
    move |tx| {
        let user = queries::find_user(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        within_own(&actor, &queries::would_hold(tx, &user.card)?)?;
        if user.card.active != active {
            tx.record(Draft::new(USER_SAVED, &UserSaved { active, ..user.card })?)?;
        }
        if !active {
            an_administrator_remains(tx)?;
            tx.execute("DELETE FROM session WHERE user = ?1", &[id.into()])?;
            tx.notify("session", serde_json::json!({ "user": id.to_string() }));
        }
        Ok(id)
    }
}

/// Makes the verifier of a new password. Slow on purpose: not on the writer's thread.
///
/// # Errors
/// `staff.password_weak`, `staff.password_common`, then the algorithm's fault.
pub fn password_verifier(app: &App, password: &str) -> Result<Vec<u8>, Reject> {
    passwords::check(password).map_err(|refusal| refusal.field("password"))?;
    Ok(verifier::of_password(&app.key, app.chance.as_ref(), password)?)
}

/// Sets a password by its verifier; every other session of the person ends.
///
/// # Errors
/// `card.not_found`, `staff.above_own`.
pub fn set_password(
    app: &App,
    actor: Actor,
    id: i64,
    made: Vec<u8>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<> {
    let app = app.clone();
    move |tx| {
        keep_verifier(&app, &actor, tx, id, "password", &made)?;
        tx.execute("DELETE FROM session WHERE user = ?1 AND id <> ?2", &[id.into(), actor.session.unwrap_or(0).into()])?;
        Ok(id)
    }
}

/// Sets or removes a PIN.
///
/// # Errors
/// `staff.pin_invalid`, `card.not_found`, `staff.above_own`, `staff.pin_taken`.
pub fn set_pin(
    app: &App,
    actor: Actor,
    id: i64,
    pin: Option<String>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<> {
    let app = app.clone();
    move |tx| {
        let user = queries::find_user(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if actor.user != Some(id) {
            within_own(&actor, &queries::would_hold(tx, &user.card)?)?;
        }
        let Some(pin) = pin else {
            let secret = format!("pin:{id}");
            drop_secret(tx.engine(), &secret)?;
            tx.record(Draft::new(VERIFIER_SET, &VerifierSet { user: id, secret, removed: true })?)?;
            return Ok(id);
        };
        if !is_pin(&pin) {
            return Err(PIN_INVALID.refuse().field("pin").into());
        }
        let made = verifier::of_pin(&app.key, &pin);
        for user in queries::users(tx)? {
            let other = read_secret(tx, &app.key, &format!("pin:{}", user.id))?;
            if user.id != id && other.is_some_and(|other| verifier::same(&other, &made)) {
                return Err(PIN_TAKEN.refuse().field("pin").into());
            }
        }
        keep_verifier(&app, &actor, tx, id, "pin", &made)?;
        Ok(id)
    }
}

fn keep_verifier(app: &App, actor: &Actor, tx: &mut Tx<'_>, id: i64, what: &str, made: &[u8]) -> Result<(), Reject> {
    let user = queries::find_user(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    if actor.user != Some(id) {
        within_own(actor, &queries::would_hold(tx, &user.card)?)?;
    }
    let secret = format!("{what}:{id}");
    keep_secret(tx.engine(), &app.key, tx.chance(), &secret, made)?;
    tx.record(Draft::new(VERIFIER_SET, &VerifierSet { user: id, secret, removed: false })?)?;
    Ok(())
}

pub(super) fn is_pin(pin: &str) -> bool {
    (4..=6).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_pin_has_four_to_six_digits() {
        for (pin, fits) in [("1234", true), ("123456", true), ("123", false), ("1234567", false), ("12a4", false)] {
            assert_eq!(super::is_pin(pin), fits, "{pin}");
        }
    }
}

//! What the demo store asks of people: whole persons at once, and to act as one of them.

use duken_kernel::{Fault, Read, Reject, Tx};

use super::commands::{self, SaveUser};
use super::model::{Scope, phone_digits};
use super::{PIN_TAKEN, ROLE_UNKNOWN, queries};
use crate::hub::App;
use crate::web::{Actor, CARD_NOT_FOUND};

/// A person to hire.
#[derive(Debug, Clone)]
pub struct Hired<'p> {
    /// Key of a built-in role.
    pub role: &'p str,
    /// Name.
    pub name: &'p str,
    /// Phone.
    pub phone: &'p str,
    /// PIN.
    pub pin: &'p str,
    /// The verifier of his password, by [`verifier_of`].
    pub password: Vec<u8>,
    /// Hundredths of a percent.
    pub discount_limit: i64,
}

/// Makes the verifier of a password. Slow on purpose: not on the writer's thread.
///
/// # Errors
/// `staff.password_weak`, then the algorithm's fault.
pub fn verifier_of(app: &App, password: &str) -> Result<Vec<u8>, Reject> {
    commands::password_verifier(app, password)
}

/// Makes a person of a built-in role with password and PIN; his number.
///
/// # Errors
/// `staff.role_unknown`, then those of a card and a password.
pub fn hire(app: &App, tx: &mut Tx<'_>, hired: Hired<'_>) -> Result<i64, Reject> {
    let roles = queries::roles(tx)?;
    let role = roles.iter().find(|role| role.card.built_in.as_deref() == Some(hired.role)).ok_or_else(|| ROLE_UNKNOWN.refuse())?;
    let input = SaveUser {
        id: None,
        version: 0,
        name: hired.name.to_owned(),
        phone: hired.phone.to_owned(),
        role_ids: vec![role.id],
        scope: if hired.role == "owner" { Scope::All } else { Scope::Store },
        extra: Vec::new(),
        removed: Vec::new(),
        discount_limit: hired.discount_limit,
    };
    let id = commands::save_user(Actor::default(), input)(tx)?;
    commands::set_password(app, Actor::default(), id, hired.password)(tx)?;
    match commands::set_pin(app, Actor::default(), id, Some(hired.pin.to_owned()))(tx) {
        // Somebody chose the same: he goes without one.
        Err(Reject::Refused(refusal)) if refusal.code == PIN_TAKEN => Ok(id),
        set => set,
    }
}

/// The person with this phone.
///
/// # Errors
/// The engine's.
pub fn by_phone(read: &dyn Read, phone: &str) -> Result<Option<i64>, Fault> {
    let digits = phone_digits(phone).unwrap_or_default();
    Ok(queries::user_by_phone(read, &digits)?.map(|user| user.id))
}

/// A person with his rights, without a device.
///
/// # Errors
/// `card.not_found`, then the engine's.
pub fn acting(read: &dyn Read, id: i64) -> Result<Actor, Reject> {
    let user = queries::find_user(read, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    let permissions = queries::permissions(read, &user.card)?.into();
    Ok(Actor { user: Some(id), permissions, discount_limit: user.card.discount_limit, ..Actor::default() })
}

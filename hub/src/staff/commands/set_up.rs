//! The first run: settings, built-in roles, the administrator.

use duken_kernel::journal::Draft;
use duken_kernel::vault::keep_secret;
use duken_kernel::{Read, Reject, Tx};

use crate::hub::App;
use crate::settings::Settings;
use crate::staff::model::{BUILT_IN, Grant, Names, Scope, phone_digits};
use crate::staff::project::{ROLE_SAVED, RoleSaved, USER_SAVED, UserSaved};
use crate::staff::{NAME_MISSING, PHONE_INVALID, PIN_INVALID, SETUP_DONE, passwords, verifier};

/// What the first run asks.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The settings.
    pub settings: Settings,
    /// The administrator's name.
    pub name: String,
    /// His phone.
    pub phone: String,
    /// His password.
    pub password: String,
    /// His PIN, if he wants one.
    pub pin: Option<String>,
}

/// Makes settings, roles and the administrator; answers with his number.
///
/// # Errors
/// `staff.name_missing`, `staff.phone_invalid`, `staff.password_weak`, `staff.password_common`, `staff.pin_invalid`,
/// `setup.done`, those of the settings.
pub fn set_up(app: &App, input: SetUp) -> Result<impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<>, Reject> {
    let name = input.name.trim().to_owned();
    if name.is_empty() {
        return NAME_MISSING.err();
    }
    let phone = phone_digits(&input.phone).ok_or_else(|| PHONE_INVALID.refuse().field("admin.phone"))?;
    passwords::check(&input.password).map_err(|refusal| refusal.field("admin.password"))?;
    if input.pin.as_deref().is_some_and(|pin| !super::users::is_pin(pin)) {
        return Err(PIN_INVALID.refuse().field("admin.pin").into());
    }
    let password = verifier::of_password(&app.key, app.chance.as_ref(), &input.password)?;
    let pin = input.pin.map(|pin| verifier::of_pin(&app.key, &pin));
    let app = app.clone();
    Ok(move |tx: &mut Tx<'_>| {
        if tx.row("SELECT 1 FROM user LIMIT 1", &[])?.is_some() {
            return SETUP_DONE.err();
        }
        let mut settings = input.settings;
        settings.version = crate::settings::read(tx)?.version;
        crate::settings::save(settings)(tx)?;
        let mut super_admin = 0;
        for role in BUILT_IN {
            let [ru, kk, en] = role.names.map(str::to_owned);
            let grants =
                role.grants.iter().map(|(permission, scope)| Grant { permission: (*permission).to_owned(), scope: *scope }).collect();
            let card = RoleSaved { id: None, built_in: Some(role.key.to_owned()), names: Names { ru, kk, en }, grants };
            let id = tx.record(Draft::new(ROLE_SAVED, &card)?)?;
            if role.key == "super_admin" {
                super_admin = id;
            }
        }
        let card = UserSaved {
            id: None,
            name,
            phone,
            role_ids: vec![super_admin],
            scope: Scope::All,
            extra: Vec::new(),
            removed: Vec::new(),
            discount_limit: 10_000,
            active: true,
        };
        let user = tx.record(Draft::new(USER_SAVED, &card)?)?;
        keep_secret(tx.engine(), &app.key, tx.chance(), &format!("password:{user}"), &password)?;
        if let Some(pin) = pin {
            keep_secret(tx.engine(), &app.key, tx.chance(), &format!("pin:{user}"), &pin)?;
        }
        crate::tills::first_till(tx)?;
        Ok(user)
    })
}

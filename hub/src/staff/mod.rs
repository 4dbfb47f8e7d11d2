//! People [C02, C23]: users and roles are cards; passwords and PINs are sealed verifiers; sessions are local.
//!
//! Invariants: a leaver is disabled, never deleted; one active super admin or administrator remains; nobody gives
//! rights that he does not hold; refused attempts are in the journal, rate-limited per source.

mod attempts;
mod commands;
mod hire;
mod model;
mod passwords;
mod project;
mod queries;
mod routes;
mod sessions;
mod verifier;

use std::net::IpAddr;

use duken_kernel::refusal::Code;
use duken_kernel::vault::{SecretKey, keep_secret};
use duken_kernel::{Projector, Refusal, Reject, Tx};

pub use attempts::Attempt;
pub use commands::{SetUp, set_up};
pub use hire::{Hired, acting, by_phone, hire, verifier_of};
pub use model::{Grant, PERMISSIONS, Scope, phone_digits};
pub use queries::{name_of, names};
pub use routes::SessionShape;
pub use sessions::Sessions;

use crate::domains::Domain;
use crate::hub::App;
use crate::web::Actor;

/// More preferences than a person may keep, or one that is too large.
pub const PREFERENCE_TOO_LARGE: Code = Code::new("staff.preference_too_large", 422);
/// The store was set up before.
pub const SETUP_DONE: Code = Code::new("setup.done", 409);
/// The store is not set up yet.
pub const SETUP_NEEDED: Code = Code::new("setup.needed", 409);
/// Phone or password is wrong; which of them is not told.
pub const WRONG_PASSWORD: Code = Code::new("session.wrong_password", 401);
/// The PIN is wrong.
pub const WRONG_PIN: Code = Code::new("session.wrong_pin", 401);
/// Too many attempts.
pub const THROTTLED: Code = Code::new("session.throttled", 429);
/// A leaver.
pub const DISABLED: Code = Code::new("session.disabled", 403);
/// The phone belongs to another.
pub const PHONE_TAKEN: Code = Code::new("staff.phone_taken", 409);
/// No phone number.
pub const PHONE_INVALID: Code = Code::new("staff.phone_invalid", 422);
/// No name.
pub const NAME_MISSING: Code = Code::new("staff.name_missing", 422);
/// Fewer than eight characters.
pub const PASSWORD_WEAK: Code = Code::new("staff.password_weak", 422);
/// A password that everybody tries first.
pub const PASSWORD_COMMON: Code = Code::new("staff.password_common", 422);
/// Not four to six digits.
pub const PIN_INVALID: Code = Code::new("staff.pin_invalid", 422);
/// The PIN tells nobody apart.
pub const PIN_TAKEN: Code = Code::new("staff.pin_taken", 409);
/// No such role.
pub const ROLE_UNKNOWN: Code = Code::new("staff.role_unknown", 422);
/// Somebody must remain who can administer.
pub const LAST_ADMIN: Code = Code::new("staff.last_admin", 409);
/// Rights that the giver does not hold.
pub const ABOVE_OWN: Code = Code::new("staff.above_own", 403);
/// Built-in roles stay as they are.
pub const BUILT_IN_ROLE: Code = Code::new("staff.built_in", 409);

const REFUSALS: &[Code] = &[
    WRONG_PASSWORD,
    WRONG_PIN,
    THROTTLED,
    DISABLED,
    PHONE_TAKEN,
    PHONE_INVALID,
    NAME_MISSING,
    PASSWORD_WEAK,
    PASSWORD_COMMON,
    PIN_INVALID,
    PIN_TAKEN,
    ROLE_UNKNOWN,
    LAST_ADMIN,
    ABOVE_OWN,
    BUILT_IN_ROLE,
    PREFERENCE_TOO_LARGE,
    SETUP_DONE,
    SETUP_NEEDED,
];

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector {
            name: "staff",
            tables: project::TABLES,
            local: sessions::LOCAL,
            kinds: project::KINDS,
            versions: &[],
            project: project::project,
        },
        refusals: REFUSALS,
        routes: routes::routes(),
        layouts: &[],
    }
}

/// Keys of the roles that every store has.
pub fn built_in_roles() -> impl Iterator<Item = &'static str> {
    model::BUILT_IN.iter().map(|role| role.key)
}

/// A new password for the person with this phone, where no old one can be read: on a machine restored without its sheet.
///
/// # Errors
/// `staff.password_weak`, `staff.password_common`, `staff.phone_invalid` when nobody in use has the phone; then the engine's.
pub fn password_anew(tx: &Tx<'_>, key: &SecretKey, phone: &str, password: &str) -> Result<(), Reject> {
    passwords::check(password).map_err(|refusal| refusal.field("password"))?;
    let user = queries::user_by_phone(tx, &phone_digits(phone).unwrap_or_default())?.filter(|user| user.card.active);
    let user = user.ok_or_else(|| PHONE_INVALID.refuse().field("phone"))?;
    let verifier = verifier::of_password(key, tx.chance(), password)?;
    Ok(keep_secret(tx.engine(), key, tx.chance(), &format!("password:{}", user.id), &verifier)?)
}

/// Puts a refused attempt into the audit trail: at most once a minute per person and address of the API.
pub fn refused(app: &App, actor: &Actor, address: IpAddr, path: &str, refusal: &Refusal) {
    attempts::note_refused(app, actor, address, path, refusal);
}

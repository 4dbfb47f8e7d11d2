//! Roles of one's own.

use duken_kernel::journal::Draft;
use duken_kernel::{Reject, Tx};

use super::users::an_administrator_remains;
use crate::staff::model::{Grant, Names, PERMISSIONS};
use crate::staff::project::{ROLE_SAVED, RoleSaved};
use crate::staff::{ABOVE_OWN, BUILT_IN_ROLE, NAME_MISSING, queries};
use crate::web::{Actor, CARD_CHANGED, CARD_NOT_FOUND};

/// Saves a role; the grants stay within what the saver holds.
///
/// # Errors
/// `staff.name_missing`, `card.not_found`, `staff.built_in`, `card.changed`, `staff.above_own`, `staff.last_admin`.
pub fn save_role(
    actor: Actor,
    id: Option<i64>,
    version: i64,
    names: Names,
    grants: Vec<Grant>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if names.ru.trim().is_empty() && names.kk.trim().is_empty() && names.en.trim().is_empty() {
            return Err(NAME_MISSING.refuse().field("name").into());
        }
        if let Some(id) = id {
            let role = queries::roles(tx)?.into_iter().find(|role| role.id == id).ok_or_else(|| CARD_NOT_FOUND.refuse())?;
            if role.card.built_in.is_some() {
                return BUILT_IN_ROLE.err();
            }
            if role.version != version {
                return CARD_CHANGED.err();
            }
        }
        for grant in &grants {
            let known = PERMISSIONS.contains(&grant.permission.as_str());
            if !known || actor.scope(&grant.permission).is_none_or(|own| own < grant.scope) {
                return Err(ABOVE_OWN.refuse().with("permission", grant.permission.as_str()).into());
            }
        }
        let seq = tx.record(Draft::new(ROLE_SAVED, &RoleSaved { id, built_in: None, names, grants })?)?;
        an_administrator_remains(tx)?;
        Ok(id.unwrap_or(seq))
    }
}

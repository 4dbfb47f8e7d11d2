//! What screens ask about people.

use std::collections::BTreeMap;

use duken_kernel::journal::OWN;
use duken_kernel::store::Row;
use duken_kernel::{Fault, Read};

use super::model::{Grant, Names, PERMISSIONS, Scope};
use super::project::{RoleSaved, UserSaved};

/// A person with his card's version.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub id: i64,
    pub version: i64,
    pub card: UserSaved,
}

/// A role with its card's version.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub id: i64,
    pub version: i64,
    pub card: RoleSaved,
}

const USER_COLUMNS: &str = "id, version, name, phone, roles, scope, extra, removed, discount_limit, active";

fn user(row: &Row) -> Result<User, Fault> {
    let scope = serde_json::from_value(serde_json::Value::String(row.get(5)?))?;
    let card = UserSaved {
        id: Some(row.get(0)?),
        name: row.get(2)?,
        phone: row.get(3)?,
        role_ids: serde_json::from_str(&row.get::<String>(4)?)?,
        scope,
        extra: serde_json::from_str(&row.get::<String>(6)?)?,
        removed: serde_json::from_str(&row.get::<String>(7)?)?,
        discount_limit: row.get(8)?,
        active: row.get(9)?,
    };
    Ok(User { id: row.get(0)?, version: row.get(1)?, card })
}

pub(super) fn users(read: &dyn Read) -> Result<Vec<User>, Fault> {
    read.rows(&format!("SELECT {USER_COLUMNS} FROM user WHERE node = ?1 ORDER BY id"), &[OWN.into()])?.iter().map(user).collect()
}

pub(super) fn find_user(read: &dyn Read, id: i64) -> Result<Option<User>, Fault> {
    read.row(&format!("SELECT {USER_COLUMNS} FROM user WHERE node = ?1 AND id = ?2"), &[OWN.into(), id.into()])?
        .as_ref()
        .map(user)
        .transpose()
}

pub(super) fn user_by_phone(read: &dyn Read, digits: &str) -> Result<Option<User>, Fault> {
    let sql = format!("SELECT {USER_COLUMNS} FROM user WHERE node = ?1 AND phone = ?2 ORDER BY active DESC, id LIMIT 1");
    read.row(&sql, &[OWN.into(), digits.into()])?.as_ref().map(user).transpose()
}

fn role(row: &Row) -> Result<Role, Fault> {
    let card = RoleSaved {
        id: Some(row.get(0)?),
        built_in: row.get(2)?,
        names: serde_json::from_str(&row.get::<String>(3)?)?,
        grants: serde_json::from_str(&row.get::<String>(4)?)?,
    };
    Ok(Role { id: row.get(0)?, version: row.get(1)?, card })
}

pub(super) fn roles(read: &dyn Read) -> Result<Vec<Role>, Fault> {
    read.rows("SELECT id, version, built_in, names, grants FROM role WHERE node = ?1 ORDER BY id", &[OWN.into()])?
        .iter()
        .map(role)
        .collect()
}

/// The effective permissions of a person: those of his roles, his own additions, less what was taken.
/// A person's scope bounds the scope of every permission, except that "own" stays own.
pub(super) fn permissions(read: &dyn Read, user: &UserSaved) -> Result<BTreeMap<String, Scope>, Fault> {
    if !user.active {
        return Ok(BTreeMap::new());
    }
    would_hold(read, user)
}

/// What a person holds, or would hold if his access were open again: nobody changes a person above himself.
pub(super) fn would_hold(read: &dyn Read, user: &UserSaved) -> Result<BTreeMap<String, Scope>, Fault> {
    let mut held: BTreeMap<String, Scope> = BTreeMap::new();
    let roles = roles(read)?;
    let grants = roles.iter().filter(|r| user.role_ids.contains(&r.id)).flat_map(|r| &r.card.grants).chain(&user.extra);
    for Grant { permission, scope } in grants {
        let names: &[&str] = if permission == "*" { PERMISSIONS } else { &[permission.as_str()] };
        for name in names {
            let reach = (*scope).min(user.scope);
            held.entry((*name).to_owned()).and_modify(|s| *s = (*s).max(reach)).or_insert(reach);
        }
    }
    for name in &user.removed {
        held.remove(name);
    }
    Ok(held)
}

/// The name of a person of a node, for documents and lists.
///
/// # Errors
/// The engine's.
pub fn name_of(read: &dyn Read, node: i64, id: i64) -> Result<String, Fault> {
    read.row("SELECT name FROM user WHERE node = ?1 AND id = ?2", &[node.into(), id.into()])?.map_or(Ok(String::new()), |row| row.get(0))
}

/// The names of all people of a node by number.
///
/// # Errors
/// The engine's.
pub fn names(read: &dyn Read, node: i64) -> Result<BTreeMap<i64, String>, Fault> {
    read.rows("SELECT id, name FROM user WHERE node = ?1", &[node.into()])?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

pub(super) fn role_names(read: &dyn Read, ids: &[i64]) -> Result<Vec<Names>, Fault> {
    Ok(roles(read)?.into_iter().filter(|r| ids.contains(&r.id)).map(|r| r.card.names).collect())
}

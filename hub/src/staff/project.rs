//! Entries → rows of people and roles.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use serde::{Deserialize, Serialize};

use super::model::{Grant, Names, Scope};

pub(super) const USER_SAVED: &str = "user.saved";
pub(super) const ROLE_SAVED: &str = "role.saved";
pub(super) const VERIFIER_SET: &str = "user.verifier_set";
pub(super) const REFUSED: &str = "access.refused";
pub(super) const SIGNED: &str = "session.changed";
pub(super) const KINDS: &[&str] = &[USER_SAVED, ROLE_SAVED, VERIFIER_SET, REFUSED, SIGNED];

static USER: Table = Table {
    name: "user",
    key: &[Column::int("id")],
    values: &[
        Column::int("version"),
        Column::text("name"),
        Column::text("phone"),
        Column::text("roles"),
        Column::text("scope"),
        Column::text("extra"),
        Column::text("removed"),
        Column::int("discount_limit"),
        Column::int("active"),
    ],
    indexes: &[&["phone"]],
    sums: Sums::AtOnce,
};

static ROLE: Table = Table {
    name: "role",
    key: &[Column::int("id")],
    values: &[Column::int("version"), Column::text("built_in"), Column::text("names"), Column::text("grants")],
    indexes: &[],
    sums: Sums::AtOnce,
};

static REFUSED_ATTEMPTS: Table = Table {
    name: "refused_attempt",
    key: &[Column::int("seq")],
    values: &[Column::int("at"), Column::int("user"), Column::text("what"), Column::text("code"), Column::text("source")],
    indexes: &[],
    sums: Sums::AtOnce,
};

pub(super) static TABLES: &[&Table] = &[&USER, &ROLE, &REFUSED_ATTEMPTS];

/// The card of a person, as the journal holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct UserSaved {
    /// The card's number; none when this entry makes it.
    pub id: Option<i64>,
    pub name: String,
    pub phone: String,
    pub role_ids: Vec<i64>,
    pub scope: Scope,
    pub extra: Vec<Grant>,
    pub removed: Vec<String>,
    /// Hundredths of a percent.
    pub discount_limit: i64,
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RoleSaved {
    pub id: Option<i64>,
    pub built_in: Option<String>,
    pub names: Names,
    pub grants: Vec<Grant>,
}

/// A password or PIN was set; the verifier itself is a sealed secret.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct VerifierSet {
    pub user: i64,
    pub secret: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Refused {
    pub what: String,
    pub code: String,
    pub source: String,
}

/// Sign-in, sign-out, disabling of a session.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionChanged {
    pub user: i64,
    pub what: String,
    pub source: String,
}

pub(super) fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    match entry.kind() {
        USER_SAVED => {
            let user: UserSaved = entry.body()?;
            writes.put(
                &USER,
                [user.id.unwrap_or(entry.seq).into()],
                [
                    entry.seq.into(),
                    user.name.into(),
                    user.phone.into(),
                    serde_json::to_string(&user.role_ids)?.into(),
                    serde_json::to_value(user.scope)?.as_str().unwrap_or("store").into(),
                    serde_json::to_string(&user.extra)?.into(),
                    serde_json::to_string(&user.removed)?.into(),
                    user.discount_limit.into(),
                    user.active.into(),
                ],
            );
        }
        ROLE_SAVED => {
            let role: RoleSaved = entry.body()?;
            writes.put(
                &ROLE,
                [role.id.unwrap_or(entry.seq).into()],
                [
                    entry.seq.into(),
                    role.built_in.into(),
                    serde_json::to_string(&role.names)?.into(),
                    serde_json::to_string(&role.grants)?.into(),
                ],
            );
        }
        REFUSED => {
            let refused: Refused = entry.body()?;
            writes.put(
                &REFUSED_ATTEMPTS,
                [entry.seq.into()],
                [entry.head().at.into(), entry.head().by.into(), refused.what.into(), refused.code.into(), refused.source.into()],
            );
        }
        // They are in the trail; no table follows from them.
        VERIFIER_SET | SIGNED => {}
        other => return Err(Fault::invariant("J5", format!("staff does not project {other}"))),
    }
    Ok(())
}

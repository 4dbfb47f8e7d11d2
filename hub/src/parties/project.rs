//! Entries → customers.

use duken_kernel::Fault;
use duken_kernel::journal::Entry;
use duken_kernel::store::{Column, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use serde::{Deserialize, Serialize};

use crate::texts::fold::folded;

pub(super) const SAVED: &str = "customer.saved";
pub(super) const ERASED: &str = "customer.erased";
pub(super) const KINDS: &[&str] = &[SAVED, ERASED];

static CUSTOMER: Table = Table {
    name: "customer",
    key: &[Column::int("id")],
    values: &[
        Column::int("version"),
        Column::text("name"),
        Column::text("folded"),
        Column::text("phone"),
        Column::text("note"),
        Column::text("blob"),
        Column::int("erased"),
    ],
    indexes: &[&["phone"], &["folded"]],
    sums: Sums::AtOnce,
};

pub(super) static TABLES: &[&Table] = &[&CUSTOMER];

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saved {
    pub id: Option<i64>,
    /// The hash of the personal data.
    pub blob: String,
}

/// What lies in the blob.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Person {
    pub name: String,
    /// Digits with country code, or empty.
    pub phone: String,
    pub note: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Erased {
    pub id: i64,
    /// The blobs that were dropped: whoever received them drops them too.
    #[serde(default)]
    pub forget: Vec<String>,
}

pub(super) fn project(entry: &Entry, blobs: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    match entry.kind() {
        SAVED => {
            let saved: Saved = entry.body()?;
            let person: Option<Person> = blobs.find(&saved.blob)?.map(|json| serde_json::from_str(&json)).transpose()?;
            let erased = person.is_none();
            let person = person.unwrap_or_default();
            let folded = folded(&person.name);
            writes.put(
                &CUSTOMER,
                [saved.id.unwrap_or(entry.seq).into()],
                [
                    entry.seq.into(),
                    person.name.into(),
                    folded.into(),
                    person.phone.into(),
                    person.note.into(),
                    saved.blob.into(),
                    erased.into(),
                ],
            );
        }
        ERASED => {
            let erased: Erased = entry.body()?;
            writes.put(
                &CUSTOMER,
                [erased.id.into()],
                [entry.seq.into(), "".into(), "".into(), "".into(), "".into(), "".into(), true.into()],
            );
        }
        other => return Err(Fault::invariant("J5", format!("parties do not project {other}"))),
    }
    Ok(())
}

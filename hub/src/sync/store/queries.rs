//! The link as it is stored.

use duken_kernel::{Fault, Read};

/// The head office that this store belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it answers.
    pub url: String,
    /// The fingerprint of its authority, when that is its own and not a public one.
    pub fingerprint: Option<String>,
    /// The head office's id.
    pub office: String,
    /// The name under which it knows this store.
    pub store_name: String,
    /// The last number it had when that was last written down.
    pub acked: i64,
    /// When it was last heard of, as far as that was written down.
    pub contact_ms: Option<i64>,
}

/// The link, if there is one.
///
/// # Errors
/// The engine's.
pub fn link(read: &dyn Read) -> Result<Option<Link>, Fault> {
    let row = read.row("SELECT url, fingerprint, office, store_name, acked, contact_ms FROM sync_link WHERE id = 1", &[])?;
    row.map(|row| {
        Ok(Link {
            url: row.get(0)?,
            fingerprint: row.get(1)?,
            office: row.get(2)?,
            store_name: row.get(3)?,
            acked: row.get(4)?,
            contact_ms: row.get(5)?,
        })
    })
    .transpose()
}

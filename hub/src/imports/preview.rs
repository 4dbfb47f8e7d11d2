//! What a list will do to the catalogue as it is now.

use std::collections::HashMap;

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use duken_protocol::money::Currency;

use crate::catalog::import::{Assignment, Known, Plan, Sheet, plan, recognise, rows};
use crate::catalog::{self, door};
use crate::stock;

/// Plans a list against the catalogue.
pub(super) fn planned(read: &dyn Read, sheet: &Sheet, columns: &Assignment, currency: Currency) -> Result<Plan, Fault> {
    let rows = rows(sheet, recognise(sheet).first_row, columns);
    Ok(plan(&rows, &known(read)?, currency))
}

/// Every product, as a plan compares with.
fn known(read: &dyn Read) -> Result<Vec<Known>, Fault> {
    let names: HashMap<i64, String> = door::category_names(read, OWN)?.into_iter().map(|(id, name, _)| (id, name)).collect();
    let moved = stock::door::moved(read, OWN)?;
    let known = |product: catalog::Stored| Known {
        group: product.card.category.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        moved: moved.contains(&product.id),
        id: product.id,
        archived: product.archived,
        card: product.card,
    };
    Ok(catalog::all(read, OWN)?.into_iter().map(known).collect())
}

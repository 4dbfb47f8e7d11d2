//! What a list will do to the catalogue as it is now.

use std::collections::HashMap;

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read};
use duken_protocol::money::Currency;

use super::job::Wishes;
use crate::catalog::import::{Known, Plan, Row, Sheet, plan, recognise_as, rows};
use crate::catalog::{self, door};
use crate::stock;
use crate::web::Actor;

/// What a person may not set by a list: prices without the right to edit cards, costs without the right to see them,
/// stock without the right to correct it.
pub(super) fn withheld(actor: &Actor) -> catalog::import::Withheld {
    catalog::import::Withheld { price: !actor.may("catalog.edit"), cost: !actor.may("cost.view"), stock: !actor.may("stock.adjust") }
}

/// Plans a list against the catalogue.
pub(super) fn planned(read: &dyn Read, sheet: &Sheet, wishes: &Wishes, currency: Currency) -> Result<Plan, Fault> {
    Ok(plan(&goods(sheet, wishes), &known(read)?, currency))
}

fn goods(sheet: &Sheet, wishes: &Wishes) -> Vec<Row> {
    let first_row = recognise_as(sheet, wishes.reading).first_row;
    wishes.withheld.off(rows(sheet, first_row, &wishes.columns, wishes.reading.headings))
}

/// Every product, as a plan compares with.
fn known(read: &dyn Read) -> Result<Vec<Known>, Fault> {
    let paths: HashMap<i64, String> = door::category_paths(read, OWN)?.into_iter().map(|category| (category.id, category.path)).collect();
    let moved = stock::door::moved(read, OWN)?;
    let stock = stock::door::quantities(read, OWN, stock::door::WAREHOUSE)?;
    let known = |product: catalog::Stored| Known {
        group: product.card.category.and_then(|id| paths.get(&id).cloned()).unwrap_or_default(),
        moved: moved.contains(&product.id),
        stock: stock.get(&product.id).copied().unwrap_or_default(),
        id: product.id,
        archived: product.archived,
        card: product.card,
    };
    Ok(catalog::all(read, OWN)?.into_iter().map(known).collect())
}

//! People, tills, goods, stock, customers: what stands there before the first day.

use duken_kernel::{Reject, Tx};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;

use super::plays;
use crate::catalog::{self, CategoryCard, MakeBarcode, PurchasePrice, Wanted};
use crate::demo::goods::{self, Good, is_favourite};
use crate::demo::job;
use crate::demo::people::{CUSTOMERS, STAFF};
use crate::hub::App;
use crate::parties::{SaveCustomer, save_customer};
use crate::settings::Settings;
use crate::staff::{self, Hired, PHONE_TAKEN};
use crate::stock::{AdjustmentKind, Correction, adjust};
use crate::tills;

/// Hires the staff. Who is there already (the administrator may be one of them) is passed over.
///
/// # Errors
/// Those of saving people.
pub(in crate::demo) fn hire(app: &App, passwords: Vec<Vec<u8>>) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    let app = app.clone();
    move |tx| {
        if !job::advance(tx, 1)? {
            return Ok(1);
        }
        for (place, (person, password)) in STAFF.iter().zip(passwords).enumerate() {
            let hired = Hired {
                role: person.role,
                name: person.name,
                phone: person.phone,
                pin: person.pin,
                password,
                discount_limit: person.discount_limit(),
            };
            match staff::hire(&app, tx, hired) {
                Ok(id) => job::remember(tx, "staff", place, id)?,
                Err(Reject::Refused(refusal)) if refusal.code == PHONE_TAKEN => {
                    let id = staff::by_phone(tx, person.phone)?.unwrap_or(0);
                    job::remember(tx, "staff", place, id)?;
                }
                Err(reject) => return Err(reject),
            }
        }
        Ok(1)
    }
}

/// Furnishes the store on the morning of its first day (`at_ms`). `photos` are the hashes of the goods' pictures.
///
/// # Errors
/// Those of the cards and documents that are made.
pub(in crate::demo) fn furnish(
    settings: Settings,
    at_ms: i64,
    photos: Vec<Option<String>>,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        if !job::advance(tx, 2)? {
            return Ok(2);
        }
        let (now_ms, caller) = (tx.now_ms, tx.caller);
        // The storekeeper puts the goods on the shelves.
        let by = job::remembered(tx, "staff")?.get(6).copied().unwrap_or(0);
        plays(tx, &settings, at_ms, by, None);
        for (place, till) in two_tills(tx)?.into_iter().enumerate() {
            job::remember(tx, "till", place, till)?;
        }
        for (place, (name, phone)) in CUSTOMERS.into_iter().enumerate() {
            let card = SaveCustomer { id: None, version: 0, name: name.to_owned(), phone: phone.to_owned(), note: String::new() };
            let id = save_customer(card)(tx)?;
            job::remember(tx, "customer", place, id)?;
        }
        let mut categories: Vec<(String, i64)> = Vec::new();
        for ((place, good), photo) in goods::goods().into_iter().enumerate().zip(photos) {
            let category = category(tx, &mut categories, &good)?;
            let id = shelve(tx, &settings, (place, &good), category, photo)?;
            job::remember(tx, "good", place, id)?;
        }
        (tx.now_ms, tx.caller) = (now_ms, caller);
        Ok(2)
    }
}

/// The first till is there since the first run; a second stands beside it.
fn two_tills(tx: &mut Tx<'_>) -> Result<[i64; 2], Reject> {
    let first = match tills::all(tx, duken_kernel::journal::OWN)?.first() {
        Some(till) => till.id,
        None => tills::first_till(tx)?,
    };
    Ok([first, tills::make_till(tx, "Касса 2", 2)?])
}

fn category(tx: &mut Tx<'_>, known: &mut Vec<(String, i64)>, good: &Good) -> Result<i64, Reject> {
    if let Some((_, id)) = known.iter().find(|(name, _)| *name == good.category) {
        return Ok(*id);
    }
    let card = CategoryCard { name: good.category.clone(), color: format!("#{}", good.color), ..CategoryCard::default() };
    let id = catalog::save_category(None, card)(tx)?;
    known.push((good.category.clone(), id));
    Ok(id)
}

/// A card, and enough of it for three months.
fn shelve(
    tx: &mut Tx<'_>,
    settings: &Settings,
    (place, good): (usize, &Good),
    category: i64,
    photo: Option<String>,
) -> Result<i64, Reject> {
    let scale = settings.currency().scale();
    let card = goods::card(place, good, scale, category, photo);
    let wanted = Wanted { edited: None, card, purchase_price: PurchasePrice::Set, make_barcode: MakeBarcode::No };
    let id = catalog::save(wanted)(tx)?;
    let Some(cost) = good.cost else { return Ok(id) };
    let units = if is_favourite(place) { 520 + place % 7 * 45 } else { 72 + place % 11 * 9 };
    let opening = Correction {
        product: id,
        kind: AdjustmentKind::Opening,
        quantity: Quantity(units as i64 * 1_000),
        unit_cost: Some(Amount(cost * scale)),
        reason: "Начальные остатки".to_owned(),
        comment: String::new(),
    };
    adjust(opening)(tx)?;
    Ok(id)
}

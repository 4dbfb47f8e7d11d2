//! Saving the settings.

use duken_kernel::journal::Draft;
use duken_kernel::{Read, Reject, Tx};
use jiff::tz::TimeZone;

use super::{CURRENCY_IN_USE, INVALID, SAVED, Settings};
use crate::web::{CARD_CHANGED, NAME_LENGTH, NOTE_LENGTH, typed};

/// Saves the whole card.
///
/// # Errors
/// `request.text_too_long`, `settings.invalid` with the field; `card.changed` when another saved since `version`;
/// `settings.currency_in_use`.
pub fn save(settings: Settings) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let mut settings = tidied(settings)?;
        let now = super::read(tx)?;
        // Another currency counts in other steps: what nobody chose follows it.
        if now.currency != settings.currency && now.rounding == settings.rounding && now.rounding == now.usual_rounding() {
            settings.rounding = settings.usual_rounding();
        }
        check(&settings)?;
        if settings.closed_until() >= tx.caller.business_date && settings.closed_until() > 0 {
            return Err(INVALID.refuse().field("closed_until").into());
        }
        if now.version != settings.version {
            return Err(CARD_CHANGED.refuse().with("fields", differing(&now, &settings)).into());
        }
        if now.version > 0 && now.currency != settings.currency && currency_in_use(tx)? {
            return Err(CURRENCY_IN_USE.refuse().field("currency").into());
        }
        // A store that sells never becomes a demo, and a demo never a store.
        let settings = Settings { demo: if now.version == 0 { settings.demo } else { now.demo }, ..settings };
        let seq = tx.record(Draft::new(SAVED, &settings)?)?;
        tx.notify("settings", serde_json::json!({ "version": seq }));
        Ok(seq)
    }
}

/// Settings as they would be saved.
///
/// # Errors
/// `request.text_too_long`, `settings.invalid` with the field.
pub fn checked(settings: Settings) -> Result<Settings, Reject> {
    let settings = tidied(settings)?;
    check(&settings)?;
    Ok(settings)
}

/// Sums in the books and prices of goods are of the old currency, in its minor units: they would be called by another name.
fn currency_in_use(tx: &Tx<'_>) -> Result<bool, Reject> {
    let booked = tx.row("SELECT 1 FROM money_balance LIMIT 1", &[])?.is_some();
    let priced = "SELECT 1 FROM product WHERE price IS NOT NULL OR purchase_price IS NOT NULL LIMIT 1";
    Ok(booked || tx.row(priced, &[])?.is_some())
}

/// The texts of the card as they will stand on receipts: one line each.
fn tidied(mut settings: Settings) -> Result<Settings, Reject> {
    settings.store.name = typed(&settings.store.name, "store.name", NAME_LENGTH)?;
    settings.store.bin = typed(&settings.store.bin, "store.bin", NAME_LENGTH)?;
    settings.store.address = typed(&settings.store.address, "store.address", NOTE_LENGTH)?;
    settings.store.phone = typed(&settings.store.phone, "store.phone", NAME_LENGTH)?;
    settings.receipt_fields.thanks = typed(&settings.receipt_fields.thanks, "receipt_fields.thanks", NOTE_LENGTH)?;
    Ok(settings)
}

fn check(settings: &Settings) -> Result<(), Reject> {
    let invalid = |field: &str| Err(Reject::Refused(INVALID.refuse().field(field)));
    if settings.store.name.is_empty() {
        return invalid("store.name");
    }
    let bin = &settings.store.bin;
    if !bin.is_empty() && (bin.len() != 12 || !bin.bytes().all(|b| b.is_ascii_digit())) {
        return invalid("store.bin");
    }
    if TimeZone::get(&settings.zone).is_err() {
        return invalid("zone");
    }
    let Ok(currency) = settings.currency.parse::<duken_protocol::money::Currency>() else { return invalid("currency") };
    if currency.parse(&settings.rounding.step).map_or(true, |step| step.0 < 1 || step.0 > 100 * currency.scale()) {
        return invalid("rounding.step");
    }
    for (index, code) in settings.weight_codes.iter().enumerate() {
        let prefix_fits = code.prefix.len() == 2 && code.prefix.starts_with('2') && code.prefix.bytes().all(|b| b.is_ascii_digit());
        let is_second = settings.weight_codes[..index].iter().any(|other| other.prefix == code.prefix);
        if !prefix_fits
            || is_second
            || u16::from(code.item_digits) + u16::from(code.value_digits) != 10
            || code.item_digits == 0
            || code.value_digits == 0
            || code.divisor == 0
        {
            return invalid(&format!("weight_codes.{index}"));
        }
    }
    let is_law = |id: &str| super::vat::rate(id).is_some_and(|rate| rate.is_law_in(currency));
    if settings.vat_rate.as_deref().is_some_and(|id| !is_law(id)) {
        return invalid("vat_rate");
    }
    if settings.closed_until.as_deref().is_some_and(|d| d.parse::<jiff::civil::Date>().is_err()) {
        return invalid("closed_until");
    }
    if !(1..=168).contains(&settings.max_shift_hours) {
        return invalid("max_shift_hours");
    }
    Ok(())
}

fn differing(now: &Settings, wanted: &Settings) -> Vec<String> {
    let (Ok(now), Ok(wanted)) = (serde_json::to_value(now), serde_json::to_value(wanted)) else { return Vec::new() };
    let Some(fields) = now.as_object() else { return Vec::new() };
    fields.iter().filter(|(name, value)| *name != "version" && wanted.get(name) != Some(value)).map(|(name, _)| name.clone()).collect()
}

//! Making, changing and putting away categories.

use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Fault, Read, Reject, Tx};

use crate::catalog::model::{CategoryCard, CategorySaved};
use crate::catalog::project::CATEGORY_SAVED;
use crate::catalog::queries::{StoredCategory, stored_category};
use crate::catalog::{CATEGORY_LOOP, CATEGORY_NAME_TAKEN, CATEGORY_NOT_EMPTY, CATEGORY_UNKNOWN, NAME_MISSING, NAME_TOO_LONG};
use crate::web::{CARD_CHANGED, CARD_NOT_FOUND, one_line};

const MOST_NAME_LETTERS: usize = 200;

/// Saves a category; `edited` is its number and the version it was edited from. Its number.
///
/// # Errors
/// `card.not_found`, `card.changed`, `product.name_missing`, `product.name_too_long`, `product.category_unknown` for its
/// parent, `category.loop`, `category.name_taken`.
pub fn save_category(edited: Option<(i64, i64)>, card: CategoryCard) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let before = match edited {
            None => None,
            Some((id, version)) => {
                let now = stored_category(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
                if now.version != version {
                    return Err(CARD_CHANGED.refuse().with("fields", differing(&now.card, &card)).into());
                }
                Some(now)
            }
        };
        let card = CategoryCard { name: one_line(&card.name), color: one_line(&card.color), icon: one_line(&card.icon), ..card };
        check(tx, before.as_ref(), &card)?;
        record_category(tx, before.as_ref(), card, before.as_ref().is_some_and(|b| b.archived))
    }
}

/// Puts an empty category away.
///
/// # Errors
/// `card.not_found`; `category.not_empty` when products or categories in use lie in it.
pub fn archive_category(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let now = stored_category(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if now.archived {
            return Ok(id);
        }
        let inside = tx.row(
            "SELECT 1 FROM product WHERE node = ?1 AND category = ?2 AND archived = 0 UNION ALL \
             SELECT 1 FROM category WHERE node = ?1 AND parent = ?2 AND archived = 0 LIMIT 1",
            &[OWN.into(), id.into()],
        )?;
        if inside.is_some() {
            return CATEGORY_NOT_EMPTY.err();
        }
        let card = now.card.clone();
        record_category(tx, Some(&now), card, true)
    }
}

/// Takes a category back into use.
///
/// # Errors
/// `card.not_found`, `category.name_taken` when another of its name took its place.
pub fn restore_category(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let now = stored_category(tx, OWN, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if !now.archived {
            return Ok(id);
        }
        let card = now.card.clone();
        check(tx, Some(&now), &card)?;
        record_category(tx, Some(&now), card, false)
    }
}

pub(in crate::catalog) fn record_category(
    tx: &mut Tx<'_>,
    before: Option<&StoredCategory>,
    card: CategoryCard,
    archived: bool,
) -> Result<i64, Reject> {
    let saved = CategorySaved { id: before.map(|b| b.id), card, archived };
    let seq = tx.record(Draft::new(CATEGORY_SAVED, &saved)?)?;
    let id = saved.id.unwrap_or(seq);
    tx.notify("catalog", serde_json::json!({ "category": id.to_string() }));
    Ok(id)
}

fn check(read: &dyn Read, before: Option<&StoredCategory>, card: &CategoryCard) -> Result<(), Reject> {
    if card.name.is_empty() {
        return Err(NAME_MISSING.refuse().field("name").into());
    }
    if card.name.chars().count() > MOST_NAME_LETTERS {
        return Err(NAME_TOO_LONG.refuse().field("name").with("limit", MOST_NAME_LETTERS).into());
    }
    let own = before.map_or(0, |b| b.id);
    let mut above = card.parent;
    let mut steps = 0;
    while let Some(id) = above {
        steps += 1;
        if id == own || steps > 100 {
            return Err(CATEGORY_LOOP.refuse().field("parent_id").into());
        }
        let parent = stored_category(read, OWN, id)?.ok_or_else(|| CATEGORY_UNKNOWN.refuse().field("parent_id"))?;
        above = parent.card.parent;
    }
    if same_name(read, own, card)? {
        return Err(CATEGORY_NAME_TAKEN.refuse().field("name").with("name", card.name.as_str()).into());
    }
    Ok(())
}

fn same_name(read: &dyn Read, own: i64, card: &CategoryCard) -> Result<bool, Fault> {
    let row = read.row(
        "SELECT 1 FROM category WHERE node = ?1 AND name = ?2 AND category <> ?3 AND archived = 0 AND coalesce(parent, 0) = ?4",
        &[OWN.into(), card.name.as_str().into(), own.into(), card.parent.unwrap_or(0).into()],
    )?;
    Ok(row.is_some())
}

fn differing(now: &CategoryCard, wanted: &CategoryCard) -> Vec<&'static str> {
    let fields = [
        ("name", now.name != wanted.name),
        ("parent_id", now.parent != wanted.parent),
        ("color", now.color != wanted.color),
        ("icon", now.icon != wanted.icon),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

//! The search index: the engine's own, local, outside replay. Kept in the product command's transaction; rebuilt from
//! the products' table when its form changed or it is missing.

use std::collections::{BTreeMap, BTreeSet};

use duken_kernel::journal::Entry;
use duken_kernel::store::{Dialect, Engine};
use duken_kernel::writer::{meta, set_meta};
use duken_kernel::{Fault, Read};
use serde::Deserialize;

use super::super::project::PRODUCT_SAVED;
use super::wordlist;
use crate::texts::fold::{folded, words};

/// The form of the index: another number makes it anew.
const FORM: &str = "2";
const NOTE: &str = "catalog.search";
const NODE_SHIFT: i64 = 1 << 40;
/// Letters of a word beyond this many are not searched.
const MOST_LETTERS: usize = 24;

/// The row of a node's product in the index.
#[must_use]
pub(super) fn row_id(node: i64, product: i64) -> i64 {
    node * NODE_SHIFT + product
}

/// The word under which a code is found by its first digits. No word of a name is like it: those have letters alone.
#[must_use]
pub(super) fn beginning(code: &str) -> String {
    format!("k{code}")
}

/// The word under which a code is found by its last digits.
#[must_use]
pub(super) fn ending(code: &str) -> String {
    format!("r{}", code.chars().rev().collect::<String>())
}

/// Puts a product's words and codes into the index, in place of those it had.
///
/// # Errors
/// The engine's.
pub fn put(engine: &dyn Engine, node: i64, product: i64, texts: &[&str], codes: &[String]) -> Result<(), Fault> {
    put_all(engine, node, vec![(product, folded(&texts.join(" ")))], &BTreeMap::from([(product, codes.to_vec())]))
}

fn put_all(engine: &dyn Engine, node: i64, mut products: Vec<(i64, String)>, codes: &BTreeMap<i64, Vec<String>>) -> Result<(), Fault> {
    let words: BTreeSet<String> =
        products.iter().flat_map(|(_, text)| text.split(' ')).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    for (product, text) in &mut products {
        for code in codes.get(product).into_iter().flatten().filter(|code| code.bytes().all(|b| b.is_ascii_digit())) {
            text.push_str(&format!(" {} {}", beginning(code), ending(code)));
        }
    }
    let products = products.as_slice();
    let words: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    if engine.dialect() == Dialect::Postgres {
        wordlist::put(engine, node, products)?;
        return wordlist::learn(engine, words.into_iter().flat_map(parts).collect());
    }
    for (product, text) in products {
        engine.execute(
            "INSERT OR REPLACE INTO product_search (rowid, words) VALUES (?1, ?2)",
            &[row_id(node, *product).into(), text.as_str().into()],
        )?;
    }
    words.into_iter().try_for_each(|word| learn(engine, word))
}

/// Keeps every ending of a word, so that a part of it and a slip of the finger find it.
fn learn(engine: &dyn Engine, word: &str) -> Result<(), Fault> {
    for (part, word) in parts(word) {
        let known =
            engine.execute("INSERT OR IGNORE INTO search_part (part, word) VALUES (?1, ?2)", &[(&part).into(), (&word).into()])? == 0;
        if known && part == word {
            break;
        }
    }
    Ok(())
}

/// Puts the product that an entry of another node speaks of into the index: it is found from then on.
///
/// # Errors
/// The engine's.
pub fn of_entry(engine: &dyn Engine, entry: &Entry) -> Result<(), Fault> {
    #[derive(Deserialize)]
    struct Said {
        #[serde(default)]
        id: Option<i64>,
    }
    if entry.kind() != PRODUCT_SAVED {
        return Ok(());
    }
    let Ok(said) = entry.body::<Said>() else { return Ok(()) };
    let product = said.id.unwrap_or(entry.seq);
    let sql = "SELECT name, brand, sku FROM product WHERE node = ?1 AND product = ?2";
    let Some(row) = engine.row(sql, &[entry.node.into(), product.into()])? else { return Ok(()) };
    let texts: [String; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
    let codes = super::super::queries::codes_of(engine, entry.node, product)?;
    put(engine, entry.node, product, &texts.each_ref().map(String::as_str), &codes)
}

/// Makes the index of one node anew: its products became others.
///
/// # Errors
/// The engine's.
pub fn of_node(engine: &dyn Engine, node: i64) -> Result<(), Fault> {
    if engine.dialect() == Dialect::Postgres {
        engine.execute("DELETE FROM search_word WHERE node = ?1", &[node.into()])?;
    } else {
        let (first, end) = (row_id(node, 0), row_id(node + 1, 0));
        engine.execute("DELETE FROM product_search WHERE rowid >= ?1 AND rowid < ?2", &[first.into(), end.into()])?;
    }
    for row in engine.rows("SELECT product, name, brand, sku FROM product WHERE node = ?1", &[node.into()])? {
        let texts: [String; 3] = [row.get(1)?, row.get(2)?, row.get(3)?];
        let product = row.get(0)?;
        put(engine, node, product, &texts.each_ref().map(String::as_str), &super::super::queries::codes_of(engine, node, product)?)?;
    }
    Ok(())
}

/// The parts by which a word is found, itself first, each with the word.
fn parts(word: &str) -> Vec<(String, String)> {
    let cut: String = word.chars().take(MOST_LETTERS).collect();
    let count = cut.chars().count();
    let mut parts = vec![cut.clone()];
    if !cut.starts_with(|c: char| c.is_numeric()) {
        let endings = cut.char_indices().enumerate().skip(1).filter(|(skipped, _)| count - skipped >= 2);
        parts.extend(endings.map(|(_, (byte, _))| cut[byte..].to_owned()));
    }
    parts.into_iter().map(|part| (part, cut.clone())).collect()
}

/// Makes the index anew from the products' table.
///
/// # Errors
/// The engine's.
pub fn rebuild(engine: &dyn Engine) -> Result<i64, Fault> {
    let words = if engine.dialect() == Dialect::Postgres { "DELETE FROM search_word" } else { "DELETE FROM product_search" };
    engine.execute(words, &[])?;
    engine.execute("DELETE FROM search_part", &[])?;
    let mut after = (0_i64, 0_i64);
    let mut count = 0;
    loop {
        let rows = engine.rows(
            "SELECT node, product, name, brand, sku FROM product WHERE (node, product) > (?1, ?2) ORDER BY node, product LIMIT 1000",
            &[after.0.into(), after.1.into()],
        )?;
        let Some(last) = rows.last() else { break };
        after = (last.get(0)?, last.get(1)?);
        let mut by_node: BTreeMap<i64, Vec<(i64, String)>> = BTreeMap::new();
        for row in &rows {
            let texts: [String; 3] = [row.get(2)?, row.get(3)?, row.get(4)?];
            by_node.entry(row.get(0)?).or_default().push((row.get(1)?, folded(&texts.join(" "))));
            count += 1;
        }
        for (node, products) in by_node {
            let codes = codes_between(engine, node, products.first().map_or(0, |p| p.0), products.last().map_or(0, |p| p.0))?;
            put_all(engine, node, products, &codes)?;
        }
    }
    set_meta(engine, NOTE, FORM)?;
    Ok(count)
}

/// The codes of the products from one number to another.
fn codes_between(engine: &dyn Engine, node: i64, from: i64, to: i64) -> Result<BTreeMap<i64, Vec<String>>, Fault> {
    let mut codes: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let sql = "SELECT product, written FROM product_code WHERE node = ?1 AND product BETWEEN ?2 AND ?3 AND alive = 1";
    for row in engine.rows(sql, &[node.into(), from.into(), to.into()])? {
        codes.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(codes)
}

/// Whether the index is of this program's form and knows as many products as the table.
///
/// # Errors
/// The engine's.
pub fn is_current(read: &dyn Read) -> Result<bool, Fault> {
    if meta(read, NOTE)?.as_deref() != Some(FORM) {
        return Ok(false);
    }
    if read.dialect() == Dialect::Postgres {
        let (indexed, there) = wordlist::counts(read)?;
        return Ok(indexed == there);
    }
    let counts = read.row("SELECT (SELECT count(*) FROM product), (SELECT count(*) FROM product_search)", &[])?;
    Ok(counts.map(|row| Ok::<_, Fault>(row.get::<i64>(0)? == row.get::<i64>(1)?)).transpose()?.unwrap_or(false))
}

/// The words of a query that the index can be asked for.
#[must_use]
pub(super) fn query_words(text: &str) -> Vec<String> {
    words(text).into_iter().take(12).map(|w| w.text.chars().take(MOST_LETTERS).collect()).collect()
}

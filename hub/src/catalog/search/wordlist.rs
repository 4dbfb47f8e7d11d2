//! The index where the engine's full-text search does not know beginnings of words: a row for each word of a product, and
//! one without a word for the product itself.

use std::collections::BTreeSet;

use duken_kernel::store::{Bulk, Clash, Column, Engine, Shape};
use duken_kernel::{Fault, Read, Value};

use super::{LAST, Term};

/// Puts the words of products in place of those they had.
///
/// # Errors
/// The engine's.
pub(super) fn put(engine: &dyn Engine, node: i64, products: &[(i64, String)]) -> Result<(), Fault> {
    let columns = vec![Column::int("node"), Column::text("word"), Column::int("product")];
    let mut rows = Vec::new();
    for (product, text) in products {
        engine.execute("DELETE FROM search_word WHERE node = ?1 AND product = ?2", &[node.into(), (*product).into()])?;
        // A text without words gives the one empty word that stands for the product.
        let words: BTreeSet<&str> = text.split(' ').chain([""]).collect();
        rows.extend(words.into_iter().map(|word| vec![Value::Int(node), word.into(), (*product).into()]));
    }
    engine.write(vec![Bulk { shape: Shape { table: "search_word", columns, key: 3, clash: Clash::Keep }, rows }])
}

/// Keeps parts of words, each with its word.
///
/// # Errors
/// The engine's.
pub(super) fn learn(engine: &dyn Engine, parts: BTreeSet<(String, String)>) -> Result<(), Fault> {
    let shape = Shape { table: "search_part", columns: vec![Column::text("part"), Column::text("word")], key: 2, clash: Clash::Keep };
    let rows = parts.into_iter().map(|(part, word)| vec![part.into(), word.into()]).collect();
    engine.write(vec![Bulk { shape, rows }])
}

/// How many products have words, and how many there are.
///
/// # Errors
/// The engine's.
pub(super) fn counts(read: &dyn Read) -> Result<(i64, i64), Fault> {
    let counts = read.row("SELECT (SELECT count(*) FROM search_word WHERE word = ''), (SELECT count(*) FROM product)", &[])?;
    counts.map_or(Ok((0, 0)), |row| Ok((row.get(0)?, row.get(1)?)))
}

/// The condition that a product `p` has every term, after the parameters node, archived and limit.
pub(super) fn condition(node: i64, archived: bool, limit: i64, terms: &[Term<'_>]) -> (String, Vec<Value>) {
    let mut params = vec![node.into(), archived.into(), limit.into()];
    let mut condition = String::new();
    for term in terms {
        let first = params.len() + 1;
        params.extend([term.typed.into(), format!("{}{LAST}", term.typed).into(), term.known.join(" ").into()]);
        condition.push_str(&format!(
            " AND p.product IN (SELECT w.product FROM search_word w WHERE w.node = ?1 AND (w.word >= ?{first} AND w.word < ?{} OR w.word = ANY (string_to_array(?{}, ' '))))",
            first + 1,
            first + 2
        ));
    }
    (condition, params)
}

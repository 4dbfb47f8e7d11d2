//! Search as you type: by code, SKU, the beginning or a part of the name, in Russian, Kazakh and Latin, with the wrong
//! layout and one slip of the finger forgiven.
//!
//! Own ranking: exact code, SKU, name begins so, words begin so, a part, then the other layout, then a typo; inside
//! each what is in stock comes first. Each step is asked only while the answer is not full.

pub mod index;
pub mod layout;
pub mod typo;
mod wordlist;

use std::collections::HashSet;

use duken_kernel::store::Dialect;
use duken_kernel::{Fault, Read, Row, Value};
use duken_protocol::money::Amount;
use duken_protocol::quantity::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::index::{query_words, row_id};
use super::codes::CodeKey;
use super::project::sku_folded;
use crate::texts::fold::words;

/// The most candidates that are ranked in one step.
const CANDIDATES: i64 = 300;
/// The most words that a part or a typo may stand for.
const WORDS: usize = 40;
/// With so many finds by the beginnings of words, nobody misses those by a part.
const ENOUGH: usize = 10;
/// With fewer digits than these nobody means the beginning or the end of a code.
const LEAST_DIGITS: usize = 4;
/// The greatest letter there is: the end of a range of texts that begin alike.
const LAST: char = '\u{10FFFF}';

/// By what a product was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// Its barcode.
    Barcode,
    /// Its short code.
    ShortCode,
    /// Its SKU.
    Sku,
    /// Its name or brand.
    Name,
    /// The beginning or the end of one of its codes.
    CodePart,
}

/// How well it fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Code,
    Sku,
    NameBegins,
    WordsBegin,
    CodeBegins,
    CodeEnds,
    Part,
    OtherLayout,
    Typo,
}

/// A product as a list of finds shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The product.
    pub product: i64,
    /// Its name.
    pub name: String,
    /// Its SKU.
    pub sku: String,
    /// The stored number of its unit.
    pub unit: i64,
    /// The price of one.
    pub price: Option<Amount>,
    /// What is in stock; nothing for a service.
    pub stock: Option<Quantity>,
    /// Its first photo.
    pub photo: Option<String>,
    /// The stored number of its kind.
    pub kind: i64,
    /// By what it was found.
    pub matched: Matched,
    /// Where in the name, in characters: start and length.
    pub highlights: Vec<(usize, usize)>,
}

/// What is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Query<'q> {
    /// As typed.
    pub text: &'q str,
    /// At most so many.
    pub limit: usize,
    /// Archived ones instead of those in use.
    pub archived: bool,
    /// Only those in this category and the ones inside it.
    pub category: Option<i64>,
    /// Only those without a price.
    pub no_price: bool,
}

impl<'q> Query<'q> {
    /// A search among all goods in use.
    #[must_use]
    pub fn of(text: &'q str, limit: usize) -> Self {
        Self { text, limit, archived: false, category: None, no_price: false }
    }
}

/// Finds products of a node, best first.
///
/// # Errors
/// The engine's.
pub fn find(read: &dyn Read, node: i64, query: &Query<'_>) -> Result<Vec<Hit>, Fault> {
    let narrowed = narrowing(read, node, query)?;
    let mut finder = Finder { read, node, query, narrowed, seen: HashSet::new(), found: Vec::new() };
    finder.by_code(query.text.trim())?;
    let typed = query_words(query.text);
    if typed.is_empty() {
        return Ok(finder.finish(&[]));
    }
    finder.by_name(&typed, Fit::NameBegins)?;
    finder.by_part_of_code(query.text.trim())?;
    // Who finds enough by what he typed meant it so.
    let is_meant = finder.found.len() >= ENOUGH;
    let others = if is_meant { Vec::new() } else { layout::others(query.text) };
    let others: Vec<Vec<String>> = others.iter().map(|text| query_words(text)).collect();
    for other in others.iter().filter(|words| !words.is_empty()) {
        finder.by_name(other, Fit::OtherLayout)?;
    }
    if finder.found.is_empty() {
        for words in std::iter::once(&typed).chain(&others) {
            finder.by_typo(words)?;
        }
    }
    let mut marks = typed;
    marks.extend(others.into_iter().flatten());
    Ok(finder.finish(&marks))
}

/// A product as a find, for choices and lines.
///
/// # Errors
/// The engine's.
pub fn hit_of(read: &dyn Read, node: i64, product: i64, matched: Matched) -> Result<Option<Hit>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM product p {BALANCE} WHERE p.node = ?1 AND p.product = ?2");
    read.row(&sql, &[node.into(), product.into()])?.map(|row| hit(&row, matched)).transpose()
}

/// The condition on a product `p` by which a search is narrowed; empty for none.
fn narrowing(read: &dyn Read, node: i64, query: &Query<'_>) -> Result<String, Fault> {
    let mut condition = String::new();
    if let Some(category) = query.category {
        let inside = inside(read, node, category)?;
        let numbers: Vec<String> = inside.iter().map(i64::to_string).collect();
        condition.push_str(&format!(" AND p.category IN ({})", numbers.join(", ")));
    }
    if query.no_price {
        condition.push_str(" AND p.price IS NULL");
    }
    Ok(condition)
}

/// A category and those inside it, however deep.
///
/// # Errors
/// The engine's.
pub fn inside(read: &dyn Read, node: i64, category: i64) -> Result<Vec<i64>, Fault> {
    let rows = read.rows(
        "WITH RECURSIVE inside (c) AS (SELECT ?2 UNION SELECT k.category FROM category k JOIN inside ON k.parent = inside.c WHERE k.node = ?1) \
         SELECT c FROM inside",
        &[node.into(), category.into()],
    )?;
    rows.iter().map(|row| row.get(0)).collect()
}

struct Finder<'f> {
    read: &'f dyn Read,
    node: i64,
    query: &'f Query<'f>,
    narrowed: String,
    seen: HashSet<i64>,
    found: Vec<(Fit, bool, String, Hit)>,
}

/// The columns of a find; `p` is the product, `b` its balance in the warehouse.
const COLUMNS: &str = "p.product, p.name, p.sku, p.unit, p.price, b.quantity, p.photo, p.kind, p.folded";
const BALANCE: &str = "LEFT JOIN goods_balance b ON b.node = p.node AND b.place = 1 AND b.product = p.product";

impl Finder<'_> {
    fn is_full(&self) -> bool {
        self.found.len() >= self.query.limit
    }

    fn by_code(&mut self, text: &str) -> Result<(), Fault> {
        let narrowed = self.narrowed.clone();
        if let Some(key) = CodeKey::read(text) {
            let matched = if key.0 < 0 { Matched::ShortCode } else { Matched::Barcode };
            let sql = format!(
                "SELECT {COLUMNS} FROM product_code c JOIN product p ON p.node = c.node AND p.product = c.product {BALANCE} \
                 WHERE c.node = ?1 AND c.code = ?2 AND c.alive = 1 AND p.archived = ?3{narrowed}"
            );
            self.take(&sql, &[self.node.into(), key.0.into(), self.query.archived.into()], matched, |_| Fit::Code)?;
        }
        let sql =
            format!("SELECT {COLUMNS} FROM product p {BALANCE} WHERE p.node = ?1 AND p.sku_folded = ?2 AND p.archived = ?3{narrowed}");
        self.take(&sql, &[self.node.into(), sku_folded(text).into(), self.query.archived.into()], Matched::Sku, |_| Fit::Sku)
    }

    /// The first or the last digits of a code, as people read them from a torn label.
    fn by_part_of_code(&mut self, text: &str) -> Result<(), Fault> {
        if self.is_full() || text.len() < LEAST_DIGITS || text.len() > 14 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(());
        }
        let (begins, ends) = (index::beginning(text), index::ending(text));
        self.by_words_as(&[Term { typed: &begins, known: Vec::new() }], Fit::CodeBegins, Matched::CodePart)?;
        self.by_words_as(&[Term { typed: &ends, known: Vec::new() }], Fit::CodeEnds, Matched::CodePart)
    }

    /// Names and words that begin so, then words that contain it. `best` is the rank of the best of them.
    fn by_name(&mut self, words: &[String], best: Fit) -> Result<(), Fault> {
        if self.is_full() {
            return Ok(());
        }
        let beginning = words.join(" ");
        let own = |fit: Fit| if best == Fit::NameBegins { fit } else { best };
        let sql = format!(
            "SELECT {COLUMNS} FROM product p {BALANCE} WHERE p.node = ?1 AND p.archived = ?2 AND p.folded >= ?3 AND p.folded < ?4{} ORDER BY p.folded LIMIT ?5",
            self.narrowed
        );
        let most = CANDIDATES.min(self.query.limit as i64 * 3);
        let params =
            [self.node.into(), self.query.archived.into(), beginning.as_str().into(), format!("{beginning}{LAST}").into(), most.into()];
        self.take(&sql, &params, Matched::Name, |_| own(Fit::NameBegins))?;
        if self.is_full() {
            return Ok(());
        }
        let terms: Vec<_> = words.iter().map(|word| Term { typed: word, known: Vec::new() }).collect();
        self.by_words(&terms, own(Fit::WordsBegin))?;
        if self.found.len() >= ENOUGH.min(self.query.limit) || words.iter().all(|word| word.chars().count() < 3) {
            return Ok(());
        }
        let mut terms = Vec::new();
        for word in words {
            let known = if word.chars().count() < 3 { Vec::new() } else { self.words_with(word)? };
            terms.push(Term { typed: word, known });
        }
        self.by_words(&terms, own(Fit::Part))
    }

    fn by_typo(&mut self, words: &[String]) -> Result<(), Fault> {
        let mut terms = Vec::new();
        for word in words {
            let letters: Vec<char> = word.chars().collect();
            let known = if letters.len() < 4 { Vec::new() } else { self.words_near(&letters)? };
            terms.push(Term { typed: word, known });
        }
        self.by_words(&terms, Fit::Typo)
    }

    fn by_words(&mut self, terms: &[Term<'_>], fit: Fit) -> Result<(), Fault> {
        self.by_words_as(terms, fit, Matched::Name)
    }

    fn by_words_as(&mut self, terms: &[Term<'_>], fit: Fit, matched: Matched) -> Result<(), Fault> {
        let narrowed = &self.narrowed;
        if self.read.dialect() == Dialect::Postgres {
            let (condition, params) = wordlist::condition(self.node, self.query.archived, CANDIDATES, terms);
            let sql =
                format!("SELECT {COLUMNS} FROM product p {BALANCE} WHERE p.node = ?1 AND p.archived = ?2{condition}{narrowed} LIMIT ?3");
            return self.take(&sql, &params, matched, |_| fit);
        }
        let expression: Vec<_> = terms.iter().map(Term::expression).collect();
        // Where it is narrowed, most of what the words find may fall away.
        let asked = if narrowed.is_empty() { CANDIDATES } else { 200 * CANDIDATES };
        let sql = format!(
            "SELECT {COLUMNS} FROM (SELECT rowid AS id FROM product_search WHERE product_search MATCH ?1 AND rowid > ?2 AND rowid < ?3 LIMIT ?4) s \
             JOIN product p ON p.node = ?5 AND p.product = s.id - ?2 {BALANCE} WHERE p.archived = ?6{narrowed} LIMIT ?7"
        );
        let params = [
            expression.join(" AND ").into(),
            row_id(self.node, 0).into(),
            row_id(self.node + 1, 0).into(),
            asked.into(),
            self.node.into(),
            self.query.archived.into(),
            CANDIDATES.into(),
        ];
        self.take(&sql, &params, matched, |_| fit)
    }

    /// Words that contain a part.
    fn words_with(&self, part: &str) -> Result<Vec<String>, Fault> {
        let rows = self.read.rows(
            "SELECT DISTINCT word FROM search_part WHERE part >= ?1 AND part < ?2 LIMIT ?3",
            &[part.into(), format!("{part}{LAST}").into(), Value::Int(WORDS as i64)],
        )?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Words whose beginning is one edit away. One half of what was typed is right: either words begin with the first
    /// half, or they contain the second, at its place or one beside it.
    fn words_near(&self, typed: &[char]) -> Result<Vec<String>, Fault> {
        let (first, second) = typed.split_at(typed.len() / 2);
        let least = typed.len() as i64 - 1;
        let place = first.len() as i64;
        let mut known = HashSet::new();
        let mut near: Vec<(usize, String)> = Vec::new();
        for (half, begins) in [(first, true), (second, false)] {
            let half: String = half.iter().collect();
            let places = if begins { (0, 0) } else { (place - 1, place + 1) };
            let rows = self.read.rows(
                "SELECT word FROM search_part WHERE part >= ?1 AND part < ?2 AND length(word) >= ?3 \
                 AND length(word) - length(part) BETWEEN ?4 AND ?5 LIMIT 3000",
                &[half.as_str().into(), format!("{half}{LAST}").into(), least.into(), places.0.into(), places.1.into()],
            )?;
            for row in &rows {
                let word: String = row.get(0)?;
                let letters: Vec<char> = word.chars().collect();
                if typo::begins_with_one_edit(typed, &letters) && known.insert(word.clone()) {
                    near.push((letters.len().abs_diff(typed.len()), word));
                }
            }
        }
        near.sort();
        Ok(near.into_iter().take(WORDS).map(|(_, word)| word).collect())
    }

    fn take(&mut self, sql: &str, params: &[Value], matched: Matched, fit: impl Fn(&str) -> Fit) -> Result<(), Fault> {
        for row in self.read.rows(sql, params)? {
            let product: i64 = row.get(0)?;
            if !self.seen.insert(product) {
                continue;
            }
            let folded: String = row.get(8)?;
            let hit = hit(&row, matched)?;
            let in_stock = hit.kind == 1 || hit.stock.is_some_and(|stock| stock.0 > 0);
            self.found.push((fit(&folded), !in_stock, folded, hit));
        }
        Ok(())
    }

    fn finish(mut self, marks: &[String]) -> Vec<Hit> {
        self.found.sort_by(|a, b| (a.0, a.1, a.2.as_str(), a.3.product).cmp(&(b.0, b.1, b.2.as_str(), b.3.product)));
        self.found.truncate(self.query.limit);
        let mut hits: Vec<Hit> = self.found.into_iter().map(|(_, _, _, hit)| hit).collect();
        for hit in hits.iter_mut().filter(|hit| hit.matched == Matched::Name) {
            hit.highlights = highlights(&hit.name, marks);
        }
        hits
    }
}

fn hit(row: &Row, matched: Matched) -> Result<Hit, Fault> {
    let kind: i64 = row.get(7)?;
    let stock: Option<Quantity> = row.get(5)?;
    Ok(Hit {
        product: row.get(0)?,
        name: row.get(1)?,
        sku: row.get(2)?,
        unit: row.get(3)?,
        price: row.get(4)?,
        stock: if kind == 1 { None } else { Some(stock.unwrap_or_default()) },
        photo: row.get(6)?,
        kind,
        matched,
        highlights: Vec::new(),
    })
}

/// A word as typed, and the whole words that it may stand for.
struct Term<'t> {
    typed: &'t str,
    known: Vec<String>,
}

impl Term<'_> {
    /// Any of them, in the language of the engine's full-text search.
    fn expression(&self) -> String {
        let mut all = vec![format!("{}*", self.typed)];
        all.extend(self.known.iter().map(|other| format!("\"{other}\"")));
        format!("({})", all.join(" OR "))
    }
}

/// Where the typed words stand in a name: at the beginning of a word, else inside one, else (a typo) the word whose
/// beginning is one edit away.
fn highlights(name: &str, typed: &[String]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let name_words = words(name);
    for mark in typed {
        let len = mark.chars().count();
        let begins = name_words.iter().find(|w| w.text.starts_with(mark.as_str())).map(|w| (w.start, len));
        let inside = || {
            name_words.iter().find_map(|w| {
                let byte = w.text.find(mark.as_str())?;
                Some((w.start + w.text[..byte].chars().count(), len))
            })
        };
        let near = || {
            let letters: Vec<char> = mark.chars().collect();
            if len < 4 {
                return None;
            }
            let word = name_words.iter().find(|w| typo::begins_with_one_edit(&letters, &w.text.chars().collect::<Vec<_>>()))?;
            Some((word.start, word.len.min(len)))
        };
        places.extend(begins.or_else(inside).or_else(near));
    }
    places.sort_unstable();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_marked_in_the_name() {
        type Case<'c> = (&'c str, &'c [&'c str], &'c [(usize, usize)]);
        let cases: &[Case<'_>] = &[
            ("Молоко «Айналайын» 2,5%", &["мол", "2"], &[(0, 3), (19, 1)]),
            ("Сгущёнка", &["ущен"], &[(2, 4)]),
            ("Құрт соленый", &["курт"], &[(0, 4)]),
            ("Молоко", &["малоко"], &[(0, 6)]),
            ("Молоко", &["сыр"], &[]),
        ];
        for (name, typed, expected) in cases {
            let typed: Vec<String> = typed.iter().map(|t| (*t).to_owned()).collect();
            assert_eq!(&highlights(name, &typed), expected, "{name} {typed:?}");
        }
    }
}

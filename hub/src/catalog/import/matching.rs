//! Which product a row is about. Each product is for one row at most. Pure.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::plan::{Goods, Known, group_fits, stays};
use crate::catalog::codes::CodeKey;
use crate::catalog::project::sku_folded;

/// Rows and products of one name beyond this many pairs are only matched straight on.
const MOST_PAIRS: usize = 40_000;

/// A row: what it says, its codes, whether it is skipped.
type RowOf<'r> = (&'r Goods, &'r BTreeSet<CodeKey>, bool);

struct Catalogue<'k> {
    known: &'k [Known],
    keys: Vec<BTreeSet<CodeKey>>,
    by_sku: HashMap<String, usize>,
    by_code: HashMap<CodeKey, Vec<usize>>,
    by_name: HashMap<&'k str, Vec<usize>>,
}

impl<'k> Catalogue<'k> {
    fn new(known: &'k [Known]) -> Self {
        let keys: Vec<BTreeSet<CodeKey>> = known.iter().map(|k| k.card.codes.iter().filter_map(|c| CodeKey::read(c)).collect()).collect();
        let mut by_sku = HashMap::new();
        let mut by_code: HashMap<CodeKey, Vec<usize>> = HashMap::new();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, product) in known.iter().enumerate() {
            by_sku.insert(sku_folded(&product.card.sku), at);
            by_name.entry(&product.card.name).or_default().push(at);
            for key in &keys[at] {
                by_code.entry(*key).or_default().push(at);
            }
        }
        Self { known, keys, by_sku, by_code, by_name }
    }

    fn group_fits(&self, goods: &Goods, at: usize) -> bool {
        goods.group.as_deref().is_none_or(|group| group_fits(group, &self.known[at].group))
    }

    /// The product of the same name that shares most codes with a row.
    fn sharing(&self, (goods, codes, _): RowOf<'_>, taken: &HashSet<usize>) -> Option<usize> {
        let places: BTreeSet<usize> = codes.iter().filter_map(|key| self.by_code.get(key)).flatten().copied().collect();
        let fits = places.into_iter().filter(|at| !taken.contains(at) && self.known[*at].card.name == goods.name);
        fits.max_by_key(|at| (codes.intersection(&self.keys[*at]).count(), std::cmp::Reverse(self.known[*at].id)))
    }

    fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Finds the product of each row: first the pairs where nothing would change, as many as there can be (that is why a
/// list that was run once changes nothing the second time); then by SKU; by name and a code they share; by name where one
/// side has no codes and the group fits; by name where neither has codes. A code alone finds nothing: it may stand on
/// several goods, and the row makes another that carries it.
pub(super) fn find_products(rows: &[RowOf<'_>], known: &[Known]) -> Vec<Option<usize>> {
    let catalogue = Catalogue::new(known);
    let mut found = unchanged(rows, &catalogue);
    let mut taken: HashSet<usize> = found.iter().flatten().copied().collect();
    let mut pass = |find: &dyn Fn(RowOf<'_>, &HashSet<usize>) -> Option<usize>| {
        for (row, found) in rows.iter().zip(&mut found).filter(|(row, found)| !row.2 && found.is_none()) {
            if let Some(at) = find(*row, &taken) {
                taken.insert(at);
                *found = Some(at);
            }
        }
    };
    pass(&|(goods, ..), taken| {
        let at = *catalogue.by_sku.get(&sku_folded(goods.sku.as_deref()?))?;
        (!taken.contains(&at)).then_some(at)
    });
    pass(&|row, taken| catalogue.sharing(row, taken));
    pass(&|(goods, codes, _), taken| {
        let fits =
            |at: &usize| !taken.contains(at) && catalogue.group_fits(goods, *at) && (codes.is_empty() || catalogue.keys[*at].is_empty());
        catalogue.named(&goods.name).iter().copied().find(fits)
    });
    pass(&|(goods, codes, _), taken| {
        let fits = |at: &usize| !taken.contains(at) && codes.is_empty() && catalogue.keys[*at].is_empty();
        catalogue.named(&goods.name).iter().copied().find(fits)
    });
    found
}

/// The greatest number of pairs where nothing would change, by augmenting paths inside each name.
fn unchanged(rows: &[RowOf<'_>], catalogue: &Catalogue<'_>) -> Vec<Option<usize>> {
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (goods, ..)) in rows.iter().enumerate().filter(|(_, row)| !row.2) {
        named.entry(&goods.name).or_default().push(at);
    }
    let mut found = vec![None; rows.len()];
    for (name, places) in named {
        let products = catalogue.named(name);
        let few = places.len() * products.len() <= MOST_PAIRS;
        let fitting: Vec<Vec<usize>> = places
            .iter()
            .map(|row| {
                let (goods, codes, _) = rows[*row];
                let close = |at: &&usize| few || catalogue.keys[**at] == *codes;
                products.iter().filter(close).filter(|at| stays(&catalogue.known[**at], goods)).copied().collect()
            })
            .collect();
        let mut owner: HashMap<usize, usize> = HashMap::new();
        for row in 0..places.len() {
            if few {
                augment(row, &fitting, &mut owner, &mut HashSet::new());
            } else if let Some(at) = fitting[row].iter().find(|at| !owner.contains_key(at)) {
                owner.insert(*at, row);
            }
        }
        for (product, row) in owner {
            found[places[row]] = Some(product);
        }
    }
    found
}

/// Gives a row a product, moving others aside where they can go elsewhere. At most as deep as there are rows.
fn augment(row: usize, fitting: &[Vec<usize>], owner: &mut HashMap<usize, usize>, tried: &mut HashSet<usize>) -> bool {
    for product in &fitting[row] {
        if tried.insert(*product) {
            let free = match owner.get(product).copied() {
                None => true,
                Some(other) => augment(other, fitting, owner, tried),
            };
            if free {
                owner.insert(*product, row);
                return true;
            }
        }
    }
    false
}

//! J6: journals of earlier programs come to what they came to then; and no kind of entry is without one.

use std::collections::{BTreeMap, BTreeSet};

use duken_kernel::Schema;
use duken_kernel::replay::{verify, verify_since_checkpoint};
use duken_tests::golden::{self, Golden, Journal};

/// Tables of a golden journal that today's program makes otherwise: number, table, why that is right. Postings are never
/// excused: a mistake in them is mended by a new entry.
const OTHERWISE: &[(u32, &str, &str)] = &[
    (1, "customer", "names are folded as the search folds them, in a column of another name"),
    (1, "goods_turnover", GOODS_TURNOVER),
    (2, "goods_turnover", GOODS_TURNOVER),
    (1, "sales_product", LATEST_DAY),
    (2, "sales_product", LATEST_DAY),
    (1, "settings", "the card holds settings that came since, at their defaults"),
];

const LATEST_DAY: &str = "months and years do not hold the latest day, and all time has rows of its own";
const GOODS_TURNOVER: &str = "no report read it, and the movements of a product say the same";

/// Kinds that the story does not record yet; the next golden journal has to have them. One that stands here and in a
/// journal is a mistake.
const AWAITED: &[&str] = &[];
/// Tables whose rows follow from those alone.
const TABLES_AWAITED: &[&str] = &[];

fn schema() -> Schema {
    duken_hub::domains::schema()
}

fn read(path: &std::path::Path) -> Golden {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn j6_old_journals_come_to_the_same() {
    let all = golden::all();
    assert!(!all.is_empty(), "there are golden journals");
    let mut differ = Vec::new();
    for (number, entries, digests) in all {
        let golden = read(&digests);
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::read(&entries).unwrap_or_else(|error| panic!("{}: {error:#}", entries.display()));
        let replayed = journal.replayed(&folder.path().join("books")).unwrap_or_else(|error| panic!("journal {number}: {error:#}"));
        for proof in [verify, verify_since_checkpoint] {
            let proof = proof(replayed.books(), replayed.schema()).expect("a proof");
            assert!(proof.holds, "journal {number}: {proof:#?}");
        }
        let now = replayed.golden().expect("digests");
        for (kind, was) in &golden.kinds {
            match now.kinds.get(kind) {
                Some(is) if is == was => {}
                is => differ.push(format!("journal {number}, postings of {kind}: {was:?} then, {is:?} now")),
            }
        }
        for (name, was) in &golden.tables {
            if OTHERWISE.iter().any(|(of, table, _)| (*of, *table) == (number, name.as_str())) {
                continue;
            }
            match replayed.table(name, was.columns.clone()) {
                Ok(is) if is == *was => {}
                Ok(is) => differ.push(format!("journal {number}, rows of {name}: {} then, {} now, or other values", was.rows, is.rows)),
                Err(gone) => differ.push(format!("journal {number}, rows of {name}: {gone:#}")),
            }
        }
    }
    assert!(differ.is_empty(), "see tests/golden/README.md:\n{}", differ.join("\n"));
}

#[test]
fn j6_every_kind_and_version_has_a_golden_journal() {
    let known: BTreeSet<String> = golden::all().iter().flat_map(|(_, _, digests)| read(digests).kinds.into_keys()).collect();
    let recorded = schema().recorded().into_iter().map(|(kind, version)| format!("{kind}/{version}"));
    let (awaited, rest): (Vec<String>, Vec<String>) = recorded.partition(|name| AWAITED.contains(&name.as_str()));
    assert_eq!(awaited.len(), AWAITED.len(), "what is awaited is a kind of today");
    assert!(!awaited.iter().any(|name| known.contains(name)), "what a golden journal has is awaited no more");
    let missing: Vec<String> = rest.into_iter().filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "no golden journal has {}: see tests/golden/README.md", missing.join(", "));
}

#[test]
fn j6_every_column_of_every_table_is_compared() {
    let mut compared: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (number, _, digests) in golden::all() {
        for (name, digest) in read(&digests).tables {
            if !OTHERWISE.iter().any(|(of, table, _)| (*of, *table) == (number, name.as_str())) {
                compared.entry(name).or_default().extend(digest.columns);
            }
        }
    }
    let mut missing = Vec::new();
    for table in schema().tables().iter().filter(|table| !TABLES_AWAITED.contains(&table.name)) {
        let known = compared.remove(table.name).unwrap_or_default();
        let columns = table.key.iter().chain(table.values).map(|column| column.name);
        missing.extend(columns.filter(|column| !known.contains(*column)).map(|column| format!("{}.{column}", table.name)));
    }
    assert!(missing.is_empty(), "no golden journal compares {}: see tests/golden/README.md", missing.join(", "));
}

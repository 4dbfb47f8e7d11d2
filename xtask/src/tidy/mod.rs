//! The rules of the house that a program can check. Each rule says what it found and why it is a rule; `cargo test
//! -p xtask` and `cargo xtask tidy` hold the tree to all of them.

mod arrows;
mod edges;
mod rules;
mod source;

use anyhow::bail;

use source::Tree;

/// One rule: its name and what speaks against it, nothing when it holds.
type Rule = (&'static str, fn(&Tree) -> Vec<String>);

const RULES: &[Rule] = &[
    ("crates know only the crates below them", arrows::crates),
    ("domains use only the doors that the table in hub/src/lib.rs allows", edges::domains),
    ("a projection holds no SQL", rules::sql_in_projections),
    ("nothing unfinished, and no lint switched off without a reason", rules::unfinished),
    ("clock and chance are handed in", rules::clock_and_chance),
    ("what takes long is done aside of a hub that has threads, and at once in one that has none", rules::threads),
    ("of several ready things one goes first by rule, not by chance", rules::drawn_choices),
    ("no floating point near money", rules::floats),
    ("a file over 500 lines says why it is one room", rules::long_files),
    ("no address of one machine in the tree", rules::machine_places),
    ("lock files name the public registries only", rules::registries),
    ("every text exists in every language", rules::texts),
    ("what survives what is quoted from the last long run", rules::quoted),
];

/// Says what every rule found; an error when one does not hold.
pub fn report() -> anyhow::Result<()> {
    let tree = Tree::read()?;
    let mut broken = 0;
    for (name, rule) in RULES {
        let found = rule(&tree);
        if found.is_empty() {
            continue;
        }
        broken += 1;
        println!("   {name}:");
        for line in found {
            println!("     {line}");
        }
    }
    if broken > 0 {
        bail!("{broken} of {} rules do not hold", RULES.len());
    }
    println!("   {} rules hold over {} files", RULES.len(), tree.files.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_tidy() {
        let tree = Tree::read().unwrap();
        for (name, rule) in RULES {
            let found = rule(&tree);
            assert!(found.is_empty(), "{name}:\n  {}", found.join("\n  "));
        }
    }
}

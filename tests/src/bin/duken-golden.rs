//! `duken-golden`: makes the next golden journal. It never writes one that is there.

use duken_tests::golden;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let number = golden::all().last().map_or(1, |(number, _, _)| number + 1);
    let journal = golden::play().await;
    let scratch = tempfile::tempdir()?;
    let replayed = journal.replayed(&scratch.path().join("books"))?;
    let came_to = replayed.golden()?;
    let missing: Vec<String> = replayed
        .schema()
        .recorded()
        .iter()
        .map(|(kind, version)| format!("{kind}/{version}"))
        .filter(|name| !came_to.kinds.contains_key(name))
        .collect();
    anyhow::ensure!(missing.is_empty(), "the story (tests/src/golden/story.rs) records no {}", missing.join(", "));
    let path = golden::folder().join(format!("journal-{number}.zst"));
    journal.write_new(&path)?;
    std::fs::write(path.with_extension("json"), serde_json::to_string_pretty(&came_to)? + "\n")?;
    println!("{} entries of {} kinds: {}", journal.entries()?.len(), came_to.kinds.len(), path.display());
    Ok(())
}

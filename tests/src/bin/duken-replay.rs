//! `duken-replay`: sells a file of real sales again, through the public API of a store that sells in pounds.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Parser;
use duken_tests::client::{Address, Api};
use duken_tests::replay::{Books, Progress, Replay, Seller, Source, store_books};

/// Sells a file of real sales again as an ordinary user, and compares the store's reports with the file.
///
/// The store must sell in GBP without rounding, and the till must have an open shift. The user needs the rights
/// `sales.sell`, `sales.backdate`, `sales.price_override`, `sales.return_without_receipt`, `catalog.view`,
/// `catalog.edit` and `reports.view`.
#[derive(Debug, Parser)]
#[command(name = "duken-replay", version)]
struct Options {
    /// Where the hub answers.
    #[arg(long)]
    hub: String,
    /// The user's phone.
    #[arg(long)]
    phone: String,
    /// The user's password.
    #[arg(long, env = "DUKEN_REPLAY_PASSWORD", hide_env_values = true)]
    password: String,
    /// The till's id.
    #[arg(long)]
    till: String,
    /// The file: CSV, or CSV packed by zstd.
    #[arg(long)]
    file: PathBuf,
    /// Where the odd rows are listed with their reasons.
    #[arg(long, default_value = "odd-rows.csv")]
    odd: PathBuf,
    /// Only the first days of the file.
    #[arg(long)]
    days: Option<usize>,
    /// How many documents are under way at once.
    #[arg(long, default_value_t = 8)]
    workers: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut source = Source::read(&options.file)?;
    let mut list = csv::Writer::from_path(&options.odd)?;
    for odd in &source.odd {
        list.serialize(odd)?;
    }
    list.flush()?;
    println!("{} odd rows are listed in {}", source.odd.len(), options.odd.display());
    if let Some(days) = options.days {
        source = source.first_days(days);
    }
    let address = Address::default();
    address.moved(options.hub.trim_end_matches('/'));
    let api = Api::new(address);
    let signed = api.sign_in(&options.phone, &options.password).await;
    ensure!(signed.status == 200, "{}", signed.text());
    let begun = Instant::now();
    let replay = Replay::prepare(Seller { api: api.clone(), till: options.till }, &source, options.workers).await;
    println!("{} products in {:.1} s", source.names.len(), begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let (first, last) = (source.invoices.first(), source.invoices.last());
    let (from, to) = (first.context("no invoices")?.date.clone(), last.context("no invoices")?.date.clone());
    let made = replay.run(source.invoices, options.workers, &Progress::default()).await;
    println!("{} documents in {:.1} s", made.len(), begun.elapsed().as_secs_f64());
    let differences = Books::of_file(&options.file, &to).differences(&store_books(&api, &from, &to).await);
    for difference in &differences {
        println!("{difference}");
    }
    ensure!(differences.is_empty(), "{} sums differ from the file", differences.len());
    println!("every sum by day and by product is the file's");
    Ok(())
}

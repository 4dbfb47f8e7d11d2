//! `duken-hub backup` and `duken-hub restore`.

use std::io::{IsTerminal, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use duken_kernel::Reject;
use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::vault::SecretKey;
use serde_json::json;

use super::refused::Said;
use crate::backup::{self, AtOffice, House, Place, Progress, Wanted, WantedRestore};
use crate::config::Config;
use crate::hub::database;
use crate::sync::store::linked;
use crate::texts;
use crate::{domains, web};

/// How a backup is made.
#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// A folder, such as that of a USB disk; the one of the plan when absent.
    #[arg(long)]
    to: Option<PathBuf>,
    /// To the head office as well.
    #[arg(long)]
    office: bool,
}

/// How a hub is restored onto an empty data folder.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// A backup, or a folder of them: the newest is taken.
    #[arg(long)]
    from: Option<PathBuf>,
    /// File with the words of the recovery sheet; else DUKEN_RECOVERY_WORDS, else they are asked for.
    #[arg(long)]
    words_file: Option<PathBuf>,
    /// The head office's address.
    #[arg(long, requires = "code")]
    office: Option<String>,
    /// The code that was made there for this store.
    #[arg(long, requires = "office")]
    code: Option<String>,
    /// The fingerprint of the head office's authority, as its own page shows it.
    #[arg(long)]
    fingerprint: Option<String>,
    /// Without a recovery sheet: the administrator's phone. His new password comes from DUKEN_ADMIN_PASSWORD.
    #[arg(long)]
    admin_phone: Option<String>,
}

fn house(config: &Config) -> House {
    House {
        data: config.data.clone(),
        role: config.role,
        clock: Arc::new(SystemClock),
        chance: Arc::new(SystemChance),
        schema: Arc::new(domains::schema()),
    }
}

/// Says why not: code and sentence. Exit code 1.
fn refused(reject: Reject, Said { json, language }: Said) -> ExitCode {
    let web::Problem(refusal) = reject.into();
    let sentence = texts::say(language, refusal.code.code, &refusal.params);
    if json {
        println!("{}", json!({ "code": refusal.code.code, "detail": sentence, "params": refusal.params }));
    }
    eprintln!("duken-hub: {}: {sentence}", refusal.code.code);
    ExitCode::from(1)
}

pub(super) fn back_up(config: &Config, args: &BackupArgs, said: Said) -> anyhow::Result<ExitCode> {
    let database = database(config);
    let engine = database.open_readonly().with_context(|| format!("{database} cannot be read"))?;
    let plan = backup::plan_of(&engine)?;
    let place = match &args.to {
        Some(folder) if folder.is_dir() => Place::named(folder),
        Some(folder) => return Ok(refused(backup::PLACE_MISSING.refuse().with("place", folder.display().to_string()).into(), said)),
        None => Place::of(plan.place.as_deref(), &config.data),
    };
    let office = if args.office {
        let key = SecretKey::load_or_make(&config.data.join("secret.key"), &SystemChance)?;
        match linked(&engine, &key) {
            Ok(Some(office)) => Some(office),
            Ok(None) => return Ok(refused(crate::sync::WRONG_TOKEN.refuse().into(), said)),
            Err(reject) => return Ok(refused(reject, said)),
        }
    } else {
        None
    };
    drop(engine);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let wanted = Wanted { folder: Some((place, plan.keep as usize)), office };
    let outcome = runtime.block_on(backup::back_up(&house(config), wanted, Arc::<Progress>::default()));
    let mut code = ExitCode::SUCCESS;
    for outcome in [outcome.folder, outcome.office].into_iter().flatten() {
        match outcome {
            Ok(good) if said.json => println!("{}", serde_json::to_string(&good)?),
            Ok(good) => {
                println!("{}\n{} bytes, journal up to {}, sheet {}, digest {}", good.place, good.bytes, good.end, good.sheet, good.digest)
            }
            Err(reject) => code = refused(reject, said),
        }
    }
    Ok(code)
}

pub(super) fn restore(config: &Config, args: RestoreArgs, said: Said) -> anyhow::Result<ExitCode> {
    let words = words(&args)?;
    let password = std::env::var("DUKEN_ADMIN_PASSWORD").ok();
    let office = args.office.zip(args.code).map(|(url, code)| AtOffice { url, code, fingerprint: args.fingerprint });
    let wanted = WantedRestore { from: args.from, words, office, admin: args.admin_phone.zip(password) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match runtime.block_on(backup::restore(&house(config), wanted)) {
        Ok(restored) if said.json => println!("{}", serde_json::to_string(&restored)?),
        Ok(restored) => {
            println!("node {}, epoch {}", restored.node, restored.epoch);
            println!(
                "journal up to {}, {} entries of it from the head office, {} files",
                restored.end, restored.from_office, restored.files
            );
            if restored.lost > 0 {
                println!("{} entries that the old machine had are nowhere", restored.lost);
            }
            println!("digest {}", restored.digest);
        }
        Err(reject) => return Ok(refused(reject, said)),
    }
    Ok(ExitCode::SUCCESS)
}

/// The words: from a file, from the environment, or asked for.
fn words(args: &RestoreArgs) -> anyhow::Result<Option<String>> {
    if let Some(path) = &args.words_file {
        return std::fs::read_to_string(path).map(Some).with_context(|| format!("{} cannot be read", path.display()));
    }
    if let Ok(words) = std::env::var("DUKEN_RECOVERY_WORDS") {
        return Ok(Some(words));
    }
    if args.from.is_none() && args.admin_phone.is_some() {
        return Ok(None);
    }
    if std::io::stdin().is_terminal() {
        eprintln!("The 24 words of the recovery sheet, then Enter:");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        return Ok(Some(line));
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(Some(text).filter(|text| !text.trim().is_empty()))
}

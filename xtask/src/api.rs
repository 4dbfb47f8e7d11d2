//! The description of the API: what the hub prints is what `docs/openapi.json` holds, and the client's types are made
//! from that.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::work::{cargo, output, root, run, target, web};

/// What the client is compiled against.
const TYPES: &str = "src/api/schema.d.ts";

fn committed() -> PathBuf {
    root().join("docs/openapi.json")
}

/// Makes both files again.
pub fn write() -> anyhow::Result<()> {
    fs::create_dir_all(root().join("docs"))?;
    fs::write(committed(), described()?)?;
    types(&committed(), Path::new(TYPES))
}

/// Whether both files say what the program says now.
pub fn check() -> anyhow::Result<()> {
    let now = described()?;
    let then = fs::read(committed()).context("docs/openapi.json")?;
    ensure!(now == then, "docs/openapi.json is stale: cargo xtask openapi");
    let made = web().join("node_modules/.duken-schema.d.ts");
    types(&committed(), &made)?;
    let same = fs::read(&made)? == fs::read(web().join(TYPES)).context(TYPES)?;
    ensure!(same, "clients/web/{TYPES} is stale: cargo xtask openapi");
    Ok(())
}

fn described() -> anyhow::Result<Vec<u8>> {
    // The whole workspace's programs: one package alone would be built again with other features.
    run(cargo().args(["build", "--quiet", "--workspace", "--bins", "--locked"]))?;
    let compact = output(Command::new(target().join("debug/duken-hub")).arg("openapi"))?;
    let document: serde_json::Value = serde_json::from_slice(&compact).context("duken-hub openapi")?;
    if document["paths"].as_object().is_none_or(serde_json::Map::is_empty) {
        bail!("duken-hub openapi describes no address");
    }
    let mut text = serde_json::to_vec_pretty(&document)?;
    text.push(b'\n');
    Ok(text)
}

fn types(document: &Path, target: &Path) -> anyhow::Result<()> {
    let mut maker = Command::new("npx");
    maker.current_dir(web()).args(["--no-install", "openapi-typescript"]).arg(document).arg("-o").arg(target);
    output(&mut maker).map(drop)
}

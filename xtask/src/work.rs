//! Running other programs, from the workspace's root.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

/// The folder that everything is in.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."))
}

/// The folder of the browser client.
pub fn web() -> PathBuf {
    root().join("clients/web")
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// npm, in the browser client.
pub fn npm(script: &str) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(web()).args(["run", "--silent", script]);
    npm
}

/// Runs it with its output shown; an error when it fails.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| spelled(command))?;
    ensure!(status.success(), "{} failed ({status})", spelled(command));
    Ok(())
}

/// Runs it and takes what it writes; an error when it fails.
pub fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().with_context(|| spelled(command))?;
    ensure!(output.status.success(), "{} failed ({})", spelled(command), output.status);
    Ok(output.stdout)
}

/// Runs it with its output shown, and gives its lines; an error, with the last of them, when it fails.
pub fn heard(command: &mut Command) -> anyhow::Result<Vec<String>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| spelled(command))?;
    let mut lines = Vec::new();
    if let Some(said) = child.stdout.take() {
        for line in BufReader::new(said).lines() {
            let line = line?;
            println!("{line}");
            lines.push(line);
        }
    }
    let status = child.wait()?;
    let tail = lines.iter().rev().take(3).rev().cloned().collect::<Vec<_>>().join(" / ");
    ensure!(status.success(), "{} failed ({status}): {tail}", spelled(command));
    Ok(lines)
}

/// Whether tests may be asked for what only the machine's administrator can do.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|said| said.trim_ascii() == b"0")
}

/// Whether there is such a cargo subcommand on this machine.
pub fn has_cargo(verb: &str) -> bool {
    let probe = cargo().args([verb, "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    probe.is_ok_and(|status| status.success())
}

fn spelled(command: &Command) -> String {
    let words = command.get_args().map(|word| word.to_string_lossy());
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program()).to_string_lossy();
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}

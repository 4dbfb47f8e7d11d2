//! The decoders, each with what it must not do beside panicking.

pub mod batch;
mod devices;
mod lists;
mod requests;
mod settings;

use super::Target;

/// Every target.
#[must_use]
pub fn all() -> Vec<Target> {
    let mut all = Vec::new();
    all.extend(devices::TARGETS);
    all.extend(lists::TARGETS);
    all.extend(settings::TARGETS);
    all.push(batch::TARGET);
    all.push(requests::TARGET);
    all
}

/// The beginning of a debug text: names of variants, without what is in them.
fn word(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.chars().take_while(|letter| letter.is_alphabetic() || "(_".contains(*letter)).take(40).collect()
}

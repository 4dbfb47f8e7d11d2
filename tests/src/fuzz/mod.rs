//! Hostile input: every decoder of the product on inputs that are made by changing known ones, by the format's own rules
//! as often as byte by byte. What answers in a way that nobody has answered before is kept and changed further; so is
//! what reaches a new edge of the program, where the compiler counts them (`cargo xtask torture`).
//!
//! A decoder may refuse whatever it likes. It may not panic, take longer than a moment, need memory without end, or
//! break what its target asserts. Why this and no other tool: `docs/adr/0011`.

mod hunt;
mod mutate;
mod reached;
mod targets;
mod workbook;

pub use hunt::{Caught, Corpus, Found, Hunt};
pub use mutate::Shape;
pub use targets::all;

/// A decoder under fire.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, and that of its folder in the corpus.
    pub name: &'static str,
    /// How its inputs are changed.
    pub shape: Shape,
    /// Inputs to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Decodes; says in a word or two what came of it. Panics where something is wrong.
    pub run: fn(&[u8]) -> String,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.name)
    }
}

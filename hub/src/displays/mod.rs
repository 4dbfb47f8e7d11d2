//! The customer's display: a screen that faces the buyer and shows one till's receipt as it grows.
//!
//! A display is paired by six digits that stand on the till's card for ten minutes. It holds a token of its own, is no
//! person and has no rights: it reads the public view of its till with the shop's name and logo, and nothing else.
//!
//! Local: which displays there are, and the codes that wait.

mod pairing;
mod routes;

use duken_kernel::Projector;
use duken_kernel::refusal::Code;

use crate::domains::Domain;

/// The screen is no display of this hub, or no longer.
pub const NOT_PAIRED: Code = Code::new("display.not_paired", 401);
/// Wrong digits, or their time is over.
pub const CODE_WRONG: Code = Code::new("display.code_wrong", 422);

/// The domain.
#[must_use]
pub fn domain() -> Domain {
    Domain {
        projector: Projector { name: "displays", tables: &[], local: pairing::LOCAL, kinds: &[], versions: &[], project: |_, _, _| Ok(()) },
        refusals: &[NOT_PAIRED, CODE_WRONG],
        routes: routes::routes(),
        layouts: &[],
    }
}

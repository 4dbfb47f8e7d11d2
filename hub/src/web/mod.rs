//! HTTP: the server, who may, problems, and the description of the API.

mod access;
mod command;
mod cursor;
pub mod door;
mod json;
pub mod metrics;
mod openapi;
mod problem;
mod registry;
pub mod server;
pub mod tls;

pub use access::{Access, Actor, Peer, SESSION_COOKIE, Secured};
pub use command::{Command, Idempotent, Locale, json_body};
pub use cursor::Cursor;
use duken_kernel::refusal::Code;
pub use json::Json;
pub use problem::{Answer, Problem};
pub use registry::{Id, ListQuery, Page, Route, number_of};

/// No request id came with a write.
pub const ID_MISSING: Code = Code::new("request.id_missing", 400);
/// The body or a parameter has another shape.
pub const MALFORMED: Code = Code::new("request.malformed", 422);
/// A typed text is longer than its field takes.
pub const TEXT_TOO_LONG: Code = Code::new("request.text_too_long", 422);
/// The body is larger than the route takes.
pub const TOO_LARGE: Code = Code::new("request.too_large", 413);
/// No such route.
pub const NOT_FOUND: Code = Code::new("request.not_found", 404);
/// The route has no such method.
pub const WRONG_METHOD: Code = Code::new("request.wrong_method", 405);
/// The body is of another kind than the route takes.
pub const WRONG_TYPE: Code = Code::new("request.wrong_type", 415);
/// The body came too slowly.
pub const TOO_SLOW: Code = Code::new("request.too_slow", 408);
/// A cursor that no page of this list gave.
pub const BAD_CURSOR: Code = Code::new("list.bad_cursor", 422);
/// Too many open links.
pub const BUSY: Code = Code::new("hub.busy", 503);
/// A write from a page of another origin.
pub const WRONG_ORIGIN: Code = Code::new("request.wrong_origin", 403);
/// No such card or document.
pub const CARD_NOT_FOUND: Code = Code::new("card.not_found", 404);
/// A card was saved by another since it was read.
pub const CARD_CHANGED: Code = Code::new("card.changed", 409);
/// Nobody is signed in on this device.
pub const SESSION_MISSING: Code = Code::new("session.missing", 401);
/// The sign-in is over.
pub const SESSION_EXPIRED: Code = Code::new("session.expired", 401);
/// The screen is locked.
pub const SESSION_LOCKED: Code = Code::new("session.locked", 401);
/// A right is missing.
pub const DENIED: Code = Code::new("access.denied", 403);
/// A bug or a broken machine.
pub const FAULT: Code = Code::new("hub.fault", 500);
/// No space left.
pub const DISK_FULL: Code = Code::new("hub.disk_full", 507);
/// The database server does not answer.
pub const DATABASE_AWAY: Code = Code::new("hub.database_away", 503);
/// Two writers were in each other's way.
pub const DATABASE_BUSY: Code = Code::new("hub.database_busy", 503);
/// The hub is stopping.
pub const STOPPING: Code = Code::new("hub.stopping", 503);

/// The most characters of a reason, a note, a comment.
pub const NOTE_LENGTH: usize = 500;
/// The most characters of a name.
pub const NAME_LENGTH: usize = 200;

/// A text that people typed: one line, without control characters, not endless.
///
/// # Errors
/// `request.text_too_long` with the field and the limit when it is longer than `most` characters.
pub fn typed(text: &str, field: &str, most: usize) -> Result<String, duken_kernel::Refusal> {
    let line = one_line(text);
    if line.chars().count() > most {
        return Err(TEXT_TOO_LONG.refuse().field(field).with("limit", most));
    }
    Ok(line)
}

/// A text as one line: what ends a line, steers a printer or turns the reading direction becomes a space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    line.trim().to_owned()
}

/// A text of several lines: only what is neither letter, space nor line end goes.
#[must_use]
pub fn lines(text: &str) -> String {
    let kept: String = text.replace("\r\n", "\n").chars().map(|c| if c != '\n' && steers(c) { ' ' } else { c }).collect();
    kept.trim().to_owned()
}

fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Refusals of the house itself.
pub const REFUSALS: &[Code] = &[
    ID_MISSING,
    MALFORMED,
    TEXT_TOO_LONG,
    TOO_LARGE,
    NOT_FOUND,
    WRONG_METHOD,
    WRONG_TYPE,
    TOO_SLOW,
    BAD_CURSOR,
    BUSY,
    WRONG_ORIGIN,
    CARD_NOT_FOUND,
    CARD_CHANGED,
    SESSION_MISSING,
    SESSION_EXPIRED,
    SESSION_LOCKED,
    DENIED,
    FAULT,
    DISK_FULL,
    DATABASE_AWAY,
    DATABASE_BUSY,
    STOPPING,
    duken_kernel::writer::ID_REUSED,
    duken_kernel::writer::EXPIRED,
];

//! What a failure of the server means here.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use crate::refusal::Fault;

/// Names a failure: gone, full, in each other's way, or simply failed.
pub(super) fn fault(error: Error) -> Fault {
    let Some(said) = error.as_db_error() else {
        let broken = error.is_closed() || source_of(&error).is_some_and(|source| source.is::<std::io::Error>());
        return if broken { Fault::Away(spelled(&error)) } else { Fault::Postgres(error) };
    };
    let code = said.code();
    match code.code().get(..2) {
        Some("08" | "57") if *code != SqlState::QUERY_CANCELED => Fault::Away(said.message().to_owned()),
        Some("40") => Fault::Conflict(said.message().to_owned()),
        _ if *code == SqlState::LOCK_NOT_AVAILABLE => Fault::Conflict(said.message().to_owned()),
        _ if *code == SqlState::DISK_FULL => Fault::DiskFull,
        _ if *code == SqlState::TOO_MANY_CONNECTIONS => Fault::Away(said.message().to_owned()),
        _ => Fault::Postgres(error),
    }
}

/// An error with all that lies beneath it.
pub(super) fn spelled(error: &(dyn std::error::Error + 'static)) -> String {
    let chain: Vec<String> = std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    chain.join(": ")
}

fn source_of(error: &Error) -> Option<&(dyn std::error::Error + 'static)> {
    std::error::Error::source(error)
}

//! Why the program does not start, or does not do what it was asked: a stable code and a sentence in the reader's language,
//! with what the machine said behind it.

use std::net::SocketAddr;

use duken_kernel::Fault;
use serde_json::{Map, json};

use crate::config::BadConfig;
use crate::hub::NotStarted;
use crate::texts::{self, Language};

/// How things are said.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    /// For machines.
    pub json: bool,
    /// For people.
    pub language: Language,
}

/// An address that cannot be listened at.
#[derive(Debug, thiserror::Error)]
#[error("the address {address} cannot be used")]
pub(super) struct Unusable {
    /// The address.
    pub address: SocketAddr,
    /// What the machine says.
    #[source]
    pub source: std::io::Error,
}

/// A code and what its sentence names.
type Why = (&'static str, Map<String, serde_json::Value>);

fn why(error: &anyhow::Error) -> Why {
    let named = |code, params: serde_json::Value| match params {
        serde_json::Value::Object(params) => (code, params),
        _ => (code, Map::new()),
    };
    for cause in error.chain() {
        if let Some(bad) = cause.downcast_ref::<BadConfig>() {
            return match bad {
                BadConfig::Unreadable { path, .. } => named("start.config_unreadable", json!({ "path": path })),
                BadConfig::Malformed { path, message } => {
                    named("start.config_malformed", json!({ "path": path, "reason": message.trim() }))
                }
                BadConfig::StoreWithServer => named("start.store_with_server", json!({})),
                BadConfig::NotLoopback { key, address } => named("start.not_loopback", json!({ "key": key, "address": address })),
                BadConfig::LogFilter { text, reason } => named("start.log_filter", json!({ "text": text, "reason": reason })),
                BadConfig::Profiles(error) => named("start.printer_profiles", json!({ "reason": error.to_string() })),
                BadConfig::Limits { text, reason } => named("start.limits", json!({ "text": text, "reason": reason })),
            };
        }
        if let Some(Unusable { address, source }) = cause.downcast_ref::<Unusable>() {
            let code = if source.kind() == std::io::ErrorKind::AddrInUse { "start.port_taken" } else { "start.address_unusable" };
            return named(code, json!({ "address": address, "reason": source.to_string() }));
        }
        if let Some(fault) = cause.downcast_ref::<Fault>() {
            match fault {
                Fault::NewerDatabase { found, known } => return named("start.database_newer", json!({ "found": found, "known": known })),
                Fault::OldServer { found, oldest } => return named("start.server_old", json!({ "found": found, "oldest": oldest })),
                Fault::InUse(by) => return named("start.database_in_use", json!({ "by": by })),
                Fault::Away(reason) => return named("start.database_away", json!({ "reason": reason })),
                Fault::DiskFull => return named("start.disk_full", json!({})),
                Fault::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<NotStarted>()) {
                    Some(NotStarted::FolderInUse(folder)) => return named("start.folder_in_use", json!({ "path": folder })),
                    Some(NotStarted::RestoreUnfinished) => return named("start.restore_unfinished", json!({})),
                    None => {}
                },
                Fault::Sqlite(_) | Fault::Postgres(_) | Fault::Conflict(_) | Fault::Json(_) => {}
                Fault::Invariant { .. } | Fault::Panicked | Fault::Stopped | Fault::Other(_) => {}
            }
        }
    }
    named("start.failed", json!({ "reason": format!("{error:#}") }))
}

/// Says why not, on the way out.
pub(super) fn say(error: &anyhow::Error, Said { json, language }: Said) {
    let (code, params) = why(error);
    let sentence = texts::say(language, code, &params);
    if json {
        println!("{}", json!({ "code": code, "detail": sentence, "params": params, "reason": format!("{error:#}") }));
    }
    eprintln!("duken-hub: {code}: {sentence}");
    if code != "start.failed" {
        eprintln!("  {error:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence_that_names_what_it_is_about() {
        let address: SocketAddr = "127.0.0.1:7070".parse().unwrap();
        let taken = || std::io::Error::from(std::io::ErrorKind::AddrInUse);
        let reasons: Vec<(anyhow::Error, &str, &str)> = vec![
            (BadConfig::Unreadable { path: "/x.toml".into(), source: taken() }.into(), "start.config_unreadable", "/x.toml"),
            (BadConfig::Malformed { path: "/x.toml".into(), message: "prot".into() }.into(), "start.config_malformed", "prot"),
            (BadConfig::StoreWithServer.into(), "start.store_with_server", ""),
            (BadConfig::NotLoopback { key: "http", address }.into(), "start.not_loopback", "7070"),
            (BadConfig::LogFilter { text: "a=b".into(), reason: "no".into() }.into(), "start.log_filter", "a=b"),
            (BadConfig::Limits { text: "a=b".into(), reason: "no".into() }.into(), "start.limits", "a=b"),
            (Unusable { address, source: taken() }.into(), "start.port_taken", "7070"),
            (Unusable { address, source: std::io::ErrorKind::AddrNotAvailable.into() }.into(), "start.address_unusable", "7070"),
            (Fault::from(NotStarted::FolderInUse("/data".into())).into(), "start.folder_in_use", "/data"),
            (Fault::from(NotStarted::RestoreUnfinished).into(), "start.restore_unfinished", ""),
            (Fault::NewerDatabase { found: 99, known: 1 }.into(), "start.database_newer", "99"),
            (Fault::OldServer { found: "12".into(), oldest: 14 }.into(), "start.server_old", "12"),
            (Fault::InUse("pid 7".into()).into(), "start.database_in_use", "pid 7"),
            (Fault::Away("no route".into()).into(), "start.database_away", "no route"),
            (Fault::DiskFull.into(), "start.disk_full", ""),
            (anyhow::anyhow!("odd"), "start.failed", "odd"),
        ];
        for (error, code, named) in reasons {
            let (found, params) = why(&error);
            assert_eq!(found, code);
            for language in Language::ALL {
                let said = texts::say(language, code, &params);
                assert!(said != code && said.contains(named) && !said.contains('{'), "{code} in {}: {said}", language.code());
            }
        }
    }
}

//! Flags and what they come to.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

use super::refused::Said;
use crate::config::{BadConfig, Config, DatabaseUrl, Role};
use crate::texts::Language;
use crate::web::door::Limits;

/// Flags, each also an environment variable; both win over the file.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Configuration file (TOML).
    #[arg(long, env = "DUKEN_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Store or head office.
    #[arg(long, env = "DUKEN_ROLE", global = true)]
    role: Option<Role>,
    /// Folder of the database, files and keys.
    #[arg(long, env = "DUKEN_DATA_DIR", global = true)]
    data: Option<PathBuf>,
    /// A head office's database on a PostgreSQL server: postgres://user:password@host:port/database.
    #[arg(long, env = "DUKEN_DATABASE", hide_env_values = true, global = true)]
    database: Option<DatabaseUrl>,
    /// Plain HTTP, this machine only.
    #[arg(long, env = "DUKEN_HTTP", global = true)]
    http: Option<SocketAddr>,
    /// HTTPS for the network.
    #[arg(long, env = "DUKEN_HTTPS", global = true)]
    https: Option<SocketAddr>,
    /// Plain HTTP on the network for the page that explains trust.
    #[arg(long, env = "DUKEN_TRUST_HTTP", global = true)]
    trust_http: Option<SocketAddr>,
    /// Prometheus metrics, this machine only.
    #[arg(long, env = "DUKEN_METRICS", global = true)]
    metrics: Option<SocketAddr>,
    /// Announce on the network by DNS-SD.
    #[arg(long, env = "DUKEN_ANNOUNCE", global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    announce: Option<bool>,
    /// Mebibytes of the disk that are kept for the day it is full; 0 = none.
    #[arg(long, env = "DUKEN_BALLAST_MIB", global = true)]
    ballast_mib: Option<u32>,
    /// Log filter.
    #[arg(long, env = "DUKEN_LOG", global = true)]
    log: Option<String>,
    /// Logs as JSON lines.
    #[arg(long, env = "DUKEN_LOG_JSON", global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    log_json: Option<bool>,
    /// Names by which browsers may know this hub, separated by commas.
    #[arg(long, env = "DUKEN_NAMES", global = true, value_delimiter = ',')]
    names: Option<Vec<String>>,
    /// Limits of connections, as in the file's table, such as connections=500,idle_ms=30000.
    #[arg(long, env = "DUKEN_LIMITS", global = true)]
    limits: Option<String>,
    /// The language of what is said here: ru, kk or en; else that of the machine.
    #[arg(long, env = "DUKEN_LANGUAGE", global = true)]
    language: Option<Language>,
    /// For machines: what is found, and why not, as JSON.
    #[arg(long, global = true)]
    pub(super) json: bool,
}

impl Options {
    /// What all of it comes to.
    ///
    /// # Errors
    /// [`BadConfig`].
    pub(super) fn config(&self) -> Result<Config, BadConfig> {
        let mut config = match &self.config {
            Some(path) => Config::read(path)?,
            None => Config::default(),
        };
        let given = |value: Option<SocketAddr>, slot: &mut Option<SocketAddr>| {
            if value.is_some() {
                *slot = value;
            }
        };
        given(self.https, &mut config.https);
        given(self.trust_http, &mut config.trust_http);
        given(self.metrics, &mut config.metrics);
        config.role = self.role.unwrap_or(config.role);
        config.http = self.http.unwrap_or(config.http);
        config.data = self.data.clone().unwrap_or(config.data);
        config.database = self.database.clone().or(config.database);
        config.announce = self.announce.or(config.announce);
        config.ballast_mib = self.ballast_mib.unwrap_or(config.ballast_mib);
        config.log = self.log.clone().unwrap_or(config.log);
        config.log_json = self.log_json.unwrap_or(config.log_json);
        config.names = self.names.clone().unwrap_or(config.names);
        if let Some(limits) = &self.limits {
            config.limits = limited(config.limits, limits)?;
        }
        config.check()?;
        Ok(config)
    }

    /// In which language and for whom things are said.
    pub(super) fn said(&self) -> Said {
        Said { json: self.json, language: self.language.unwrap_or_else(machine_language) }
    }
}

/// The language of the machine.
fn machine_language() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.and_then(|locale| Language::accepted(&locale.replace('_', "-"))).unwrap_or(Language::En)
}

/// Limits with some of them changed: `key=value`, separated by commas.
fn limited(limits: Limits, changes: &str) -> Result<Limits, BadConfig> {
    let wrong = |reason: String| BadConfig::Limits { text: changes.to_owned(), reason };
    let mut table = toml::Table::try_from(limits).map_err(|error| wrong(error.to_string()))?;
    for change in changes.split(',').map(str::trim).filter(|change| !change.is_empty()) {
        let (key, value) = change.split_once('=').ok_or_else(|| wrong(format!("{change} is not key=value")))?;
        let value: i64 = value.trim().parse().map_err(|_| wrong(format!("{value} is no number")))?;
        table.insert(key.trim().to_owned(), value.into());
    }
    table.try_into().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_changed_by_name_and_wrong_ones_are_named() {
        let limits = limited(Limits::default(), "connections=7, idle_ms=30000").unwrap();
        assert_eq!(limits, Limits { connections: 7, idle_ms: 30_000, ..Limits::default() });
        for (text, named) in [("connections", "key=value"), ("idle_ms=soon", "soon"), ("chairs=4", "chairs"), ("connections=-1", "-1")] {
            let said = limited(Limits::default(), text).unwrap_err().to_string();
            assert!(said.contains(named), "{text}: {said}");
        }
    }
}

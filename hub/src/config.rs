//! The configuration: a file, then environment, then flags; the later wins. An unknown key is an error that names it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use duken_agent::printer::{ProfileError, Profiles};
use duken_kernel::store::postgres::Server;
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use crate::web::door::Limits;

/// What this program is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The hub of one store.
    #[default]
    Store,
    /// The head office of a chain.
    Office,
}

/// The address of a database on a PostgreSQL server. Shown without its password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DatabaseUrl(pub Server);

impl TryFrom<String> for DatabaseUrl {
    type Error = duken_kernel::Fault;
    fn try_from(url: String) -> Result<Self, Self::Error> {
        Server::parse(&url).map(Self)
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = duken_kernel::Fault;
    fn from_str(url: &str) -> Result<Self, Self::Err> {
        Server::parse(url).map(Self)
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// The configuration of a hub.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Store or head office.
    pub role: Role,
    /// The folder of the database, files and keys.
    pub data: PathBuf,
    /// The database of a head office on a PostgreSQL server, `postgres://user:password@host:port/database`; none = a file
    /// in the folder.
    pub database: Option<DatabaseUrl>,
    /// Plain HTTP for this machine: a loopback address.
    pub http: SocketAddr,
    /// HTTPS for the store's network; none = this machine only.
    pub https: Option<SocketAddr>,
    /// Plain HTTP on the network: serves only the page that explains trust.
    pub trust_http: Option<SocketAddr>,
    /// Prometheus metrics: a loopback address.
    pub metrics: Option<SocketAddr>,
    /// Announce on the network by DNS-SD; none = whenever the network is served.
    pub announce: Option<bool>,
    /// A folder of printer profiles that override the bundled ones.
    pub profiles_dir: Option<PathBuf>,
    /// Mebibytes of the disk that are kept for the day it is full, so that shifts can be closed then; 0 = none.
    pub ballast_mib: u32,
    /// Logs: `info`, or a filter such as `duken_hub=debug`.
    pub log: String,
    /// Logs as JSON lines.
    pub log_json: bool,
    /// Names by which browsers may know this hub beside its addresses and those of its own network, such as a public one.
    pub names: Vec<String>,
    /// How long connections may take, and how many there may be.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            role: Role::Store,
            data: PathBuf::from("/var/lib/duken"),
            database: None,
            http: SocketAddr::from(([127, 0, 0, 1], 7070)),
            https: None,
            trust_http: None,
            metrics: None,
            announce: None,
            profiles_dir: None,
            ballast_mib: 32,
            log: "info".to_owned(),
            log_json: false,
            names: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML of the known keys.
    #[error("{path}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        message: String,
    },
    /// A store keeps its books itself.
    #[error("database is for a head office (role = \"office\"): a store keeps its books in its own folder")]
    StoreWithServer,
    /// A printer profile cannot be used.
    #[error("profiles_dir: {0}")]
    Profiles(#[from] ProfileError),
    /// The log filter cannot be read.
    #[error("log: {text}: {reason}")]
    LogFilter {
        /// The filter.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Limits that are none.
    #[error("limits: {text}: {reason}")]
    Limits {
        /// As given.
        text: String,
        /// What is wrong with them.
        reason: String,
    },
    /// Plain HTTP is for this machine only.
    #[error("{key} must be an address of this machine (127.0.0.0/8 or ::1), not {address}: on the network the hub speaks HTTPS")]
    NotLoopback {
        /// The key.
        key: &'static str,
        /// Its value.
        address: SocketAddr,
    },
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// [`BadConfig::Unreadable`], then [`BadConfig::Malformed`].
    pub fn read(path: &Path) -> Result<Self, BadConfig> {
        let text = std::fs::read_to_string(path).map_err(|source| BadConfig::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text).map_err(|error| BadConfig::Malformed { path: path.to_owned(), message: error.to_string() })
    }

    /// Whether the hub announces itself: agents and tills find it by that, where there is a network to find it on.
    #[must_use]
    pub fn announces(&self) -> bool {
        self.announce.unwrap_or_else(|| self.https.is_some_and(|address| !address.ip().is_loopback()))
    }

    /// The printer profiles: the bundled ones, and over them those of the folder.
    ///
    /// # Errors
    /// [`BadConfig::Profiles`].
    pub fn profiles(&self) -> Result<Profiles, BadConfig> {
        match &self.profiles_dir {
            Some(folder) => Ok(Profiles::with_folder(folder)?),
            None => Ok(Profiles::bundled()),
        }
    }

    /// Checks what a parser cannot.
    ///
    /// # Errors
    /// [`BadConfig::StoreWithServer`], [`BadConfig::NotLoopback`], [`BadConfig::Profiles`], [`BadConfig::LogFilter`].
    pub fn check(&self) -> Result<(), BadConfig> {
        if self.database.is_some() && self.role == Role::Store {
            return Err(BadConfig::StoreWithServer);
        }
        for (key, address) in [("http", Some(self.http)), ("metrics", self.metrics)] {
            if let Some(address) = address.filter(|a| !a.ip().is_loopback()) {
                return Err(BadConfig::NotLoopback { key, address });
            }
        }
        self.profiles()?;
        self.log_filter().map(|_| ())
    }

    /// What is logged.
    ///
    /// # Errors
    /// [`BadConfig::LogFilter`].
    pub fn log_filter(&self) -> Result<EnvFilter, BadConfig> {
        EnvFilter::try_new(&self.log).map_err(|error| BadConfig::LogFilter { text: self.log.clone(), reason: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.toml");
        std::fs::write(&path, "role = \"store\"\nprot = 5\n").unwrap();
        let message = Config::read(&path).unwrap_err().to_string();
        assert!(message.contains("prot") && message.contains("line 2"), "{message}");
    }

    #[test]
    fn a_database_server_is_the_head_offices_and_its_password_is_not_shown() {
        let read = |text: &str| toml::from_str::<Config>(text).map_err(|error| error.to_string());
        let office = read("role = \"office\"\ndatabase = \"postgres://duken:s3cret@db/office\"").unwrap();
        assert!(office.check().is_ok());
        let shown = toml::to_string(&office).unwrap();
        assert!(shown.contains("postgres://db:5432/office") && !shown.contains("s3cret"), "{shown}");
        assert!(!format!("{office:?}").contains("s3cret"));
        let store = read("role = \"store\"\ndatabase = \"postgres://duken@db/office\"").unwrap();
        assert!(matches!(store.check(), Err(BadConfig::StoreWithServer)));
        let message = read("role = \"office\"\ndatabase = \"office.db\"").unwrap_err();
        assert!(message.contains("postgres://"), "{message}");
    }

    #[test]
    fn a_hub_on_the_network_is_announced_unless_told_otherwise() {
        let at = |https: Option<[u8; 4]>, announce| Config {
            https: https.map(|ip| SocketAddr::from((ip, 8443))),
            announce,
            ..Config::default()
        };
        assert!(at(Some([0, 0, 0, 0]), None).announces() && at(Some([192, 168, 1, 10]), None).announces());
        assert!(!at(Some([127, 0, 0, 1]), None).announces() && !at(None, None).announces());
        assert!(at(Some([127, 0, 0, 1]), Some(true)).announces() && !at(Some([0, 0, 0, 0]), Some(false)).announces());
        assert!(toml::from_str::<Config>("announce = true").unwrap().announces());
    }

    #[test]
    fn profiles_of_a_folder_are_read_and_their_mistakes_named() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { profiles_dir: Some(folder.path().to_owned()), ..Config::default() };
        std::fs::write(folder.path().join("ours.toml"), "id = 'ours'\nname = 'Ours'\nwidth_dots = 420\n").unwrap();
        assert_eq!(config.profiles().unwrap().get("ours").unwrap().width_dots, 420);
        std::fs::write(folder.path().join("ours.toml"), "id = 'ours'\nname = 'Ours'\nwidth_dots = 5\n").unwrap();
        let message = config.check().unwrap_err().to_string();
        assert!(message.contains("ours.toml") && message.contains("width_dots"), "{message}");
    }

    #[test]
    fn a_log_filter_that_cannot_be_read_is_refused() {
        let filter = |log: &str| Config { log: log.to_owned(), ..Config::default() }.check();
        assert!(filter("info,duken_hub=debug").is_ok());
        assert!(matches!(filter("duken_hub=loud"), Err(BadConfig::LogFilter { .. })));
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let config = Config { http: SocketAddr::from(([0, 0, 0, 0], 80)), ..Config::default() };
        assert!(matches!(config.check(), Err(BadConfig::NotLoopback { key: "http", .. })));
    }
    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_and_a_key_more_is_refused_by_name(
            port in 1_u16.., https in proptest::option::of(1_u16..), ballast_mib in 0_u32.., log in "(trace|debug|info|warn|error|off)",
            names in proptest::collection::vec("[a-z.]{1,20}", 0..4), office in proptest::bool::ANY, more in "[a-z]{12,16}",
        ) {
            let written = Config {
                role: if office { Role::Office } else { Role::Store },
                http: SocketAddr::from(([127, 0, 0, 1], port)),
                https: https.map(|port| SocketAddr::from(([0, 0, 0, 0], port))),
                ballast_mib,
                log,
                names,
                ..Config::default()
            };
            let text = toml::to_string(&written).unwrap();
            let read: Config = toml::from_str(&text).unwrap();
            proptest::prop_assert_eq!(format!("{read:?}"), format!("{written:?}"));
            proptest::prop_assert!(read.check().is_ok());
            let refused = toml::from_str::<Config>(&format!("{more} = 1\n{text}")).unwrap_err().to_string();
            proptest::prop_assert!(refused.contains(&more), "{}", refused);
        }

        #[test]
        fn no_text_makes_it_panic(text in "(\\PC|[\\[\\]=\"'\n#{},.0-9a-z]){0,120}") {
            let _refused = toml::from_str::<Config>(&text).map(|config| config.check().is_ok());
        }
    }
}

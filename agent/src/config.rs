//! Settings of the program `duken-agent`: a file, over it the environment, over it the command line; and what pairing left.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use duken_protocol::device::DeviceDescription;
use serde::{Deserialize, Serialize};

/// The settings file. An unknown key is an error: a misspelt one must not be ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address of the hub, over the one from pairing.
    #[serde(default)]
    pub hub: Option<String>,
    /// Name of this machine for people.
    #[serde(default)]
    pub name: Option<String>,
    /// Folder of the pairing and of the memory of jobs.
    #[serde(default)]
    pub state_dir: Option<PathBuf>,
    /// Folder of printer profiles that override the bundled ones.
    #[serde(default)]
    pub profiles_dir: Option<PathBuf>,
    /// What is logged, such as `info` or `duken_agent=debug`.
    #[serde(default)]
    pub log: Option<String>,
    /// Devices of this machine that are driven beside those the hub names.
    #[serde(default)]
    pub devices: Vec<DeviceDescription>,
}

/// Where the state lies when nothing else is said.
pub const STATE_DIR: &str = "/var/lib/duken-agent";

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not of the form.
    #[error("{path}: {detail}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Two devices have one id.
    #[error("two devices have the id {id}")]
    RepeatedDevice {
        /// Which.
        id: String,
    },
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        let config: Self =
            toml::from_str(&text).map_err(|error| ConfigError::Malformed { path: path.to_owned(), detail: error.to_string() })?;
        for (at, device) in config.devices.iter().enumerate() {
            if config.devices[..at].iter().any(|other| other.id == device.id) {
                return Err(ConfigError::RepeatedDevice { id: device.id.clone() });
            }
        }
        Ok(config)
    }

    /// The folder of the state.
    #[must_use]
    pub fn state_dir(&self) -> PathBuf {
        self.state_dir.clone().unwrap_or_else(|| PathBuf::from(STATE_DIR))
    }
}

/// What pairing left: kept in a file that only this user reads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairing {
    /// Address at which the hub was paired.
    pub address: String,
    /// Id of the hub.
    pub hub_id: String,
    /// Name of the store.
    #[serde(default)]
    pub store: String,
    /// Id of this agent.
    pub agent_id: String,
    /// Secret of this agent.
    pub token: String,
    /// SHA-256 of the hub's certificate; absent on plain loopback.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

impl std::fmt::Debug for Pairing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Pairing").field("address", &self.address).field("hub_id", &self.hub_id).finish_non_exhaustive()
    }
}

impl Pairing {
    fn path(state_dir: &Path) -> PathBuf {
        state_dir.join("pairing.json")
    }

    /// Reads the pairing; nothing when there is none.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(state_dir: &Path) -> Result<Option<Self>, ConfigError> {
        let path = Self::path(state_dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ConfigError::File { path, source }),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| ConfigError::Malformed { path, detail: error.to_string() })
    }

    /// Writes the pairing, whole or not at all, readable by this user alone.
    ///
    /// # Errors
    /// [`ConfigError::File`].
    pub fn write(&self, state_dir: &Path) -> Result<(), ConfigError> {
        let path = Self::path(state_dir);
        let write = || -> io::Result<()> {
            fs::create_dir_all(state_dir)?;
            let beside = path.with_extension("new");
            let _ = fs::remove_file(&beside);
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            fs::rename(&beside, &path)
        };
        write().map_err(|source| ConfigError::File { path: path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_whole_file_is_read_and_mistakes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("agent.toml");
        let read = |text: &str| {
            fs::write(&path, text).unwrap();
            Config::read(&path)
        };
        let config = read(
            "name = 'Касса 2'\nstate_dir = '/tmp/x'\n[[devices]]\nid = 'p'\nkind = 'printer'\nprofile = 'epson-tm'\n\
             connection = { type = 'network', address = '10.0.0.9' }\n",
        )
        .unwrap();
        assert_eq!((config.devices.len(), config.state_dir()), (1, PathBuf::from("/tmp/x")));
        assert!(read("hubb = 'x'").unwrap_err().to_string().contains("hubb"));
        let device = "[[devices]]\nid = 'p'\nkind = 'scanner'\nconnection = { type = 'evdev', path = 'x' }\n";
        assert!(matches!(read(&device.repeat(2)), Err(ConfigError::RepeatedDevice { id }) if id == "p"));
        assert!(matches!(Config::read(&folder.path().join("none")), Err(ConfigError::File { .. })));
    }

    #[test]
    fn the_pairing_is_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state");
        assert_eq!(Pairing::read(&state).unwrap(), None);
        let pairing = Pairing {
            address: "https://10.0.0.1:8443".into(),
            hub_id: "h".into(),
            store: "Дүкен".into(),
            agent_id: "a".into(),
            token: "secret".into(),
            fingerprint: None,
        };
        pairing.write(&state).unwrap();
        pairing.write(&state).unwrap();
        assert_eq!(Pairing::read(&state).unwrap(), Some(pairing.clone()));
        let mode = fs::metadata(state.join("pairing.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(!format!("{pairing:?}").contains("secret"));
    }
}

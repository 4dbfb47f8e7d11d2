//! A man in the middle: passes on what client and server say, and does harm at a moment that a test chooses.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Cluster, url_at};

/// What the proxy does with what it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Passes everything on.
    Open,
    /// Breaks the connection when the client commits, before the server hears of it.
    CutBeforeCommit,
    /// Breaks the connection when the client commits: the server commits, its answer is lost.
    CutAfterCommit,
    /// Lets nobody in.
    Shut,
    /// Lets the server call itself by another version number of the same length.
    Version(&'static str),
}

/// A socket before the server's own.
#[derive(Debug)]
pub struct Proxy {
    folder: PathBuf,
    gate: Arc<Mutex<Gate>>,
    open: Arc<Mutex<Vec<UnixStream>>>,
}

impl Proxy {
    /// A proxy before a server.
    ///
    /// # Panics
    /// When no socket can be made.
    #[must_use]
    pub fn before(cluster: &Cluster) -> Self {
        let folder = cluster.folder().join(format!("proxy-{}", super::NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
        std::fs::create_dir(&folder).expect("a folder");
        // So that it can be cleaned away with the rest.
        cluster.hand_over(&folder);
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).expect("a socket");
        let gate = Arc::new(Mutex::new(Gate::Open));
        let open = Arc::<Mutex<Vec<UnixStream>>>::default();
        let (server, at_gate, all) = (cluster.socket(), gate.clone(), open.clone());
        let _ends_with_the_process = std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if *locked(&at_gate) == Gate::Shut {
                    continue;
                }
                let Ok(server) = UnixStream::connect(&server) else { continue };
                locked(&all).extend([client.try_clone().expect("a handle"), server.try_clone().expect("a handle")]);
                pass(client, server, &at_gate);
            }
        });
        Self { folder, gate, open }
    }

    /// Sets what is done from now on.
    pub fn set(&self, gate: Gate) {
        *locked(&self.gate) = gate;
    }

    /// What is done now: a cut, once made, leaves the gate open.
    #[must_use]
    pub fn gate(&self) -> Gate {
        *locked(&self.gate)
    }

    /// Breaks every connection.
    pub fn cut(&self) {
        for stream in locked(&self.open).drain(..) {
            let _already_closed = stream.shutdown(Shutdown::Both);
        }
    }

    /// The address of a database through this proxy.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        url_at(&self.folder, database.rsplit('/').next().expect("a name"))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pass(client: UnixStream, server: UnixStream, gate: &Arc<Mutex<Gate>>) {
    let (mut to_server, mut from_server) = (server.try_clone().expect("a handle"), server);
    let (mut from_client, mut to_client) = (client.try_clone().expect("a handle"), client);
    let (asking, answering) = (gate.clone(), gate.clone());
    let _ends_with_its_stream = std::thread::spawn(move || {
        let mut buffer = vec![0_u8; 1 << 16];
        while let Ok(count @ 1..) = from_client.read(&mut buffer) {
            let said = &buffer[..count];
            let mut gate = locked(&asking);
            let commits = said.windows(7).any(|word| word == b"COMMIT\0");
            if commits && matches!(*gate, Gate::CutBeforeCommit | Gate::CutAfterCommit) {
                let heard = *gate == Gate::CutAfterCommit;
                *gate = Gate::Open;
                let _client_is_gone = from_client.shutdown(Shutdown::Both);
                if heard {
                    let _server_is_gone = to_server.write_all(said);
                    continue;
                }
                break;
            }
            drop(gate);
            if to_server.write_all(said).is_err() {
                break;
            }
        }
        let _already_closed = to_server.shutdown(Shutdown::Write);
    });
    let _ends_with_its_stream = std::thread::spawn(move || {
        let mut buffer = vec![0_u8; 1 << 16];
        while let Ok(count @ 1..) = from_server.read(&mut buffer) {
            let gate = *locked(&answering);
            if let Gate::Version(other) = gate {
                let own = buffer[..count].windows(6).position(|word| word.starts_with(b"1") && word.iter().all(u8::is_ascii_digit));
                if let Some(at) = own {
                    buffer[at..at + 6].copy_from_slice(other.as_bytes());
                }
            }
            // A client that left hears nothing more; the server is read to its end.
            let _client_is_gone = to_client.write_all(&buffer[..count]);
        }
        let _already_closed = to_client.shutdown(Shutdown::Both);
    });
}

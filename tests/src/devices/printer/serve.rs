//! The printer's two cables: a TCP port that serves one connection at a time, and a pseudo-terminal.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::machine::Machine;
use super::modes::{Power, SecondConnection};
use crate::devices::pty::{Pty, SlaveSide};
use crate::devices::watched::Watched;

type Shared = Watched<Machine>;

/// Serves the port for ever; while the power is off nothing listens there.
pub(super) async fn tcp(machine: Shared, listener: TcpListener, address: SocketAddr) {
    let mut listener = Some(listener);
    loop {
        machine.until(|machine| (machine.modes.power == Power::On).then_some(())).await;
        let open = match listener.take() {
            Some(first) => first,
            None => bind_again(address).await,
        };
        tokio::select! {
            () = until_off(&machine) => {}
            () = accept(&machine, &open) => {}
        }
    }
}

async fn until_off(machine: &Shared) {
    machine.until(|machine| (machine.modes.power == Power::Off).then_some(())).await;
}

/// Another program may have taken the port meanwhile: try until it is free.
async fn bind_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => tracing::warn!(%error, %address, "the printer's port is taken"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn accept(machine: &Shared, listener: &TcpListener) {
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "accepting failed");
                continue;
            }
        };
        let session = tcp_session(machine, stream);
        tokio::pin!(session);
        let mut versions = machine.subscribe();
        loop {
            let refuses = machine.read(|machine| machine.modes.second_connection == SecondConnection::Closed);
            tokio::select! {
                () = &mut session => break,
                second = listener.accept(), if refuses => drop(second),
                // The mode may have changed.
                _ = versions.changed() => {}
            }
        }
    }
}

async fn tcp_session(machine: &Shared, stream: TcpStream) {
    let (mut reader, mut writer) = stream.into_split();
    let mut buffer = vec![0; 4096];
    let mut versions = machine.subscribe();
    let generation = machine.change(|machine| {
        let generation = machine.generation;
        machine.connected();
        generation
    });
    loop {
        versions.borrow_and_update();
        let (appetite, outbox, current) = next_step(machine);
        if current != generation || write(&mut writer, &outbox).await.is_err() {
            break;
        }
        tokio::select! {
            changed = versions.changed() => if changed.is_err() { break },
            read = reader.read(&mut buffer[..appetite]), if appetite > 0 => match read {
                Ok(0) | Err(_) => break,
                Ok(count) => take(machine, &buffer[..count]).await,
            },
        }
    }
    machine.change(Machine::disconnected);
}

/// A client that reads nothing must not stop the printer for long.
async fn write(writer: &mut (impl AsyncWriteExt + Unpin), bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    match tokio::time::timeout(Duration::from_secs(1), writer.write_all(bytes)).await {
        Ok(done) => done,
        Err(_) => Ok(()),
    }
}

fn next_step(machine: &Shared) -> (usize, Vec<u8>, u64) {
    machine.change_if(|machine| {
        let outbox = std::mem::take(&mut machine.outbox);
        (false, (machine.appetite(), outbox, machine.generation))
    })
}

async fn take(machine: &Shared, bytes: &[u8]) {
    let speed = machine.change(|machine| {
        machine.take(bytes);
        machine.modes.bytes_per_second
    });
    if let Some(speed) = speed.filter(|speed| *speed > 0) {
        tokio::time::sleep(Duration::from_secs_f64(bytes.len() as f64 / f64::from(speed))).await;
    }
}

/// Serves a pseudo-terminal for ever; while the power is off it is hung up and its link gone.
pub(super) async fn pty(machine: Shared, first: Pty, link: Option<PathBuf>) {
    let mut next = Some(first);
    loop {
        machine.until(|machine| (machine.modes.power == Power::On).then_some(())).await;
        let port = match next.take().map_or_else(|| Pty::open(link.as_deref(), SlaveSide::Held), Ok) {
            Ok(port) => port,
            Err(error) => {
                tracing::error!(%error, "no pseudo-terminal for the printer");
                return;
            }
        };
        let generation = machine.change(|machine| {
            machine.connected();
            machine.generation
        });
        pty_session(&machine, &port, generation).await;
        machine.change(Machine::disconnected);
    }
}

/// Until the power goes or the line drops: a serial line knows no other end.
async fn pty_session(machine: &Shared, port: &Pty, generation: u64) {
    let mut buffer = vec![0; 4096];
    let mut versions = machine.subscribe();
    loop {
        versions.borrow_and_update();
        let (appetite, outbox, current) = next_step(machine);
        if current != generation {
            return;
        }
        if !outbox.is_empty() {
            let _ = tokio::time::timeout(Duration::from_secs(1), port.write_all(&outbox)).await;
        }
        tokio::select! {
            changed = versions.changed() => if changed.is_err() { return },
            read = port.read(&mut buffer[..appetite]), if appetite > 0 => match read {
                Ok(0) | Err(_) => return,
                Ok(count) => take(machine, &buffer[..count]).await,
            },
        }
    }
}

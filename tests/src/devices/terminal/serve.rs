//! The terminal's network: a port, TLS or not, and the faults between.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::http::{Connection, Reply};
use super::modes::{Link, Protection};
use super::tls::Identity;
use super::{Shared, TerminalOptions, calls};

/// What every connection needs.
pub(super) struct Context {
    pub machine: Shared,
    pub options: TerminalOptions,
    pub identity: Identity,
}

/// Serves the port for ever; while the link is off nothing listens there and no connection lives.
pub(super) async fn serve(context: Arc<Context>, listener: TcpListener, address: SocketAddr) {
    let mut listener = Some(listener);
    loop {
        context.machine.until(|machine| (machine.modes.link != Link::Off).then_some(())).await;
        let open = match listener.take() {
            Some(first) => first,
            None => bind_again(address).await,
        };
        let mut connections = JoinSet::new();
        tokio::select! {
            () = context.machine.until(|machine| (machine.modes.link == Link::Off).then_some(())) => {}
            () = accept(&context, &open, &mut connections) => {}
        }
    }
}

async fn bind_again(address: SocketAddr) -> TcpListener {
    loop {
        match TcpListener::bind(address).await {
            Ok(listener) => return listener,
            Err(error) => tracing::warn!(%error, %address, "the terminal's port is taken"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn accept(context: &Arc<Context>, listener: &TcpListener, connections: &mut JoinSet<()>) {
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(Arc::clone(context), stream));
                }
                Err(error) => tracing::warn!(%error, "accepting failed"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(context: Arc<Context>, stream: TcpStream) {
    let (link, protection) = context.machine.read(|machine| (machine.modes.link, machine.modes.protection));
    if link == Link::Silent {
        until_not_silent(&context).await;
        return;
    }
    let ended = match protection {
        Protection::On => match context.identity.acceptor.accept(stream).await {
            Ok(stream) => talk(&context, stream).await,
            Err(error) => Err(error),
        },
        Protection::TokenOnly | Protection::Off => talk(&context, stream).await,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to the terminal ended");
    }
}

async fn until_not_silent(context: &Context) {
    context.machine.until(|machine| (machine.modes.link != Link::Silent).then_some(())).await;
}

async fn talk(context: &Context, stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<()> {
    let mut connection = Connection::new(stream);
    while let Some(request) = connection.request().await? {
        if context.machine.read(|machine| machine.modes.link == Link::Silent) {
            // It fell asleep with the line open: the request is never read.
            until_not_silent(context).await;
            return Ok(());
        }
        let reply = calls::carry_out(&context.machine, &context.options, &request).await;
        let delay = context.machine.read(|machine| machine.modes.delay_ms);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        match reply {
            Reply::Json(status, body) => connection.answer(status, &body.to_string(), request.closes).await?,
            Reply::Empty(status) => connection.answer(status, "", request.closes).await?,
            Reply::Lost => return Ok(()),
        }
        if request.closes {
            break;
        }
    }
    connection.close().await;
    Ok(())
}

/// Moves operations on by the clock, for as long as the terminal lives.
pub(super) async fn tick(machine: Shared) {
    let mut versions = machine.subscribe();
    loop {
        versions.borrow_and_update();
        let due = machine.change_if(|machine| {
            let moved = machine.tick();
            let wait = machine.next_due().map(|due| due.duration_since(machine.now()));
            (moved, wait)
        });
        let wait = due.map_or(Duration::from_secs(3600), |due| due.try_into().unwrap_or(Duration::ZERO));
        tokio::select! {
            // Not sooner: a due moment that lies a hair ahead must not spin.
            () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
            changed = versions.changed() => if changed.is_err() { return },
        }
    }
}

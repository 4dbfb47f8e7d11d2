//! The simulated devices of a till as a program: a receipt printer on TCP, another on a serial line, a Kaspi
//! terminal, a scanner, and a page to play with them.
//!
//! Only devices that are named are started; port 0 takes any free one. When all is ready, one line of JSON on
//! standard output says where everything is. Ctrl+C and SIGTERM end it.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Parser, ValueEnum};
use duken_tests::devices::control::{Devices, read_samples, router};
use duken_tests::devices::escpos::{CodeTables, PressOptions};
use duken_tests::devices::printer::{Printer, PrinterOptions};
use duken_tests::devices::scanner::Scanner;
use duken_tests::devices::terminal::{Buyer, Method, Pace, Protection, Registration, Terminal, TerminalModes, TerminalOptions};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(about = "Simulated devices of a till", version)]
struct Arguments {
    /// Where the page and the control interface are.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    http: SocketAddr,
    /// Address that printer and terminal listen on.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    bind: IpAddr,
    /// Start a network printer on this port.
    #[arg(long, value_name = "PORT")]
    printer_tcp: Option<u16>,
    /// Start a serial printer; this path will lead to its port.
    #[arg(long, value_name = "PATH")]
    printer_pty: Option<PathBuf>,
    /// Start a Kaspi terminal on this port.
    #[arg(long, value_name = "PORT")]
    terminal: Option<u16>,
    /// Start a serial scanner; this path will lead to its port.
    #[arg(long, value_name = "PATH")]
    scanner_pty: Option<PathBuf>,
    /// Keep paper, ledger and tokens here over restarts.
    #[arg(long, value_name = "FOLDER")]
    state_dir: Option<PathBuf>,
    /// Codes that the page offers: a JSON list of {code, name}, or lines of code, tab, name.
    #[arg(long, value_name = "FILE")]
    samples: Option<PathBuf>,
    /// Dots across the paper: 576 for 80 mm, 384 for 58 mm.
    #[arg(long, default_value_t = 576, value_parser = clap::value_parser!(u16).range(64..=2048))]
    paper_dots: u16,
    /// Whose numbers of code tables the printers follow.
    #[arg(long, value_enum, default_value_t = Tables::Epson)]
    code_tables: Tables,
    /// The terminal's switch "protection".
    #[arg(long, value_enum, default_value_t = Shield::On)]
    terminal_protection: Shield,
    /// Buyers pay by QR and tills are allowed by themselves, instead of by buttons on the page.
    #[arg(long)]
    terminal_auto: bool,
    /// End when standard input ends, as it does when the parent process dies.
    #[arg(long)]
    exit_with_stdin: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tables {
    Epson,
    Xprinter,
    Rongta,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shield {
    /// HTTPS and a token.
    On,
    /// HTTP and a token.
    TokenOnly,
    /// HTTP alone.
    Off,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let devices = Arc::new(start(&arguments).await?);
    let listener = TcpListener::bind(arguments.http).await.with_context(|| format!("the page's address {}", arguments.http))?;
    let page = listener.local_addr()?;
    // Before the line that says "ready": whoever reads it may end us at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    announce(&describe(page, &devices))?;
    tokio::select! {
        served = axum::serve(listener, router(devices)) => served?,
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        () = stdin_ended(), if arguments.exit_with_stdin => {}
    }
    Ok(())
}

async fn start(arguments: &Arguments) -> anyhow::Result<Devices> {
    let mut devices = Devices::default();
    let folder = |name: &str| arguments.state_dir.as_ref().map(|folder| folder.join(name));
    if let Some(port) = arguments.printer_tcp {
        let options = printer_options(arguments, folder("printer-lan"));
        let printer = Printer::on_tcp((arguments.bind, port), options).await.with_context(|| format!("the printer's port {port}"))?;
        devices.printers.push(("lan".to_owned(), printer));
    }
    if let Some(path) = &arguments.printer_pty {
        let printer = Printer::on_pty(Some(made_room(path)?), printer_options(arguments, folder("printer-serial")))
            .with_context(|| format!("the printer's port {}", path.display()))?;
        devices.printers.push(("serial".to_owned(), printer));
    }
    if let Some(port) = arguments.terminal {
        let options = TerminalOptions { modes: terminal_modes(arguments), folder: folder("terminal"), ..TerminalOptions::default() };
        let terminal = Terminal::start((arguments.bind, port), options).await.with_context(|| format!("the terminal's port {port}"))?;
        devices.terminal = Some(terminal);
    }
    if let Some(path) = &arguments.scanner_pty {
        let scanner = Scanner::plugged_in(Some(made_room(path)?)).with_context(|| format!("the scanner's port {}", path.display()))?;
        devices.scanner = Some(scanner);
    }
    if let Some(path) = &arguments.samples {
        devices.samples = read_samples(path).with_context(|| format!("the samples {}", path.display()))?;
    }
    Ok(devices)
}

fn made_room(path: &Path) -> anyhow::Result<&Path> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("the folder of {}", path.display()))?;
    }
    Ok(path)
}

fn printer_options(arguments: &Arguments, folder: Option<PathBuf>) -> PrinterOptions {
    let code_tables = match arguments.code_tables {
        Tables::Epson => CodeTables::Epson,
        Tables::Xprinter => CodeTables::Xprinter,
        Tables::Rongta => CodeTables::Rongta,
    };
    let press = PressOptions { width: arguments.paper_dots.into(), code_tables, ..PressOptions::default() };
    PrinterOptions { press, folder, ..PrinterOptions::default() }
}

fn terminal_modes(arguments: &Arguments) -> TerminalModes {
    let protection = match arguments.terminal_protection {
        Shield::On => Protection::On,
        Shield::TokenOnly => Protection::TokenOnly,
        Shield::Off => Protection::Off,
    };
    let (buyer, registration) = if arguments.terminal_auto {
        (Buyer::Pays { by: Method::Qr }, Registration::Automatic)
    } else {
        (Buyer::Person, Registration::Person)
    };
    TerminalModes { protection, buyer, registration, pace: Pace::Milliseconds(700), ..TerminalModes::default() }
}

/// Where everything is.
fn describe(page: SocketAddr, devices: &Devices) -> Value {
    use duken_tests::devices::printer::PrinterAddress;
    let printers = devices.printers.iter().map(|(id, printer)| {
        let place = match printer.address() {
            PrinterAddress::Tcp(address) => json!({"tcp": address.to_string()}),
            PrinterAddress::Serial(path) => json!({"pty": path}),
        };
        (id.clone(), place)
    });
    json!({
        "http": format!("http://{page}"),
        "printers": printers.collect::<serde_json::Map<_, _>>(),
        "terminal": devices.terminal.as_ref().map(|terminal| json!({
            "address": terminal.socket().to_string(),
            "host": terminal.host_name(),
            "ca_pem": terminal.ca_pem(),
            "protection": terminal.modes().protection,
        })),
        "scanner": devices.scanner.as_ref().map(|scanner| json!({"pty": scanner.path()})),
    })
}

fn announce(line: &Value) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// A thread of its own: a blocked read must not hold up the end of the program.
async fn stdin_ended() {
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(ended);
    });
    let _ = end.await;
}

//! Cards of devices.

use std::sync::Arc;

use duken_agent::printer::Profiles;
use duken_kernel::journal::{Draft, OWN};
use duken_kernel::{Read, Reject, Tx};
use duken_protocol::device::{Connection, DeviceKind, PrinterSettings, TerminalIdentity};
use serde_json::json;

use crate::devices::hands::CARDS;
use crate::devices::model::{Device, DeviceCard};
use crate::devices::project::{ARCHIVED, SAVED, Saved};
use crate::devices::{
    ADDRESS_WRONG, AGENT_UNKNOWN, CONNECTION_TAKEN, CONNECTION_WRONG, IN_USE, NAME_MISSING, PAYMENT_PENDING, jobs, library, log, places,
    queries, terminals,
};
use crate::web::{CARD_CHANGED, CARD_NOT_FOUND};

/// Saves the whole card of a device; `id` is none for a new one. Answers with its number.
///
/// # Errors
/// `device.name_missing`, `device.connection_wrong`, `device.address_wrong`, `device.agent_unknown`,
/// `device.connection_taken`; `card.not_found` and `card.changed` for one that is there.
pub fn save_device(id: Option<i64>, version: i64, card: DeviceCard) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        check(tx, id, &card)?;
        let Some(id) = id else { return saved(tx, None, card) };
        let known = current(tx, id, version, &card)?;
        // Its kind stays: jobs and payments name it.
        let card = DeviceCard { kind: known.card.kind, archived: known.card.archived, ..card };
        if card.agent != known.card.agent {
            jobs::hangs_elsewhere(tx, id)?;
        }
        saved(tx, Some(id), card)
    }
}

/// A terminal that a person saved is asked which one it is, once its driver has heard of the card.
fn saved(tx: &mut Tx<'_>, id: Option<i64>, card: DeviceCard) -> Result<i64, Reject> {
    let terminal = card.kind == DeviceKind::Terminal;
    let id = record(tx, SAVED, id, card)?;
    if terminal {
        tx.notify(terminals::TOPIC, json!({ "device": id.to_string() }));
    }
    Ok(id)
}

/// Takes a device out of use.
///
/// # Errors
/// `card.not_found`, `device.in_use` while it stands at a till, `device.payment_pending` while a payment of it is not settled.
pub fn archive_device(id: i64) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let known = queries::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if known.card.archived {
            return Ok(id);
        }
        if let Some(till) = places::tills_of_device(tx, id)?.first() {
            let name = crate::tills::name_of(tx, *till)?.unwrap_or_default();
            return Err(IN_USE.refuse().with("till", name).into());
        }
        // A row of the payments' own table: they stand above devices and cannot be asked from here.
        let unsettled = tx.row(
            "SELECT 1 FROM payment p JOIN payment_state s ON s.node = p.node AND s.id = p.id \
             WHERE p.node = ?1 AND p.terminal = ?2 AND s.state IN ('intent', 'waiting', 'unknown') LIMIT 1",
            &[OWN.into(), id.into()],
        )?;
        if unsettled.is_some() {
            return PAYMENT_PENDING.err();
        }
        record(tx, ARCHIVED, Some(id), DeviceCard { archived: true, ..known.card })
    }
}

/// Takes over what a person saw on the test chart.
///
/// # Errors
/// `card.not_found` for what is no printer, `device.width_wrong`, `device.code_page_missing`, `card.changed`.
pub fn save_chart(
    profiles: Arc<Profiles>,
    id: i64,
    version: i64,
    answers: PrinterSettings,
) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let known = queries::find(tx, id)?.filter(|device| device.card.kind == DeviceKind::Printer);
        let known = known.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        library::check_printer(&profiles, known.card.profile.as_deref(), &answers)?;
        let card = DeviceCard { printer: answers, ..known.card };
        current(tx, id, version, &card)?;
        record(tx, SAVED, Some(id), card)
    }
}

/// Notes which terminal answers at a card's address: its serial number stays when the address changes.
///
/// # Errors
/// `card.not_found`.
pub fn note_identity(id: i64, identity: TerminalIdentity) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let known = queries::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        let given = |text: String| (!text.is_empty()).then_some(text);
        let card = DeviceCard {
            serial_number: given(identity.serial_num).or_else(|| known.card.serial_number.clone()),
            terminal_id: given(identity.terminal_id).or_else(|| known.card.terminal_id.clone()),
            ..known.card.clone()
        };
        if card == known.card {
            return Ok(id);
        }
        record(tx, SAVED, Some(id), card)
    }
}

/// A device that was found elsewhere on the network is reached there from now on.
///
/// # Errors
/// `card.not_found`; `card.changed` when somebody has changed where it is meanwhile; `device.connection_taken`.
pub fn move_device(id: i64, from: Connection, to: Connection) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    move |tx| {
        let known = queries::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
        if known.card.connection != from {
            return Err(CARD_CHANGED.refuse().with("fields", json!(["connection"])).into());
        }
        let card = DeviceCard { connection: to, ..known.card };
        check(tx, Some(id), &card)?;
        let address = match &card.connection {
            Connection::Network { address } => address.clone(),
            Connection::Serial { path, .. } | Connection::UsbLp { path } | Connection::Evdev { path } => path.clone(),
            Connection::Usb { .. } => String::new(),
        };
        log::keep(tx, id, log::Level::Warning, "moved", &json!({ "address": address }))?;
        record(tx, SAVED, Some(id), card)
    }
}

fn record(tx: &mut Tx<'_>, kind: &'static str, id: Option<i64>, card: DeviceCard) -> Result<i64, Reject> {
    let seq = tx.record(Draft::new(kind, &Saved { id, card })?)?;
    let id = id.unwrap_or(seq);
    let payload = json!({ "device": id.to_string() });
    tx.notify(CARDS, payload.clone());
    tx.notify("devices", payload);
    Ok(id)
}

fn current(tx: &Tx<'_>, id: i64, version: i64, wanted: &DeviceCard) -> Result<Device, Reject> {
    let known = queries::find(tx, id)?.ok_or_else(|| CARD_NOT_FOUND.refuse())?;
    if known.version == version {
        return Ok(known);
    }
    let (now, wanted) = (serde_json::to_value(&known.card)?, serde_json::to_value(wanted)?);
    let fields: Vec<&String> =
        now.as_object().into_iter().flatten().filter(|(name, value)| wanted.get(name) != Some(value)).map(|(name, _)| name).collect();
    Err(CARD_CHANGED.refuse().with("fields", json!(fields)).into())
}

fn check(tx: &Tx<'_>, id: Option<i64>, card: &DeviceCard) -> Result<(), Reject> {
    if card.name.trim().is_empty() || card.name.chars().count() > 100 {
        return Err(NAME_MISSING.refuse().field("name").into());
    }
    let fits = match (card.kind, &card.connection) {
        (DeviceKind::Terminal, connection) => matches!(connection, Connection::Network { .. }),
        (DeviceKind::Scanner, connection) => matches!(connection, Connection::Serial { .. } | Connection::Evdev { .. }),
        (DeviceKind::Printer | DeviceKind::Drawer, connection) => !matches!(connection, Connection::Evdev { .. }),
    };
    if !fits {
        return Err(CONNECTION_WRONG.refuse().field("connection").into());
    }
    if !plausible(&card.connection) {
        return Err(ADDRESS_WRONG.refuse().field("connection").into());
    }
    if let Some(agent) = card.agent
        && !queries::agents(tx)?.iter().any(|known| known.id == agent)
    {
        return Err(AGENT_UNKNOWN.refuse().field("agent_id").into());
    }
    let same = |other: &Device| {
        Some(other.id) != id
            && !other.card.archived
            && other.card.agent == card.agent
            && (other.card.kind == DeviceKind::Terminal) == (card.kind == DeviceKind::Terminal)
            && other.card.connection == card.connection
    };
    match queries::devices(tx)?.into_iter().find(same) {
        Some(other) => Err(CONNECTION_TAKEN.refuse().field("connection").with("name", other.card.name).into()),
        None => Ok(()),
    }
}

/// Whether an address can be one at all: no spaces, no scheme, a port that is a number.
fn plausible(connection: &Connection) -> bool {
    let path = |path: &str| path.starts_with('/') && !path.contains(char::is_whitespace);
    match connection {
        Connection::Network { address } => plausible_address(address),
        Connection::Serial { path: at, baud, data_bits, .. } => path(at) && *baud > 0 && matches!(data_bits, 7 | 8),
        Connection::UsbLp { path: at } | Connection::Evdev { path: at } => path(at),
        Connection::Usb { vid, .. } => *vid != 0,
    }
}

pub(in crate::devices) fn plausible_address(address: &str) -> bool {
    let named =
        |host: &str| !host.is_empty() && host.len() <= 253 && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
    if address.parse::<std::net::IpAddr>().is_ok() || address.parse::<std::net::SocketAddr>().is_ok() {
        return true;
    }
    match address.split_once(':') {
        Some((host, port)) => named(host) && port.parse::<u16>().is_ok_and(|port| port > 0),
        None => named(address),
    }
}

#[cfg(test)]
mod tests {
    use super::plausible_address;

    #[test]
    fn an_address_is_a_host_or_an_ip_with_an_optional_port() {
        for (address, fits) in [
            ("192.168.1.50", true),
            ("192.168.1.50:9100", true),
            ("[fe80::1]:9100", true),
            ("fe80::1", true),
            ("printer.local", true),
            ("printer.local:9100", true),
            ("http://printer", false),
            ("printer:", false),
            ("printer:0", false),
            ("a b", false),
            ("", false),
        ] {
            assert_eq!(plausible_address(address), fits, "{address}");
        }
    }
}

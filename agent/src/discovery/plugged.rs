//! What is plugged into this machine, read from the system's own lists: no device is opened or disturbed.

use std::fs;
use std::path::{Path, PathBuf};

use duken_protocol::device::{Connection, DeviceKind, FoundDevice};

use crate::printer::Profiles;

/// Words in the names of keyboards that are scanners. Others are never offered: a grabbed keyboard is dead for people.
const SCANNER_WORDS: [&str; 14] = [
    "scan",
    "barcode",
    "honeywell",
    "zebra",
    "symbol",
    "datalogic",
    "newland",
    "netum",
    "mindeo",
    "zebex",
    "metrologic",
    "opticon",
    "hidpos",
    "2d_imager",
];

/// USB class of printers.
const PRINTER_CLASS: &str = "07";

/// Printers on USB, USB serial ports, and keyboards that are scanners.
#[must_use]
pub fn plugged_in(profiles: &Profiles) -> Vec<FoundDevice> {
    plugged_in_below(Path::new("/"), profiles)
}

fn plugged_in_below(root: &Path, profiles: &Profiles) -> Vec<FoundDevice> {
    let mut found = usb_printers(root, profiles);
    found.extend(links(&root.join("dev/serial/by-id")).into_iter().map(|name| {
        let path = format!("/dev/serial/by-id/{name}");
        FoundDevice { kind: DeviceKind::Scanner, name: readable(&name), connection: Connection::serial(path, 9_600), profile: None }
    }));
    found.extend(links(&root.join("dev/input/by-id")).into_iter().filter(|name| is_scanner_keyboard(name)).map(|name| {
        let path = format!("/dev/input/by-id/{name}");
        FoundDevice { kind: DeviceKind::Scanner, name: readable(&name), connection: Connection::Evdev { path }, profile: None }
    }));
    found
}

fn is_scanner_keyboard(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    name.ends_with("-event-kbd") && SCANNER_WORDS.iter().any(|word| small.contains(word))
}

fn readable(link: &str) -> String {
    let name = link.trim_start_matches("usb-");
    let name = name.split("-if0").next().unwrap_or(name).trim_end_matches("-event-kbd");
    name.replace('_', " ")
}

fn links(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

fn line(path: PathBuf) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn usb_printers(root: &Path, profiles: &Profiles) -> Vec<FoundDevice> {
    let devices = root.join("sys/bus/usb/devices");
    let names = links(&devices);
    let mut found = Vec::new();
    for interface in names.iter().filter(|name| name.contains(':')) {
        let folder = devices.join(interface);
        if line(folder.join("bInterfaceClass")).as_deref() != Some(PRINTER_CLASS) {
            continue;
        }
        let port_path = interface.split(':').next().unwrap_or(interface);
        let device = devices.join(port_path);
        let id = |name: &str| line(device.join(name)).and_then(|text| u16::from_str_radix(&text, 16).ok());
        let (Some(vid), Some(pid)) = (id("idVendor"), id("idProduct")) else { continue };
        let parts = [line(device.join("manufacturer")), line(device.join("product"))];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let connection = match links(&folder.join("usbmisc")).into_iter().next() {
            Some(lp) => Connection::UsbLp { path: stable(root, &lp) },
            None => Connection::Usb { vid, pid, serial: line(device.join("serial")), port_path: Some(port_path.to_owned()) },
        };
        let name = if name.is_empty() { format!("USB {vid:04x}:{pid:04x}") } else { name };
        let profile = profiles.for_usb(vid, pid).map(|profile| profile.id.clone());
        found.push(FoundDevice { kind: DeviceKind::Printer, name, connection, profile });
    }
    found
}

/// The link under `/dev/duken` that always leads to this printer, where the udev rules make one; else the kernel's own name,
/// which two printers may exchange at the next start.
fn stable(root: &Path, lp: &str) -> String {
    let folder = root.join("dev/duken");
    let leads_there = |name: &String| fs::read_link(folder.join(name)).is_ok_and(|to| to.file_name().is_some_and(|end| end == lp));
    match links(&folder).into_iter().filter(|name| name.starts_with("printer-")).find(leads_there) {
        Some(name) => format!("/dev/duken/{name}"),
        None => format!("/dev/usb/{lp}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printers_serial_ports_and_scanners_but_never_keyboards() {
        let root = tempfile::tempdir().unwrap();
        let file = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let usb = "sys/bus/usb/devices";
        for (port, vendor, lp) in [("1-2", "04b8\n", true), ("1-3.1", "0416\n", false)] {
            file(&format!("{usb}/{port}/idVendor"), vendor);
            file(&format!("{usb}/{port}/idProduct"), "5011\n");
            file(&format!("{usb}/{port}/product"), "TM-T20\n");
            file(&format!("{usb}/{port}:1.0/bInterfaceClass"), "07\n");
            if lp {
                file(&format!("{usb}/{port}:1.0/usbmisc/lp0/dev"), "180:0\n");
            }
        }
        file(&format!("{usb}/1-4:1.0/bInterfaceClass"), "03\n");
        file("dev/serial/by-id/usb-Honeywell_1470g_21104B-if00", "");
        file("dev/input/by-id/usb-Logitech_Keyboard-event-kbd", "");
        file("dev/input/by-id/usb-Newland_HR32-event-kbd", "");
        let found = plugged_in_below(root.path(), &Profiles::bundled());
        let seen: Vec<_> =
            found.iter().map(|device| (device.name.as_str(), device.profile.as_deref(), device.connection.clone())).collect();
        // With the udev rules the printer keeps its name, whatever the kernel counts.
        fs::create_dir_all(root.path().join("dev/duken")).unwrap();
        std::os::unix::fs::symlink("../usb/lp0", root.path().join("dev/duken/printer-04b8_0e28_S7-port-1-2")).unwrap();
        let renamed = usb_printers(root.path(), &Profiles::bundled())[0].connection.clone();
        assert_eq!(renamed, Connection::UsbLp { path: "/dev/duken/printer-04b8_0e28_S7-port-1-2".into() });
        let usb = Connection::Usb { vid: 0x0416, pid: 0x5011, serial: None, port_path: Some("1-3.1".into()) };
        assert_eq!(
            seen,
            [
                ("TM-T20", Some("epson-tm"), Connection::UsbLp { path: "/dev/usb/lp0".into() }),
                ("TM-T20", Some("xprinter-80"), usb),
                ("Honeywell 1470g 21104B", None, Connection::serial("/dev/serial/by-id/usb-Honeywell_1470g_21104B-if00", 9_600)),
                ("Newland HR32", None, Connection::Evdev { path: "/dev/input/by-id/usb-Newland_HR32-event-kbd".into() }),
            ]
        );
    }
}

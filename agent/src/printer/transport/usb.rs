//! USB printers that no kernel driver offers as a file: claimed by libusb, found again by ids after each replug.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use duken_protocol::device::Reason;
use rusb::{Device, DeviceHandle, Direction, GlobalContext, TransferType};

use super::{LinkError, OpenError};

/// Longest single transfer: the worker thread must not hang on a printer that was pulled.
const TRANSFER_BYTES_MAX: usize = 4_096;

/// A claimed printer.
#[derive(Debug)]
pub struct UsbLink {
    handle: Arc<DeviceHandle<GlobalContext>>,
    interface: u8,
    to_printer: u8,
    from_printer: Option<u8>,
}

impl Drop for UsbLink {
    fn drop(&mut self) {
        let _ = self.handle.release_interface(self.interface);
    }
}

impl UsbLink {
    pub(super) async fn open(vid: u16, pid: u16, serial: Option<String>, port_path: Option<String>) -> Result<Self, OpenError> {
        let opened = tokio::task::spawn_blocking(move || claim(vid, pid, serial.as_deref(), port_path.as_deref())).await;
        opened.unwrap_or_else(|error| Err(OpenError { reason: Reason::Offline, detail: error.to_string() }))
    }

    pub(super) async fn write_some(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, LinkError> {
        let (handle, endpoint) = (Arc::clone(&self.handle), self.to_printer);
        let bytes = bytes[..bytes.len().min(TRANSFER_BYTES_MAX)].to_vec();
        run(move || handle.write_bulk(endpoint, &bytes, limit)).await
    }

    pub(super) async fn read_some(&mut self, limit: Duration) -> Result<Vec<u8>, LinkError> {
        let Some(endpoint) = self.from_printer else {
            tokio::time::sleep(limit).await;
            return Err(LinkError::TimedOut);
        };
        let handle = Arc::clone(&self.handle);
        run(move || {
            let mut bytes = vec![0; 64];
            let count = handle.read_bulk(endpoint, &mut bytes, limit)?;
            bytes.truncate(count);
            if bytes.is_empty() { Err(rusb::Error::Timeout) } else { Ok(bytes) }
        })
        .await
    }
}

async fn run<T: Send + 'static>(work: impl FnOnce() -> rusb::Result<T> + Send + 'static) -> Result<T, LinkError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(rusb::Error::Timeout)) => Err(LinkError::TimedOut),
        Ok(Err(error)) => Err(LinkError::Lost(io::Error::other(error))),
        Err(error) => Err(LinkError::Lost(io::Error::other(error))),
    }
}

fn claim(vid: u16, pid: u16, serial: Option<&str>, port_path: Option<&str>) -> Result<UsbLink, OpenError> {
    let refused = |error: rusb::Error| {
        let reason = if error == rusb::Error::Busy { Reason::InUse } else { Reason::Offline };
        OpenError { reason, detail: format!("USB {vid:04x}:{pid:04x}: {error}") }
    };
    let devices = rusb::devices().map_err(refused)?;
    let device =
        devices.iter().find(|device| is_wanted(device, vid, pid, serial, port_path)).ok_or_else(|| refused(rusb::Error::NoDevice))?;
    let (interface, setting, to_printer, from_printer) = endpoints(&device).ok_or_else(|| refused(rusb::Error::NotSupported))?;
    let handle = device.open().map_err(refused)?;
    // The kernel's usblp gets the printer back when we let it go.
    let _ = handle.set_auto_detach_kernel_driver(true);
    handle.claim_interface(interface).map_err(refused)?;
    if setting != 0 {
        handle.set_alternate_setting(interface, setting).map_err(refused)?;
    }
    Ok(UsbLink { handle: Arc::new(handle), interface, to_printer, from_printer })
}

fn is_wanted(device: &Device<GlobalContext>, vid: u16, pid: u16, serial: Option<&str>, port_path: Option<&str>) -> bool {
    let Ok(descriptor) = device.device_descriptor() else { return false };
    if descriptor.vendor_id() != vid || descriptor.product_id() != pid {
        return false;
    }
    if port_path.is_some_and(|wanted| wanted != port_path_of(device)) {
        return false;
    }
    serial.is_none_or(|wanted| {
        device.open().is_ok_and(|handle| handle.read_serial_number_string_ascii(&descriptor).is_ok_and(|own| own == wanted))
    })
}

/// Bus and ports, such as `1-2.3`.
pub(crate) fn port_path_of(device: &Device<GlobalContext>) -> String {
    let ports: Vec<String> = device.port_numbers().unwrap_or_default().iter().map(u8::to_string).collect();
    format!("{}-{}", device.bus_number(), ports.join("."))
}

/// Interface, its alternate setting, and the bulk endpoints out and in of the printer class.
pub(crate) fn endpoints(device: &Device<GlobalContext>) -> Option<(u8, u8, u8, Option<u8>)> {
    const PRINTER_CLASS: u8 = 7;
    let configuration = device.active_config_descriptor().ok()?;
    configuration.interfaces().flat_map(|interface| interface.descriptors().collect::<Vec<_>>()).find_map(|setting| {
        if setting.class_code() != PRINTER_CLASS {
            return None;
        }
        let bulk = |direction| {
            setting
                .endpoint_descriptors()
                .find(|endpoint| endpoint.transfer_type() == TransferType::Bulk && endpoint.direction() == direction)
                .map(|endpoint| endpoint.address())
        };
        Some((setting.interface_number(), setting.setting_number(), bulk(Direction::Out)?, bulk(Direction::In)))
    })
}

//! What devices say by themselves: scans go to the till they belong to, states to the registry. Old news dies.

use duken_protocol::device::{DeviceEvent, DeviceReport, Scan};
use serde_json::json;

use super::{places, queries};
use crate::hub::App;
use crate::live::notice;

/// Hears an event of a device that this hub (`agent` none) or one of its agents drives. An agent speaks for its own
/// devices only.
pub(super) fn heard(app: &App, agent: Option<i64>, event: DeviceEvent) {
    let (DeviceEvent::Scan(Scan { device_id, .. }) | DeviceEvent::State(DeviceReport { device_id, .. })) = &event;
    let Ok(device) = device_id.parse::<i64>() else { return };
    let card = app.read_now(|read| Ok(queries::find(read, device)?));
    match card {
        Ok(Some(card)) if card.card.agent == agent && !card.card.archived => {}
        Ok(_) => return,
        Err(reject) => {
            tracing::error!(%reject, device, "an event of a device was dropped");
            return;
        }
    }
    match event {
        DeviceEvent::Scan(scan) => scanned(app, device, &scan),
        DeviceEvent::State(report) => reported(app, device, report),
    }
}

fn scanned(app: &App, device: i64, scan: &Scan) {
    if scan.age_ms > Scan::AGE_MS_MAX {
        return;
    }
    let now_ms = app.clock.now_ms();
    let at = jiff::Timestamp::from_millisecond(now_ms - i64::from(scan.age_ms)).map(|at| at.to_string()).unwrap_or_default();
    match app.read_now(|read| Ok(places::tills_of_device(read, device)?)) {
        Ok(tills) => tills.iter().for_each(|till| app.live.scan(&till.to_string(), &scan.code, &at)),
        Err(reject) => tracing::error!(%reject, device, "a scan was dropped"),
    }
    app.devices.registry.scanned(device, scan, now_ms);
    app.live.publish(&notice("devices", json!({ "device": device.to_string(), "scan": { "code": scan.code, "at": at } })));
}

fn reported(app: &App, device: i64, report: DeviceReport) {
    let state = report.state;
    if !app.devices.registry.report(device, report, app.clock.now_ms()) {
        return;
    }
    app.devices.wake(app, device);
    app.live.publish(&notice("devices", json!({ "device": device.to_string(), "state": state.code() })));
    if let Ok(tills) = app.read_now(|read| Ok(places::tills_of_device(read, device)?)) {
        for till in tills {
            let payload = json!({ "device": { "id": device.to_string(), "state": state.code() } });
            app.live.publish(&notice(format!("till:{till}"), payload));
        }
    }
}

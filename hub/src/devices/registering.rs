//! Registration at a terminal: it waits up to three minutes for a person there, so it runs in the background.

use duken_kernel::writer::Notice;
use duken_kernel::{Reject, Tx};
use duken_protocol::device::KaspiError;
use serde_json::{Map, json};

use super::log::{self, Level};
use super::{REGISTERING, terminals};
use crate::hub::App;
use crate::live::notice;

/// The topic on which a registration is asked for.
pub(super) const TOPIC: &str = "terminal.register";

/// Asks for a registration: it begins once the command is durable, and once per request.
///
/// # Errors
/// `terminal.registering` when one is under way.
pub(super) fn ask(app: &App, device: i64, till_name: String) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static + use<> {
    let under_way = app.devices.registry.of(device).registering;
    move |tx| {
        if under_way {
            return REGISTERING.err();
        }
        log::keep(tx, device, Level::Info, "registering", &json!({ "till": till_name }))?;
        tx.notify(TOPIC, json!({ "device": device.to_string(), "till_name": till_name }));
        Ok(device)
    }
}

/// Hears that a registration was asked for.
pub(super) fn asked(app: &App, notice: &Notice) {
    let text = |name: &str| notice.payload.get(name).and_then(|v| v.as_str()).unwrap_or("").to_owned();
    let Ok(device) = text("device").parse::<i64>() else { return };
    let till_name = text("till_name");
    let mut first = false;
    app.devices.registry.change(device, |live| first = !std::mem::replace(&mut live.registering, true));
    if !first {
        return;
    }
    let registering = app.clone();
    app.devices.spawn(async move {
        let app = registering;
        tell(&app, device);
        let answer = terminals::register(&app, device, till_name).await;
        let now_ms = app.clock.now_ms();
        app.devices.registry.change(device, |live| {
            live.registering = false;
            match &answer {
                Ok(()) => live.note(now_ms, Level::Info, "registered", Map::new()),
                Err(error) => {
                    let params =
                        Map::from_iter([("answer".to_owned(), error.code().into()), ("detail".to_owned(), sentence(error).into())]);
                    live.note(now_ms, Level::Error, "register_failed", params);
                    live.attention = Some(attention(error));
                }
            }
        });
        tell(&app, device);
    });
}

/// What a person has to do next.
fn attention(error: &KaspiError) -> &'static str {
    match error {
        KaspiError::RegistrationRefused { .. } => "registration_refused",
        KaspiError::NeverSent { .. }
        | KaspiError::NotTrusted { .. }
        | KaspiError::AnswerLost { .. }
        | KaspiError::Unreadable { .. }
        | KaspiError::NotRegistered
        | KaspiError::TokenExpired
        | KaspiError::Busy { .. }
        | KaspiError::NoSuchProcess { .. }
        | KaspiError::CannotActualize { .. }
        | KaspiError::BadParameter { .. }
        | KaspiError::BadCall { .. }
        | KaspiError::Other { .. } => "register_failed",
    }
}

/// The terminal's own sentence, marked as such.
fn sentence(error: &KaspiError) -> String {
    let message = error.message();
    if message.is_empty() { String::new() } else { format!("«{message}»") }
}

fn tell(app: &App, device: i64) {
    app.live.publish(&notice("devices", json!({ "device": device.to_string() })));
}

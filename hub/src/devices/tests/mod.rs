//! Every stable word of devices and payments has a sentence in every language.

use duken_protocol::device::{DeviceState, Reason};

use crate::texts::{Language, find};

fn keys() -> Vec<String> {
    let reasons = [
        Reason::Offline,
        Reason::InUse,
        Reason::PaperOut,
        Reason::CoverOpen,
        Reason::DeviceError,
        Reason::NotReady,
        Reason::Stalled,
        Reason::LinkLost,
        Reason::NoAnswer,
        Reason::BadDocument,
        Reason::Expired,
        Reason::Unsupported,
        Reason::UnknownDevice,
        Reason::Interrupted,
    ];
    let states = [
        DeviceState::Ready,
        DeviceState::Busy,
        DeviceState::Offline,
        DeviceState::PaperNearEnd,
        DeviceState::PaperOut,
        DeviceState::CoverOpen,
        DeviceState::Error,
        DeviceState::Unknown,
    ];
    let mut keys: Vec<String> = reasons.iter().map(|reason| format!("job.reason.{}", reason.code())).collect();
    keys.extend(states.iter().map(|state| format!("device.state.{}", state.code())));
    let groups: [(&str, &str); 7] = [
        ("job.reason", "cancelled no_status"),
        ("device.attention", "register register_again register_failed registration_refused registering agent_away"),
        ("device.test", "sent scan terminal_ok"),
        (
            "device.log",
            "printed not_printed unknown done failed state scan registering registered register_failed register_again tokens moved terminal_error slip_differs",
        ),
        ("payment.state", "succeeded failed unknown decided_paid decided_unpaid"),
        ("payment.stage", "starting asking wait_user wait_qr card pin refund unsure no_answer"),
        (
            "payment.reason",
            "interrupted answer_lost unreadable other never_sent not_trusted not_registered token_expired busy no_such_process \
             cannot_actualize registration_refused bad_parameter bad_call declined terminal_unknown no_reference waits_for_ever",
        ),
    ];
    keys.extend(groups.iter().flat_map(|(area, words)| words.split_whitespace().map(move |word| format!("{area}.{word}"))));
    keys
}

#[test]
fn every_word_of_devices_and_payments_has_a_sentence() {
    for language in Language::ALL {
        for key in keys() {
            assert!(find(language, &key).is_some(), "{key} in {}", language.code());
        }
    }
}

//! The JSON of the terminal's answers.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};

use super::TerminalOptions;
use super::machine::Refusal;
use super::modes::{DateForm, FieldPlace, Method, TerminalModes};
use super::process::{Kind, Process, Stage};
use super::tills::Till;

/// Kazakhstan has one zone.
fn local(at: Timestamp, format: &str) -> String {
    Offset::constant(5).to_datetime(at).strftime(format).to_string()
}

pub(super) fn accepted(data: Value) -> Value {
    json!({"statusCode": 0, "data": data})
}

pub(super) fn refused(refusal: Refusal) -> Value {
    let (code, text) = match refusal {
        Refusal::NoSuchProcess => (101, "Процесс не найден"),
        Refusal::CannotBeActualized => (103, "Операция не может быть актуализирована"),
        Refusal::Registration(text) => (105, text),
        Refusal::Busy => (107, "Предыдущая операция не завершена"),
        Refusal::BadParameter(text) => (999, text),
    };
    json!({"statusCode": code, "errorText": text, "data": {"message": text}})
}

pub(super) fn tokens(till: &Till, modes: &TerminalModes) -> Value {
    let format = match modes.date_form {
        DateForm::Iso => "%Y-%m-%d %H:%M:%S",
        DateForm::Words => "%b %d, %Y %H:%M:%S",
        DateForm::Unreadable => "%d.%m.%y, %I %P",
    };
    accepted(json!({
        "accessToken": till.access_token,
        "refreshToken": till.refresh_token,
        "expirationDate": local(till.expires_at, format),
    }))
}

pub(super) fn device(options: &TerminalOptions) -> Value {
    accepted(json!({
        "posNum": options.pos_number.to_string(),
        "serialNum": options.serial_number,
        "terminalId": options.terminal_id,
    }))
}

pub(super) fn begun(id: u64, modes: &TerminalModes) -> Value {
    accepted(json!({"processId": process_id(id, modes), "status": "wait"}))
}

fn process_id(id: u64, modes: &TerminalModes) -> Value {
    if modes.process_id_as_number { json!(id) } else { json!(id.to_string()) }
}

pub(super) fn status(process: &Process, modes: &TerminalModes, options: &TerminalOptions) -> Value {
    let mut data = json!({
        "processId": process_id(process.id, modes),
        "status": process.stage.word(),
        "subStatus": process.sub_status,
    });
    if !process.message.is_empty() {
        data["message"] = json!(process.message);
    }
    if process.stage == Stage::Success {
        data["transactionId"] = json!(process.transaction_id);
        data["addInfo"] = json!({"IsOffer": false, "ProductType": "Gold", "LoanTerm": 0, "LoanOfferName": ""});
        let mut cheque = cheque(process, options);
        if let Some(shown) = &modes.cheque_amount {
            cheque["amount"] = json!(shown);
        }
        let identity = identity(process);
        let place = match modes.fields {
            FieldPlace::Cheque => &mut cheque,
            FieldPlace::TopLevel => &mut data,
        };
        for (name, value) in identity.into_iter().filter(|(name, _)| *name != "method" || !modes.hides_method) {
            place[name] = json!(value);
        }
        data["chequeInfo"] = cheque;
    }
    accepted(data)
}

/// The fields that some devices put at the top level of `data`.
fn identity(process: &Process) -> Vec<(&'static str, &str)> {
    let method = process.method.unwrap_or(Method::Qr);
    let reference = match method {
        Method::Card => ("rrn", process.rrn.as_str()),
        Method::Qr | Method::Alaqan => ("orderNumber", process.order_number.as_str()),
    };
    vec![("method", method.word()), reference]
}

fn cheque(process: &Process, options: &TerminalOptions) -> Value {
    let ended = process.ended_at.unwrap_or(process.started_at);
    let mut cheque = json!({
        "storeName": options.store_name,
        "city": options.city,
        "address": options.store_address,
        "status": match process.kind { Kind::Payment => "Покупка. Одобрено", Kind::Refund => "Возврат. Одобрено" },
        "amount": display_amount(process.kind, process.amount),
        "date": local(ended, "%d.%m.%y %H:%M:%S"),
        "bin": options.bin,
        "terminalId": options.terminal_id,
    });
    if process.method == Some(Method::Card) {
        cheque["cardMask"] = json!("440043******1234");
        cheque["icc"] = json!("A0000000031010");
        cheque["authorizationCode"] = json!(format!("{:06}", process.id % 1_000_000));
        cheque["hostResponseCode"] = json!("00");
    }
    cheque
}

/// Text for people: `1 250 ₸`, `- 100 ₸`.
pub(super) fn display_amount(kind: Kind, tenge: u64) -> String {
    let digits = tenge.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    match kind {
        Kind::Payment => format!("{text} ₸"),
        Kind::Refund => format!("- {text} ₸"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_shown_as_people_read_them() {
        assert_eq!(display_amount(Kind::Payment, 100), "100 ₸");
        assert_eq!(display_amount(Kind::Payment, 1_250_000), "1 250 000 ₸");
        assert_eq!(display_amount(Kind::Refund, 100), "- 100 ₸");
    }
}

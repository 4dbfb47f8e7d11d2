//! The terminal's answers: envelope, codes, fields in either place. Pure.
//!
//! Strict where every source agrees, tolerant where they differ; what cannot be read is never taken for success or failure.

use std::collections::BTreeMap;

use duken_protocol::device::{KaspiAnswer, KaspiCall, KaspiError, KaspiMethod, KaspiProcess, KaspiStatus, KaspiTokens, TerminalIdentity};
use jiff::civil::DateTime;
use serde_json::{Map, Value};

/// Reads the answer to a call. An HTTP status that is none of HTTP's own is overruled by a readable envelope.
///
/// # Errors
/// [`KaspiError`] by code; `Unreadable` when there is no envelope or it lacks what the call must bring.
pub fn read(call: &KaspiCall, http_status: u16, body: &[u8]) -> Result<KaspiAnswer, KaspiError> {
    let envelope = Envelope::parse(body);
    if matches!(call, KaspiCall::Probe) {
        return match (http_status, &envelope) {
            (401 | 403, _) | (_, Some(_)) => Ok(KaspiAnswer::Present),
            _ => Err(KaspiError::Unreadable { detail: format!("HTTP {http_status} without an envelope") }),
        };
    }
    match (&envelope, http_status) {
        (Some(envelope), _) if matches!(envelope.code, 101 | 103 | 105 | 107 | 999) => Err(refusal(envelope)),
        (_, 401) => Err(KaspiError::NotRegistered),
        (_, 403) => Err(KaspiError::TokenExpired),
        (Some(envelope), _) if envelope.code == 0 => accepted(call, &envelope.data),
        (Some(envelope), _) => Err(refusal(envelope)),
        (None, 200) => Err(KaspiError::Unreadable { detail: "no envelope".to_owned() }),
        (None, status) => Err(KaspiError::Other { code: i64::from(status), message: String::new() }),
    }
}

struct Envelope {
    code: i64,
    data: Map<String, Value>,
    message: String,
}

impl Envelope {
    fn parse(body: &[u8]) -> Option<Self> {
        let mut all: Map<String, Value> = serde_json::from_slice(body).ok()?;
        let code = match all.get("statusCode")? {
            Value::Number(number) => number.as_i64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        let data = match all.remove("data") {
            Some(Value::Object(data)) => data,
            _ => Map::new(),
        };
        // The helpful sentence is often inside.
        let message = [text(&data, "message"), text(&all, "errorText"), text(&all, "message")].into_iter().find(|text| !text.is_empty());
        Some(Self { code, data, message: message.unwrap_or_default() })
    }
}

fn refusal(envelope: &Envelope) -> KaspiError {
    let message = envelope.message.clone();
    match envelope.code {
        101 => KaspiError::NoSuchProcess { message },
        103 => KaspiError::CannotActualize { message },
        105 => KaspiError::RegistrationRefused { message },
        107 => KaspiError::Busy { message },
        401 => KaspiError::NotRegistered,
        403 => KaspiError::TokenExpired,
        999 => KaspiError::BadParameter { message },
        code => KaspiError::Other { code, message },
    }
}

fn accepted(call: &KaspiCall, data: &Map<String, Value>) -> Result<KaspiAnswer, KaspiError> {
    let missing = |what: &str| KaspiError::Unreadable { detail: format!("{what} is missing") };
    match call {
        KaspiCall::Register { .. } | KaspiCall::Refresh { .. } => {
            let (access_token, refresh_token) = (text(data, "accessToken"), text(data, "refreshToken"));
            if access_token.is_empty() || refresh_token.is_empty() {
                return Err(missing("accessToken or refreshToken"));
            }
            let expires_local = local_time(&text(data, "expirationDate"));
            Ok(KaspiAnswer::Tokens(KaspiTokens { access_token, refresh_token, expires_local }))
        }
        KaspiCall::Payment { .. } | KaspiCall::Refund { .. } => match text(data, "processId") {
            process_id if process_id.is_empty() => Err(missing("processId")),
            process_id => Ok(KaspiAnswer::Started { process_id }),
        },
        KaspiCall::Status { .. } | KaspiCall::Actualize { .. } => {
            if data.get("status").is_none_or(Value::is_null) {
                return Err(missing("status"));
            }
            Ok(KaspiAnswer::Process(Box::new(process(data))))
        }
        KaspiCall::DeviceInfo => Ok(KaspiAnswer::Device(TerminalIdentity {
            pos_num: text(data, "posNum"),
            serial_num: text(data, "serialNum"),
            terminal_id: text(data, "terminalId"),
        })),
        KaspiCall::Probe => Ok(KaspiAnswer::Present),
    }
}

fn process(data: &Map<String, Value>) -> KaspiProcess {
    let none = Map::new();
    let object = |name: &str| data.get(name).and_then(Value::as_object).unwrap_or(&none);
    let slip = object("chequeInfo");
    // On some devices these stand in the slip, on others beside it.
    let either = |name: &str| Some(text(slip, name)).filter(|text| !text.is_empty()).unwrap_or_else(|| text(data, name));
    let mut cheque: BTreeMap<String, String> = slip.keys().map(|key| (key.clone(), text(slip, key))).collect();
    for name in ["method", "rrn", "orderNumber", "transactionId"] {
        let value = either(name);
        if !value.is_empty() {
            cheque.insert(name.to_owned(), value);
        }
    }
    cheque.retain(|_, value| !value.is_empty());
    KaspiProcess {
        status: status(&text(data, "status")),
        sub_status: text(data, "subStatus"),
        message: text(data, "message"),
        transaction_id: either("transactionId"),
        method: KaspiMethod::parse(&either("method")),
        order_number: either("orderNumber"),
        rrn: either("rrn"),
        amount_tenge: whole_tenge(&either("amount")),
        offer: offer(object("addInfo")),
        cheque,
    }
}

/// A word that is not known is "unknown": the only reading that costs nobody money.
fn status(word: &str) -> KaspiStatus {
    match word.trim().to_ascii_lowercase().as_str() {
        "wait" => KaspiStatus::Wait,
        "success" => KaspiStatus::Success,
        "fail" => KaspiStatus::Fail,
        _ => KaspiStatus::Unknown,
    }
}

fn offer(info: &Map<String, Value>) -> String {
    if !matches!(text(info, "IsOffer").to_ascii_lowercase().as_str(), "true" | "1") {
        return String::new();
    }
    let parts = [text(info, "ProductType"), text(info, "LoanOfferName"), text(info, "LoanTerm")];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A field as text, whether it came as text, number or truth value.
fn text(map: &Map<String, Value>, name: &str) -> String {
    match map.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

/// The sum of a display text such as `"100 ₸"`, `"- 1 250 ₸"`, `"100,00 ₸"`, without its sign. Tiyn other than zero, or
/// anything else that is not plainly a sum, is not read.
fn whole_tenge(display: &str) -> Option<i64> {
    let mut digits: String =
        display.chars().filter(|c| !c.is_whitespace() && !matches!(c, '₸' | '-' | '−' | '\u{a0}' | '\u{202f}')).collect();
    for currency in ["KZT", "тг.", "тг", "т"] {
        digits = digits.trim_end_matches(currency).to_owned();
    }
    let whole = match digits.rsplit_once([',', '.']) {
        Some((whole, "0" | "00")) => whole,
        Some(_) => return None,
        None => &digits,
    };
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) { None } else { whole.parse().ok() }
}

/// The terminal's local time in one form out of the two it is seen in.
fn local_time(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let read = |format: &str| DateTime::strptime(format, &text).ok();
    let time = read("%Y-%m-%d %H:%M:%S").or_else(|| read("%b %d, %Y %H:%M:%S"))?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_call() -> KaspiCall {
        KaspiCall::Status { process_id: "1".into() }
    }

    fn payment() -> KaspiCall {
        KaspiCall::Payment { amount_tenge: 100, own_cheque: false }
    }

    fn read_process(body: &str) -> KaspiProcess {
        match read(&status_call(), 200, body.as_bytes()).unwrap() {
            KaspiAnswer::Process(process) => *process,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_code_has_its_error_and_each_error_its_meaning_for_the_money() {
        let rows = [
            (200, r#"{"statusCode":101,"errorText":"нет процесса"}"#, "no_such_process", false),
            (200, r#"{"statusCode":103}"#, "cannot_actualize", false),
            (200, r#"{"statusCode":105}"#, "registration_refused", false),
            (200, r#"{"statusCode":107,"data":{"message":"Завершите операцию"}}"#, "busy", false),
            (107, r#"{"statusCode":107}"#, "busy", false),
            (200, r#"{"statusCode":999}"#, "bad_parameter", false),
            (200, r#"{"statusCode":"107"}"#, "busy", false),
            (200, r#"{"statusCode":100}"#, "other", true),
            (200, r#"{"statusCode":106}"#, "other", true),
            (401, "", "not_registered", false),
            (401, r#"{"statusCode":401}"#, "not_registered", false),
            (403, "<html>", "token_expired", false),
            (200, r#"{"statusCode":403}"#, "token_expired", false),
            (500, "oops", "other", true),
            (200, "oops", "unreadable", true),
            (200, r#"{"statusCode":0}"#, "unreadable", true),
            (200, r#"{"statusCode":0,"data":{"processId":null}}"#, "unreadable", true),
            (200, r#"{"data":{"processId":"5"}}"#, "unreadable", true),
        ];
        for (http, body, code, may_have_happened) in rows {
            let error = read(&payment(), http, body.as_bytes()).unwrap_err();
            assert_eq!((error.code(), error.may_have_happened()), (code, may_have_happened), "{http} {body}");
        }
        let busy = read(&payment(), 200, r#"{"statusCode":107,"data":{"message":"Завершите"},"errorText":"busy"}"#.as_bytes());
        assert_eq!(busy, Err(KaspiError::Busy { message: "Завершите".into() }));
    }

    #[test]
    fn an_odd_http_status_is_overruled_by_the_envelope() {
        let answer = read(&payment(), 999, br#"{"statusCode":0,"data":{"processId":77,"status":"wait"}}"#);
        assert_eq!(answer, Ok(KaspiAnswer::Started { process_id: "77".into() }));
    }

    #[test]
    fn a_success_by_qr_with_everything_in_the_slip() {
        let process = read_process(
            r#"{"statusCode":0,"data":{"processId":"7","status":"success","subStatus":"QrTransactionSuccess","transactionId":"900",
               "addInfo":{"IsOffer":true,"ProductType":"Loan","LoanTerm":12,"LoanOfferName":"Рассрочка"},
               "chequeInfo":{"storeName":"Дүкен","amount":"1 250 ₸","method":"qr","orderNumber":"A-1","date":"21.11.26 10:11:12"}}}"#,
        );
        assert_eq!(process.status, KaspiStatus::Success);
        assert_eq!((process.method, process.amount_tenge), (Some(KaspiMethod::Qr), Some(1250)));
        assert_eq!((process.order_number.as_str(), process.transaction_id.as_str()), ("A-1", "900"));
        assert_eq!(process.offer, "Loan Рассрочка 12");
        assert_eq!(process.cheque["storeName"], "Дүкен");
    }

    #[test]
    fn a_success_by_card_with_fields_beside_the_slip() {
        let process = read_process(
            r#"{"statusCode":0,"data":{"status":"success","method":"CARD","rrn":123456789012,"transactionId":"901",
               "chequeInfo":{"amount":"- 100 ₸","cardMask":"4400****1111"}}}"#,
        );
        assert_eq!((process.method, process.amount_tenge), (Some(KaspiMethod::Card), Some(100)));
        assert_eq!(process.rrn, "123456789012");
        assert_eq!(process.cheque["rrn"], "123456789012");
    }

    #[test]
    fn a_new_sub_status_passes_and_a_new_status_is_unknown() {
        let process = read_process(r#"{"statusCode":0,"data":{"status":"wait","subStatus":"BrandNewStep","message":"Ждём"}}"#);
        assert_eq!((process.status, process.sub_status.as_str(), process.message.as_str()), (KaspiStatus::Wait, "BrandNewStep", "Ждём"));
        assert_eq!(read_process(r#"{"statusCode":0,"data":{"status":"maybe"}}"#).status, KaspiStatus::Unknown);
    }

    #[test]
    fn both_forms_of_dates_and_an_unreadable_one() {
        for (text, expected) in [
            ("2026-11-22 10:11:12", Some("2026-11-22T10:11:12")),
            ("Nov 22, 2026 10:11:12", Some("2026-11-22T10:11:12")),
            ("Nov 2, 2026 10:11:12", Some("2026-11-02T10:11:12")),
            ("22.11.2026", None),
            ("2026-13-40 10:11:12", None),
            ("", None),
        ] {
            let body = format!(r#"{{"statusCode":0,"data":{{"accessToken":"a","refreshToken":"r","expirationDate":"{text}"}}}}"#);
            match read(&KaspiCall::Register { name: "1".into() }, 200, body.as_bytes()).unwrap() {
                KaspiAnswer::Tokens(tokens) => assert_eq!(tokens.expires_local.as_deref(), expected, "{text}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn sums_on_a_display() {
        for (text, expected) in [
            ("100 ₸", Some(100)),
            ("- 100 ₸", Some(100)),
            ("1\u{a0}250\u{a0}000 ₸", Some(1_250_000)),
            ("100,00 ₸", Some(100)),
            ("100.50", None),
            ("100 тг", Some(100)),
            ("1.250", None),
            ("", None),
            ("сто", None),
        ] {
            assert_eq!(whole_tenge(text), expected, "{text}");
        }
    }

    #[test]
    fn a_terminal_is_found_by_its_refusal() {
        assert_eq!(read(&KaspiCall::Probe, 401, b""), Ok(KaspiAnswer::Present));
        assert_eq!(read(&KaspiCall::Probe, 200, br#"{"statusCode":101}"#), Ok(KaspiAnswer::Present));
        assert!(read(&KaspiCall::Probe, 200, b"<html>a router</html>").is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_answer_makes_it_panic(http in 0_u16.., body in "[\\PC]{0,120}") {
            for call in [status_call(), payment(), KaspiCall::DeviceInfo, KaspiCall::Probe] {
                let _ = read(&call, http, body.as_bytes());
            }
        }
    }
}

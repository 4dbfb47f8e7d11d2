//! The calls of `/v2`, one by one.

use serde_json::Value;

use super::answers;
use super::http::{Reply, Request};
use super::machine::{Begun, Call, Machine, Refusal};
use super::modes::{Method, Protection, Registration};
use super::process::Stage;
use super::tills::TokenState;
use super::{Shared, TerminalOptions};

/// Carries out a request; registering may wait for a person.
pub(super) async fn carry_out(machine: &Shared, options: &TerminalOptions, request: &Request) -> Reply {
    let name = match (request.method.as_str(), request.path.strip_prefix("/v2/")) {
        ("GET", Some(name)) => name,
        (_, Some(_)) => return Reply::Empty(405),
        _ => return Reply::Empty(404),
    };
    let reply = match name {
        "register" => register(machine, request).await,
        "revoke" => machine.change(|machine| renew(machine, request)),
        "payment" | "refund" | "status" | "actualize" | "deviceinfo" => {
            machine.change(|machine| with_token(machine, options, name, request))
        }
        _ => Reply::Empty(404),
    };
    machine.change(|machine| {
        let at = machine.now();
        let answer = describe(&reply);
        machine.note_call(Call { at, name: name.to_owned(), query: request.query.clone(), answer });
    });
    odd(machine, reply)
}

fn describe(reply: &Reply) -> String {
    match reply {
        Reply::Json(_, body) => body["statusCode"].to_string(),
        Reply::Empty(status) => format!("HTTP {status}"),
        Reply::Lost => "lost".to_owned(),
    }
}

/// Some implementations put trouble into the HTTP status as well.
fn odd(machine: &Shared, reply: Reply) -> Reply {
    match (machine.read(|machine| machine.modes.odd_http_status), reply) {
        (Some(status), Reply::Json(_, body)) if body["statusCode"] != 0 => Reply::Json(status, body),
        (_, reply) => reply,
    }
}

fn ok(body: Value) -> Reply {
    Reply::Json(200, body)
}

fn refused(refusal: Refusal) -> Reply {
    ok(answers::refused(refusal))
}

async fn register(machine: &Shared, request: &Request) -> Reply {
    let Some(name) = request.parameter("name").filter(|name| !name.is_empty()) else {
        return refused(Refusal::BadParameter("Не указано имя кассы"));
    };
    let asked = machine.change(|machine| {
        let (now, life) = (machine.now(), machine.modes.token_life_s);
        let id = machine.memory.tills.ask(name, now)?;
        if machine.modes.registration == Registration::Automatic {
            machine.memory.tills.allow(Some(name), now, life);
            machine.save();
        }
        Ok(id)
    });
    let id = match asked {
        Ok(id) => id,
        Err(refusal) => return refused(refusal),
    };
    machine.until(|machine| machine.memory.tills.is_answered(id).then_some(())).await;
    machine.change(|machine| match machine.memory.tills.take_answer(id).flatten() {
        Some(till) => ok(answers::tokens(&till, &machine.modes)),
        None => refused(Refusal::Registration("Регистрация запрещена на терминале")),
    })
}

/// `revoke`, which renews.
fn renew(machine: &mut Machine, request: &Request) -> Reply {
    let (Some(name), Some(refresh)) = (request.parameter("name"), request.parameter("refreshToken")) else {
        return refused(Refusal::BadParameter("Не указаны name и refreshToken"));
    };
    let (now, life) = (machine.now(), machine.modes.token_life_s);
    match machine.memory.tills.refresh(name, refresh, now, life) {
        Ok(till) => {
            machine.save();
            ok(answers::tokens(&till, &machine.modes))
        }
        Err(refusal) => refused(refusal),
    }
}

fn with_token(machine: &mut Machine, options: &TerminalOptions, name: &str, request: &Request) -> Reply {
    if machine.modes.protection != Protection::Off {
        match machine.memory.tills.check(request.access_token.as_deref(), machine.now()) {
            TokenState::Valid => {}
            TokenState::Expired => return Reply::Empty(403),
            TokenState::Unknown => return Reply::Empty(401),
        }
    }
    let reply = match name {
        "payment" => payment(machine, request),
        "refund" => refund(machine, request),
        "status" => status(machine, options, request),
        "actualize" => actualize(machine, options, request),
        _ => Ok(ok(answers::device(options))),
    };
    reply.unwrap_or_else(refused)
}

fn payment(machine: &mut Machine, request: &Request) -> Result<Reply, Refusal> {
    let (amount, own_cheque) = (amount(request)?, own_cheque(request)?);
    let begun = machine.pay(amount, own_cheque)?;
    Ok(tell(machine, begun))
}

fn refund(machine: &mut Machine, request: &Request) -> Result<Reply, Refusal> {
    let (amount, own_cheque) = (amount(request)?, own_cheque(request)?);
    let method = match request.parameter("method") {
        Some("qr") => Method::Qr,
        Some("card") => Method::Card,
        _ => return Err(Refusal::BadParameter("method: qr или card")),
    };
    let quoted = request.parameter("transactionId").ok_or(Refusal::BadParameter("Не указан transactionId"))?;
    let begun = machine.refund(amount, own_cheque, method, quoted)?;
    Ok(tell(machine, begun))
}

fn tell(machine: &Machine, begun: Begun) -> Reply {
    match begun {
        Begun::Told(id) => ok(answers::begun(id, &machine.modes)),
        Begun::AnswerLost | Begun::RequestLost => Reply::Lost,
    }
}

fn status(machine: &mut Machine, options: &TerminalOptions, request: &Request) -> Result<Reply, Refusal> {
    let id = process_id(request)?;
    if request.terminal_id.as_ref().is_some_and(|id| *id != options.terminal_id) {
        machine.complaints.push("status with the header terminalId of another terminal".to_owned());
    }
    Ok(match machine.status(id)? {
        Some(process) => ok(answers::status(&process, &machine.modes, options)),
        None => Reply::Lost,
    })
}

fn actualize(machine: &mut Machine, options: &TerminalOptions, request: &Request) -> Result<Reply, Refusal> {
    let id = process_id(request)?;
    let process = machine.actualize(id)?;
    debug_assert_ne!(process.stage, Stage::Wait, "only ended operations are actualized");
    Ok(ok(answers::status(&process, &machine.modes, options)))
}

/// A number that no process has is still a number; anything else is a bad parameter.
fn process_id(request: &Request) -> Result<u64, Refusal> {
    let text = request.parameter("processId").ok_or(Refusal::BadParameter("Не указан processId"))?;
    text.parse().map_err(|_| Refusal::BadParameter("Неверный processId"))
}

/// Whole tenge, positive.
fn amount(request: &Request) -> Result<u64, Refusal> {
    let text = request.parameter("amount").ok_or(Refusal::BadParameter("Не указана сумма"))?;
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(amount @ 1..=1_000_000_000) if digits => Ok(amount),
        _ => Err(Refusal::BadParameter("Неверная сумма")),
    }
}

fn own_cheque(request: &Request) -> Result<bool, Refusal> {
    match request.parameter("owncheque") {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(Refusal::BadParameter("owncheque: true или false")),
    }
}

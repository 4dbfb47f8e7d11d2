//! What stands on the counters: printers, a terminal, a scanner, taken into use through the API.

use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::diary::{Writer, id_of};
use crate::client::Api;

/// A code that lets an agent in.
///
/// # Errors
/// A refusal.
pub(super) async fn pairing_code(admin: &Writer) -> anyhow::Result<String> {
    let answer = admin.api.post("/api/agents/pair", json!({})).await;
    anyhow::ensure!(answer.status < 300, "no code for the agent: {}", answer.text());
    Ok(answer.json()["code"].as_str().context("no code")?.to_owned())
}

/// Takes the devices into use and gives each till its own. `said` is the first line of `duken-devices`; the serial ones
/// are the agent's.
///
/// # Errors
/// A refusal, or a terminal that lets nobody in.
pub(super) async fn install(admin: &Writer, devices: &Api, said: &Value) -> anyhow::Result<()> {
    let agents = admin.get("/api/agents").await?;
    let agent = id_of(agents.get(0).context("no agent is paired")?)?;
    let text = |pointer: &str| said.pointer(pointer).and_then(Value::as_str).with_context(|| format!("the devices do not name {pointer}"));
    let network = |address: &str| json!({ "type": "network", "address": address });
    let serial = |path: &str| json!({ "type": "serial", "path": path, "baud": 115_200 });
    let lan = json!({ "kind": "printer", "name": "Чековый принтер (сеть)", "profile": "simulator", "connection": network(text("/printers/lan/tcp")?) });
    let tty = json!({ "kind": "printer", "name": "Чековый принтер (COM)", "profile": "simulator", "connection": serial(text("/printers/serial/pty")?), "agent_id": agent });
    let scanner = json!({ "kind": "scanner", "name": "Сканер", "connection": serial(text("/scanner/pty")?), "agent_id": agent });
    let protection = json!({ "mode": "https_authority", "name": text("/terminal/host")?, "ca_pem": text("/terminal/ca_pem")? });
    let terminal = json!({ "kind": "terminal", "name": "Kaspi терминал", "connection": network(text("/terminal/address")?), "protection": protection });
    let mut ids = Vec::new();
    for card in [lan, tty, scanner, terminal] {
        let name = card["name"].as_str().unwrap_or_default().to_owned();
        ids.push(id_of(&admin.post(&name, "/api/devices", card).await?)?);
    }
    let [lan, tty, scanner, terminal] = ids.as_slice() else { bail!("four devices") };
    let tills = admin.get("/api/tills").await?;
    let equip = async |at: usize, printer: &str, terminal: Option<&str>, scanner: Option<&str>| {
        let till = tills.get(at).with_context(|| format!("till {at}"))?;
        let card = json!({
            "version": till["version"], "name": till["name"], "number": till["number"], "drawer": true,
            "printer_id": printer, "terminal_id": terminal, "scanner_id": scanner,
        });
        admin.put("equip", &format!("/api/tills/{}", id_of(till)?), card).await
    };
    if tills[0]["printer_id"].is_null() {
        let _till = equip(0, lan, Some(terminal), Some(scanner)).await?;
        let _till = equip(1, tty, None, None).await?;
    }
    register(admin, devices, terminal).await
}

/// Asks the terminal to know us, and presses the button on it as the shopkeeper would.
async fn register(admin: &Writer, devices: &Api, terminal: &str) -> anyhow::Result<()> {
    let _asked = admin.post("register", &format!("/api/devices/{terminal}/terminal/register"), json!({ "till_name": "Касса 1" })).await?;
    for _ in 0..100 {
        let pressed = devices.post("/control/terminal/allow", json!({})).await;
        if pressed.json()["done"] == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the terminal was never asked to let the till in")
}

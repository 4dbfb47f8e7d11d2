//! Finding each other on a real network: the hub and the agent in network namespaces of their own, joined by a link that
//! goes down, comes back, and changes its address. Needs the right to make namespaces; says so where it has none.

use std::process::{Child, Command, Stdio};

use duken_tests::fixture::{Agent, Opening, Start, Store, agent_program, id_of, not_tested, until};
use serde_json::{Value, json};

/// Marks the process that runs inside its own network.
const INSIDE: &str = "DUKEN_TEST_INSIDE_NETWORK";

#[test]
fn hub_and_agent_find_each_other_over_a_link_that_changes() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(inside());
        return;
    }
    let allowed = Command::new("unshare").args(["--net", "ip", "link", "show"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        return not_tested("a network that changes", "this user may not make network namespaces (unshare --net) or has no `ip`");
    }
    let this = std::env::current_exe().expect("this program has a path");
    let status = Command::new("unshare")
        .arg("--net")
        .arg(this)
        .args(["--exact", "hub_and_agent_find_each_other_over_a_link_that_changes", "--nocapture"])
        .env(INSIDE, "1")
        .status()
        .expect("unshare runs");
    assert!(status.success(), "see above");
}

fn ip(arguments: &str) {
    let output = Command::new("ip").args(arguments.split_whitespace()).output().expect("ip runs");
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Another network, kept by a process that only waits.
struct Other(Child);

impl Other {
    fn new() -> Self {
        let mut keeper = Command::new("unshare");
        keeper.args(["--net", "sh", "-c", "echo; exec cat"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = keeper.spawn().expect("unshare runs");
        let mut line = String::new();
        let said = child.stdout.take().expect("a pipe");
        std::io::BufRead::read_line(&mut std::io::BufReader::new(said), &mut line).expect("it is there");
        Self(child)
    }

    /// A command line inside it.
    fn command(&self, command: &Command) -> Command {
        let mut inside = Command::new("nsenter");
        inside.args(["--net", "--target", &self.0.id().to_string(), "--"]).arg(command.get_program()).args(command.get_args());
        inside
    }

    fn ip(&self, arguments: &str) {
        let mut plain = Command::new("ip");
        plain.args(arguments.split_whitespace());
        let output = self.command(&plain).output().expect("nsenter runs");
        assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ended_before = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// The hubs that a machine in the other network sees.
fn hubs_seen(other: &Other) -> String {
    let mut plain = Command::new(agent_program());
    plain.args(["hubs", "--seconds", "8"]);
    let output = other.command(&plain).output().expect("it runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

async fn inside() {
    let other = Other::new();
    ip("link set lo up");
    ip("link add shop0 type veth peer name till0");
    ip(&format!("link set till0 netns {}", other.0.id()));
    ip("addr add 10.77.0.1/24 dev shop0");
    ip("link set shop0 up");
    other.ip("link set lo up");
    other.ip("addr add 10.77.0.2/24 dev till0");
    other.ip("link set till0 up");

    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("hub.toml");
    // Nothing is said of announcing: a hub that serves the network does.
    std::fs::write(&config, "").expect("a file");
    let arguments = ["--config", config.to_str().expect("a path"), "--https", "0.0.0.0:8443"].map(str::to_owned).to_vec();
    let store = Store::opened(Opening { start: Start { arguments, ..Start::default() }, ..Opening::default() }).await;
    let seen = hubs_seen(&other);
    assert!(seen.contains("https://10.77.0.1:8443"), "{seen}");

    // Paired by the text of the QR, which names the address that was seen; the settings name it too.
    let mut agent = Agent::in_folder(&folder.path().join("agent"));
    let shown = store.admin.post("/api/agents/pair", json!({})).await.done();
    assert_eq!(shown["addresses"][0], "https://10.77.0.1:8443", "{shown}");
    let network = store.admin.get("/api/network").await.done();
    assert_eq!(network["addresses"], shown["addresses"]);
    let line = shown["command"].as_str().expect("a line to type");
    assert!(line.starts_with("duken-agent pair --hub https://10.77.0.1:8443 --code ") && line.contains(" --fingerprint "), "{line}");
    let mut pair = agent.command("pair");
    pair.args([shown["qr"].as_str().expect("a QR"), "--name", "Касса 2"]);
    let paired = other.command(&pair).output().expect("it runs");
    assert!(paired.status.success(), "{paired:?}");
    agent.run_as(other.command(&agent.command("run")));
    let mut watch = store.admin.follow(&["devices"]).await;
    let is = async |connected: bool| {
        let agents = store.admin.get("/api/agents").await.done();
        agents.as_array().is_some_and(|agents| agents[0]["connected"] == connected).then(|| id_of(&agents[0]))
    };
    let agent_id = watch.until("connected", async || is(true).await).await;

    // The hub sees the till, and a printer that announces itself.
    let _printer = announced_printer();
    watch
        .until("the till is seen", async || {
            let found = store.admin.get("/api/agents/found").await.done();
            let own = |till: &Value| till["agent_id"] == agent_id.as_str() && till["addresses"][0] == "10.77.0.2";
            found.as_array().is_some_and(|tills| tills.iter().any(own)).then_some(())
        })
        .await;
    watch
        .until("the printer is seen", async || {
            let found = store.admin.get("/api/devices/found").await.done();
            let wanted = json!({ "type": "network", "address": "10.77.0.1" });
            let own = |device: &Value| device["kind"] == "printer" && device["name"] == "EPSON TM-T20III" && device["connection"] == wanted;
            found.as_array().is_some_and(|devices| devices.iter().any(own)).then_some(())
        })
        .await;

    // The cable is pulled at its far end, which leaves the hub's address where it was: the hub notices that it is alone.
    // When it is put in again, the till and the hub see each other as before.
    let tills_seen = async || {
        let found = store.admin.get("/api/agents/found").await.done();
        found.as_array().map_or(0, |tills| tills.iter().filter(|till| till["agent_id"] == agent_id.as_str()).count())
    };
    other.ip("link set till0 down");
    watch.until("the hub is alone", async || (tills_seen().await == 0).then_some(())).await;
    other.ip("link set till0 up");
    watch.until("the till is seen again", async || (tills_seen().await == 1).then_some(())).await;
    let seen = hubs_seen(&other);
    assert!(seen.contains("https://10.77.0.1:8443"), "{seen}");

    // The hub gets another address: the agent loses it and finds it again by itself.
    ip("addr flush dev shop0");
    ip("addr add 10.77.0.9/24 dev shop0");
    until("the new address is remembered", async || (agent.pairing()["address"] == "https://10.77.0.9:8443").then_some(())).await;
    watch.until("found again", async || is(true).await).await;
    agent.kill();
}

/// A printer by whoever made it, as it announces its raw port.
fn announced_printer() -> mdns_sd::ServiceDaemon {
    let daemon = mdns_sd::ServiceDaemon::new().expect("multicast");
    let properties = [("txtvers", "1"), ("ty", "EPSON TM-T20III")];
    let service = mdns_sd::ServiceInfo::new("_pdl-datastream._tcp.local.", "Kassa", "printer.local.", "10.77.0.1", 9100, &properties[..]);
    daemon.register(service.expect("a service")).expect("announced");
    daemon
}

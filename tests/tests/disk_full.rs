//! T3: no room on the disk. Writing refuses by name, reading goes on, shifts close and people sign in; when there is room
//! again all goes on, and nothing was lost.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use duken_tests::client::{Answer, Call, tenge};
use duken_tests::fixture::{Opening, PASSWORD, Start, Store, figure, id_of, not_tested};
use serde_json::json;

/// Marks the process that runs where it may mount: in namespaces of its own.
const INSIDE: &str = "DUKEN_TEST_INSIDE_MOUNTS";

const DISK_MIB: u64 = 48;
const BALLAST_MIB: u64 = 4;

/// A small file system of its own; unmounted at the end.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// An error, as `mount` says it, where this process may not mount one.
    fn mounted() -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let size = format!("size={DISK_MIB}m");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "duken-small-disk"]).arg(folder.path()).output();
        match mount {
            Ok(output) if output.status.success() => Ok(Self { folder }),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn filler(&self) -> PathBuf {
        self.path().join("somebody's film")
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut film = std::fs::File::options().create(true).append(true).open(self.filler()).expect("a file");
        let mut piece = vec![7_u8; 1 << 20];
        while !piece.is_empty() {
            if film.write_all(&piece).is_err() {
                piece.truncate(piece.len() / 2);
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn full(answer: &Answer) {
    let _said = answer.refused(507, "hub.disk_full");
}

#[test]
fn t3_on_a_full_disk_a_shift_closes_and_nothing_is_lost() {
    let why = match SmallDisk::mounted() {
        Ok(disk) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
            return runtime.block_on(on_a_full_disk(disk));
        }
        Err(why) => why,
    };
    assert!(std::env::var_os(INSIDE).is_none(), "no mount in namespaces of its own: {why}");
    // Not the administrator: he is one in a namespace of his own, where the kernel allows that.
    let unshare = |words: &[&std::ffi::OsStr]| {
        Command::new("unshare").args(["--user", "--map-root-user", "--mount"]).args(words).env(INSIDE, "1").status()
    };
    if !unshare(&["true".as_ref()]).is_ok_and(|status| status.success()) {
        return not_tested("a full disk (T3)", &format!("no small file system can be mounted here: {why}"));
    }
    let this = std::env::current_exe().expect("this program has a path");
    let words = ["--exact", "t3_on_a_full_disk_a_shift_closes_and_nothing_is_lost", "--nocapture"];
    let words: Vec<&std::ffi::OsStr> = std::iter::once(this.as_os_str()).chain(words.iter().map(AsRef::as_ref)).collect();
    assert!(unshare(&words).expect("unshare runs").success(), "see above");
}

async fn on_a_full_disk(disk: SmallDisk) {
    let settings = tempfile::tempdir().expect("a folder");
    let file = settings.path().join("hub.toml");
    std::fs::write(&file, format!("ballast_mib = {BALLAST_MIB}\n")).expect("a file");
    let start = Start { arguments: vec!["--config".to_owned(), file.display().to_string()], ..Start::default() };
    let mut store = Store::opened(Opening { start, on: Some(disk.path().join("data")), ..Opening::default() }).await;
    let ballast = store.data().join("ballast");
    let size = || ballast.metadata().map_or(0, |found| found.len());
    assert_eq!(size(), BALLAST_MIB << 20);
    let tea = store.product("Чай", "500.00", &[]).await;
    let shift = store.open_shift(&store.till, "0.00").await;
    let sale = store.cash_sale(&[(&tea, "1")], "500.00");
    let mut sold = vec![id_of(&store.admin.post("/api/sales", sale.clone()).await.done())];

    // Room runs out in the middle of selling.
    disk.fill();
    let refused = loop {
        let call = Call::post("/api/sales", &sale);
        let answer = store.admin.send(call.clone()).await;
        if answer.status != 200 {
            full(&answer);
            break call;
        }
        sold.push(id_of(&answer.json()));
        disk.fill();
    };
    assert_eq!(size(), 0, "the ballast gave its room away");
    full(&store.admin.send(refused.clone()).await);
    full(&store.admin.post("/api/carts", json!({})).await);
    full(&store.admin.post("/api/products", json!({ "name": "Кофе", "price": tenge("1.00") })).await);
    assert_eq!(store.admin.all("/api/sales").await.len(), sold.len(), "reading goes on");

    // The screen locks and unlocks, another person signs in, the shift closes.
    let locked = store.admin.post("/api/session/lock", json!({})).await;
    assert!(locked.status < 300, "{} {}", locked.status, locked.text());
    let _unlocked = store.admin.post("/api/session/pin", json!({ "pin": "1357" })).await.done();
    let another = store.admin.another_device();
    let _session = another.sign_in("+7 701 000 00 00", PASSWORD).await.done();
    let counted = another.get(format!("/api/shifts/{shift}")).await.done()["expected_cash"].clone();
    assert_eq!(counted, tenge(&format!("{}.00", sold.len() * 500)));
    let closed = another.post(format!("/api/shifts/{shift}/close"), json!({ "counted": counted })).await.done();
    assert_eq!(closed["state"], "closed");
    full(&another.post("/api/shifts", json!({ "till_id": store.till, "counted": tenge("0.00") })).await);

    // It starts on the full disk too, and knows that it is full.
    store.kill_and_run();
    assert_eq!(store.admin.all("/api/sales").await.len(), sold.len());
    full(&store.admin.post("/api/carts", json!({})).await);
    let _session = another.sign_in("+7 701 000 00 00", PASSWORD).await.done();
    store.hub.must_hold();

    // Somebody makes room.
    std::fs::remove_file(disk.filler()).expect("removed");
    let _shift = store.open_shift(&store.till, "0.00").await;
    assert_eq!(size(), BALLAST_MIB << 20, "the ballast is there again");
    let once = store.admin.send(refused.clone()).await.done();
    assert_eq!(store.admin.send(refused).await.done(), once);
    sold.push(id_of(&once));
    let mut there: Vec<String> = store.admin.all("/api/sales").await.iter().map(id_of).collect();
    there.sort();
    sold.sort();
    assert_eq!(there, sold);

    // It fills up while the hub is away: it starts, and is full.
    store.hub.kill();
    disk.fill();
    store.hub.run();
    full(&store.admin.post("/api/carts", json!({})).await);
    assert_eq!(size(), 0, "the ballast gave its room away before anybody asked for it");
    let _session = another.sign_in("+7 701 000 00 00", PASSWORD).await.done();
    std::fs::remove_file(disk.filler()).expect("removed");
    let _sold = store.admin.post("/api/sales", sale).await.done();
    store.hub.must_hold();
    figure(&format!("a disk of {DISK_MIB} MiB full three times: {} sales, none lost", sold.len() + 1));
}

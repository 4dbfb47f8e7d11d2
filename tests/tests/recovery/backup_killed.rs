//! Killed in mid-backup, killed in mid-restore.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

use duken_tests::fixture::{Hub, Start, Store, until};
use nix::sys::signal::Signal;
use serde_json::json;

use super::{backed_up, place_of, restored, restoring, said, serving};

/// A file of the store that no compression makes smaller: work for seconds.
fn heavy(data: &Path, megabytes: usize) -> String {
    let mut noise = vec![0_u8; megabytes << 20];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for piece in noise.chunks_exact_mut(8) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        piece.copy_from_slice(&state.to_le_bytes());
    }
    let hash = blake3::hash(&noise).to_hex().to_string();
    let shelf = data.join("files").join(&hash[..2]);
    std::fs::create_dir_all(&shelf).expect("a folder");
    std::fs::write(shelf.join(&hash), &noise).expect("a file");
    hash
}

/// The same command, killed by the kernel in the middle of the first file that grows over 8 (in some shells 16) MiB.
fn until_a_file_is_as_large(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -c 0 && ulimit -f 16384 && exec \"$0\" \"$@\""]).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    shell
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_backup_the_old_one_stays_and_the_next_one_is_whole() {
    let mut store = Store::new().await;
    let first = backed_up(&store.admin).await;
    let hash = heavy(store.data(), 48);
    for stage in ["copying", "writing", "reading_back"] {
        let _product = store.product("Шай", "500.00", &[]).await;
        let _begun = store.admin.post("/api/backup", json!({})).await.done();
        // A stage that is over before it is seen does no harm: then the next one is.
        let _reached = until("it is under way", async || {
            let running = store.admin.get("/api/backup").await.done()["running"].clone();
            (running["stage"] == stage || running["stage"] == "reading_back" || running.is_null()).then_some(())
        })
        .await;
        store.kill_and_run();
        let state = store.admin.get("/api/backup").await.done();
        assert_eq!(state["running"], json!(null));
        for kept in state["kept"].as_array().expect("a list") {
            let file = place_of(&first).with_file_name(kept["name"].as_str().expect("a name"));
            let folder = tempfile::tempdir().expect("a folder");
            let _whole = restored(&folder.path().join("data"), &store.words, &["--from", file.to_str().expect("text")]);
        }
    }
    let last = backed_up(&store.admin).await;
    let folder = place_of(&last).parent().expect("a folder").to_owned();
    let left: Vec<_> = std::fs::read_dir(&folder).expect("a folder").filter_map(Result::ok).map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().ends_with(".dkb")), "{left:?}");
    assert_eq!(std::fs::read_dir(store.data().join("backup-work")).expect("a folder").count(), 0, "nothing half-done remains");
    let target = tempfile::tempdir().expect("a folder");
    let data = target.path().join("data");
    let back = restored(&data, &store.words, &["--from", folder.to_str().expect("text")]);
    assert_eq!((&back["digest"], &back["files"]), (&last["last"]["digest"], &json!(1)), "of a folder the newest is taken");
    assert!(data.join("files").join(&hash[..2]).join(&hash).is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_mid_restore_the_hub_does_not_start_and_it_can_be_run_again() {
    let store = Store::new().await;
    let _heavy = heavy(store.data(), 24);
    let state = backed_up(&store.admin).await;
    let file = place_of(&state);
    let from = ["--from", file.to_str().expect("text")];
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let killed = until_a_file_is_as_large(&restoring(&data, &store.words, &from)).status().expect("the program starts");
    assert_eq!(killed.signal(), Some(Signal::SIGXFSZ as i32), "{killed}");
    assert!(!data.join("duken.db").exists() && data.join("restoring").is_dir(), "killed before its end");
    let refused = serving(&data).output().expect("the program starts");
    assert!(!refused.status.success() && said(&refused).contains("restore"), "{}", said(&refused));
    let again = restored(&data, &store.words, &from);
    assert_eq!(again["digest"], state["last"]["digest"]);
    let running = Hub::start(&data, Start::default());
    running.must_hold();
    let output = restoring(&data, &store.words, &from).output().expect("the program starts");
    assert!(said(&output).contains("restore.folder_not_empty"), "{}", said(&output));
}

//! What a restore refuses: by code and by a sentence, leaving the folder as it was.

use std::path::Path;

use duken_tests::fixture::Store;

use super::{backed_up, place_of, restored, restoring, said};

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_has_its_name_and_leaves_nothing() {
    let store = Store::new().await;
    let strangers = Store::new().await;
    let state = backed_up(&store.admin).await;
    let good = std::fs::read(place_of(&state)).expect("a backup");
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_str().expect("text").to_owned()
    };
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let mut newer = good.clone();
    newer[4] = 200;
    let misread = store.words.split_once(' ').map(|(_, rest)| format!("duken {rest}")).unwrap_or_default();
    let short = store.words.rsplit_once(' ').map(|(front, _)| front.to_owned()).unwrap_or_default();
    let whole = file("whole.dkb", &good);
    let empty = folder.path().join("nothing");
    std::fs::create_dir(&empty).expect("a folder");
    let cases = [
        ("too few words", &short, whole.clone(), "restore.wrong_word_count"),
        ("a word that is in no list", &misread, whole.clone(), "restore.unknown_word"),
        ("another store's sheet", &strangers.words, whole.clone(), "restore.other_sheet"),
        ("a changed byte", &store.words, file("damaged.dkb", &damaged), "restore.damaged"),
        ("cut", &store.words, file("cut.dkb", &good[..good.len() - 5]), "restore.damaged"),
        ("a newer program's", &store.words, file("newer.dkb", &newer), "restore.newer_format"),
        ("a picture", &store.words, file("photo.dkb", b"\xFF\xD8\xFF\xE0 not a backup"), "restore.not_a_backup"),
        ("an empty folder", &store.words, empty.to_str().expect("text").to_owned(), "restore.no_backup"),
        ("nothing there", &store.words, folder.path().join("none.dkb").to_str().expect("text").to_owned(), "restore.no_backup"),
    ];
    for (what, words, from, code) in &cases {
        let data = folder.path().join("data");
        refuses(&data, words, from, code, what);
        assert!(!data.exists() || std::fs::read_dir(&data).expect("a folder").count() == 0, "{what} left something");
    }
    let taken = folder.path().join("taken");
    std::fs::create_dir(&taken).expect("a folder");
    std::fs::write(taken.join("duken.db"), "somebody's books").expect("a file");
    refuses(&taken, &store.words, &whole, "restore.folder_not_empty", "a folder with books");
    assert_eq!(std::fs::read(taken.join("duken.db")).expect("a file"), b"somebody's books");
    let back = restored(&folder.path().join("data"), &store.words.to_uppercase(), &["--from", &whole]);
    assert_eq!(back["digest"], state["last"]["digest"], "after all of that it restores");
}

fn refuses(data: &Path, words: &str, from: &str, code: &str, what: &str) {
    let output = restoring(data, words, &["--from", from]).output().expect("the program starts");
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{what}: {said}");
    assert!(said.contains(&format!("{code}: ")), "{what}: {said}");
    let kazakh = said.chars().any(|c| "әғқңөұүһі".contains(c));
    assert!(kazakh, "{what}: in the machine's language: {said}");
    assert!(!said.contains('{'), "{what}: {said}");
}

//! J1 and J4 in the writer: who hears what when a group becomes durable, and when it does not.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod shop;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use duken_kernel::context::{Clock, SystemChance};
use duken_kernel::journal::{self, OWN};
use duken_kernel::replay::verify;
use duken_kernel::store::{Engine, Read, Sqlite};
use duken_kernel::writer::{Ballast, Caller, Job};
use duken_kernel::{Fault, Reject, Tx, Writer};
use shop::{open, run, schema, sell, sells};

fn sales(writer: &Writer) -> usize {
    writer.engine().rows("SELECT seq FROM shop_sale", &[]).unwrap().len()
}

#[test]
fn j1_an_answer_is_heard_when_another_connection_already_sees_the_entry() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let mut writer = open(&path);
    let (sender, receiver) = std::sync::mpsc::channel();
    for wanted in 1..=3 {
        let (path, sender) = (path.clone(), sender.clone());
        let answer = Box::new(move |outcome: Result<i64, Reject>| {
            let there = Sqlite::open_readonly(&path).unwrap().rows("SELECT id FROM journal", &[]).unwrap().len();
            sender.send((outcome.unwrap(), there)).unwrap();
        });
        writer.step(vec![Job { caller: Caller::default(), run: sells(5, "x"), answer }]);
        assert_eq!(receiver.try_recv().unwrap(), (wanted, wanted as usize));
    }
}

#[test]
fn j1_a_group_that_cannot_be_committed_answers_nobody_with_success() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    sell(&mut writer, 2);
    // A debt that is looked at when the group is committed, not before.
    writer.engine().execute("CREATE TABLE owed (id INTEGER REFERENCES shop_till (id) DEFERRABLE INITIALLY DEFERRED)", &[]).unwrap();
    writer.engine().execute("CREATE TABLE shop_till (id INTEGER PRIMARY KEY)", &[]).unwrap();
    writer.engine().rows("PRAGMA foreign_keys = 1", &[]).unwrap();
    let owes = |tx: &mut Tx<'_>| -> Result<i64, Reject> {
        tx.execute("INSERT INTO owed (id) VALUES (9)", &[])?;
        Ok(0)
    };
    let answers =
        run(&mut writer, vec![(Caller::default(), sells(5, "x")), (Caller::default(), Box::new(owes)), (Caller::default(), sells(6, "x"))]);
    assert_eq!(answers.len(), 3, "everybody is answered");
    assert!(answers.iter().all(|answer| matches!(answer, Err(Reject::Fault(_)))), "{answers:?}");
    assert_eq!(sales(&writer), 2);
    sell(&mut writer, 1);
    let proof = verify(writer.engine(), &schema()).unwrap();
    assert!(proof.holds, "the next group follows the last durable entry: {proof:#?}");
}

#[test]
fn a_group_that_the_engine_gave_up_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    sell(&mut writer, 2);
    // What SQLite does by itself when there is no room in the middle of a statement.
    let given_up = |tx: &mut Tx<'_>| -> Result<i64, Reject> {
        tx.execute("ROLLBACK", &[])?;
        Err(Reject::Fault(Fault::DiskFull))
    };
    let answers = run(
        &mut writer,
        vec![(Caller::default(), sells(5, "x")), (Caller::default(), Box::new(given_up)), (Caller::default(), sells(6, "x"))],
    );
    assert!(answers.iter().all(|answer| matches!(answer, Err(Reject::Fault(Fault::DiskFull)))), "{answers:?}");
    assert_eq!(sales(&writer), 2, "nothing of the group is there");
    sell(&mut writer, 1);
    let proof = verify(writer.engine(), &schema()).unwrap();
    assert!(proof.holds, "{proof:#?}");
}

#[test]
fn a_full_database_refuses_by_name_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    sell(&mut writer, 5);
    let pages: i64 = writer.engine().rows("PRAGMA page_count", &[]).unwrap()[0].get(0).unwrap();
    let limit = |writer: &Writer, most: i64| drop(writer.engine().rows(&format!("PRAGMA max_page_count = {most}"), &[]).unwrap());
    limit(&writer, pages + 2);
    let many = (0..300).map(|_| (Caller::default(), sells(5, &"x".repeat(500)))).collect();
    let answers = run(&mut writer, many);
    assert_eq!(answers.len(), 300);
    let kept = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(kept < 300);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(Reject::Fault(Fault::DiskFull)))), "{answers:?}");
    assert_eq!(sales(&writer), 5 + kept, "who heard a success is there, and nobody else");
    limit(&writer, 1_000_000);
    sell(&mut writer, 300);
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn j2_numbers_have_no_gap_and_each_entry_names_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    for _ in 0..3 {
        let mut writer = open(&path);
        let refused = |tx: &mut Tx<'_>| -> Result<i64, Reject> {
            let _undone = sells(1, "undone")(tx)?;
            duken_kernel::writer::EXPIRED.err()
        };
        let bug = |tx: &mut Tx<'_>| -> Result<i64, Reject> {
            let _undone = sells(1, "undone")(tx)?;
            panic!("a bug")
        };
        let answers = run(
            &mut writer,
            vec![
                (Caller::default(), sells(5, "x")),
                (Caller::default(), Box::new(refused)),
                (Caller::default(), Box::new(bug)),
                (Caller::default(), sells(6, "x")),
            ],
        );
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2);
    }
    let writer = open(&path);
    let journal = journal::read_after(writer.engine(), OWN, 0, 100).unwrap();
    assert_eq!(journal.iter().map(|raw| raw.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    // By hand, as the format says it: a label, the node's id, the hash before, the number, the bytes.
    let mut before = [0; 32];
    for raw in journal {
        let number = raw.seq.to_le_bytes();
        let parts: [&[u8]; 5] = [b"duken entry 1\0", writer.node_id().as_bytes(), &before, &number, &raw.bytes];
        before = *blake3::hash(&parts.concat()).as_bytes();
        assert_eq!(raw.hash, before, "entry {}", raw.seq);
    }
}

#[test]
fn a_freed_ballast_lets_shifts_close_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let ballast = folder.path().join("ballast");
    let mut writer = open(&folder.path().join("db")).with_ballast(Ballast::new(&ballast, 1 << 20));
    assert_eq!(ballast.metadata().unwrap().len(), 1 << 20);
    sell(&mut writer, 5);
    let full = |_: &mut Tx<'_>| -> Result<i64, Reject> { Err(Reject::Fault(Fault::DiskFull)) };
    let answers = run(&mut writer, vec![(Caller::default(), Box::new(full))]);
    assert!(matches!(&answers[0], Err(Reject::Fault(Fault::DiskFull))));
    assert_eq!(ballast.metadata().unwrap().len(), 0, "it gave its room away");
    // There is room on this disk: the ballast is made again, and everything goes on.
    sell(&mut writer, 1);
    assert_eq!(ballast.metadata().unwrap().len(), 1 << 20);
    // One that was emptied and can never be filled again: the disk is full for good.
    let vast = folder.path().join("vast");
    std::fs::write(&vast, []).unwrap();
    let mut writer = writer.with_ballast(Ballast::new(&vast, u64::MAX / 8));
    let answers = run(&mut writer, vec![(Caller::default(), sells(5, "x")), (Caller::default().to_close(), sells(6, "x"))]);
    assert!(matches!(&answers[..], [Err(Reject::Fault(Fault::DiskFull)), Ok(7)]), "{answers:?}");
    // One that never was, on a disk that is too small for it: nobody is refused.
    let mut writer = writer.with_ballast(Ballast::new(&folder.path().join("never"), u64::MAX / 8));
    sell(&mut writer, 1);
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

/// A clock that somebody moves.
#[derive(Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now_ms(&self) -> i64 {
        1_780_000_000_000 + self.0.load(Ordering::Relaxed)
    }
}

/// Notes something that only this node knows.
fn notes() -> duken_kernel::writer::Run {
    Box::new(|tx: &mut Tx<'_>| Ok(tx.insert("INSERT INTO note (text) VALUES ('x')", &[])?))
}

#[test]
fn what_records_no_entry_may_wait_for_the_disk_for_half_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("db"), Arc::new(Hand::default()));
    let mut writer = Writer::open(Sqlite::open(&path).unwrap(), schema(), clock.clone(), Arc::new(SystemChance)).unwrap();
    writer.engine().execute("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT)", &[]).unwrap();
    let soon = || Caller::default().soon_durable();
    let there = || Sqlite::open_readonly(&path).unwrap().rows("SELECT id FROM note", &[]).unwrap().len();

    assert!(run(&mut writer, vec![(Caller::default(), notes())])[0].is_ok());
    assert_eq!(writer.seals_in_ms(), None, "a command that says nothing is durable at once");
    assert!(run(&mut writer, vec![(soon(), notes()), (soon(), notes())]).iter().all(Result::is_ok));
    assert_eq!((writer.seals_in_ms(), there()), (Some(500), 3), "everybody sees it, the disk may wait");
    clock.0.store(300, Ordering::Relaxed);
    assert!(run(&mut writer, vec![(soon(), notes())])[0].is_ok());
    writer.seal_when_due().unwrap();
    assert_eq!(writer.seals_in_ms(), Some(200), "counted from the first that waits");
    clock.0.store(500, Ordering::Relaxed);
    writer.seal_when_due().unwrap();
    assert_eq!(writer.seals_in_ms(), None);

    assert!(run(&mut writer, vec![(soon(), notes())])[0].is_ok());
    let refused = |_: &mut Tx<'_>| -> Result<i64, Reject> { duken_kernel::writer::EXPIRED.err() };
    assert!(run(&mut writer, vec![(Caller::default(), Box::new(refused))])[0].is_err());
    assert_eq!(writer.seals_in_ms(), Some(500), "a group with nothing to write carries nothing to the disk");
    assert!(run(&mut writer, vec![(soon(), notes()), (Caller::default(), sells(5, "x"))]).iter().all(Result::is_ok));
    assert_eq!(writer.seals_in_ms(), None, "a later group with an entry carries what came before");
}

#[test]
fn j1_an_entry_never_waits_whatever_its_command_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    assert!(run(&mut writer, vec![(Caller::default().soon_durable(), sells(5, "x"))])[0].is_ok());
    assert_eq!((writer.seals_in_ms(), sales(&writer)), (None, 1));
}

#[test]
fn the_log_is_copied_beside_the_writer_and_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let mut writer = open(&path);
    sell(&mut writer, 100);
    let mut sweeper = writer.sweeper().unwrap();
    let copied = sweeper.sweep().unwrap();
    assert!(copied > 0);
    let length = || path.with_file_name("db-wal").metadata().unwrap().len();
    let long = length();
    sell(&mut writer, 1);
    assert_eq!(length(), long, "a log that was copied whole is written from its beginning again");
    assert!(sweeper.sweep().unwrap() < copied);
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

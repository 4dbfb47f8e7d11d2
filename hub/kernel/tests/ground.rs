//! The kernel with a tiny domain of its own: a purse that takes and gives money.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::sync::Arc;
use std::sync::mpsc::channel;

use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::journal::{Draft, Entry};
use duken_kernel::ledger::{Account, MoneyPosting};
use duken_kernel::refusal::Code;
use duken_kernel::replay::verify;
use duken_kernel::store::{Column, Engine, Read, Sqlite, Sums, Table, Writes};
use duken_kernel::vault::PersonalBlobs;
use duken_kernel::writer::{Caller, Job, Run, body_digest};
use duken_kernel::{Fault, Projector, Reject, Schema, Tx, Writer};
use duken_protocol::ids::RequestId;
use duken_protocol::money::{Amount, Currency};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

static MOVES: Table = Table {
    name: "purse_move",
    key: &[Column::int("seq")],
    values: &[Column::int("amount"), Column::text("why")],
    indexes: &[&["amount"]],
    sums: Sums::AtOnce,
};

static TABLES: &[&Table] = &[&MOVES];

#[derive(Serialize, Deserialize)]
struct Moved {
    amount: i64,
    why: String,
    #[serde(default)]
    lopsided: bool,
}

fn project(entry: &Entry, _: &dyn PersonalBlobs, writes: &mut Writes) -> Result<(), Fault> {
    let moved: Moved = entry.body()?;
    writes.put(&MOVES, [entry.seq.into()], [moved.amount.into(), moved.why.into()]);
    let side = |account, amount| MoneyPosting { account, a: 1, b: 0, amount: Amount(amount), currency: Currency::KZT };
    writes.money(side(Account::Cash, moved.amount));
    writes.money(side(Account::OwnerCash, if moved.lopsided { 1 } else { -moved.amount }));
    Ok(())
}

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![Projector { name: "purse", tables: TABLES, local: &[], kinds: &["purse.moved"], versions: &[], project }]))
}

fn open(path: &std::path::Path) -> Writer {
    Writer::open(Sqlite::open(path).unwrap(), schema(), Arc::new(SystemClock), Arc::new(SystemChance)).unwrap()
}

const TOO_MUCH: Code = Code::new("purse.too_much", 409);

fn moves(amount: i64, why: &str) -> impl FnOnce(&mut Tx<'_>) -> Result<i64, Reject> + Send + 'static {
    let why = why.to_owned();
    move |tx| {
        let have = tx.row("SELECT amount FROM money_balance WHERE node = 1 AND account = 1", &[])?.map_or(Ok(0), |r| r.get::<i64>(0))?;
        if have + amount < 0 {
            return TOO_MUCH.err();
        }
        Ok(tx.record(Draft::new("purse.moved", &Moved { amount, why, lopsided: false })?.dated(2026_11_21))?)
    }
}

fn run(writer: &mut Writer, jobs: Vec<(Caller, Run)>) -> Vec<Result<i64, Reject>> {
    let (sender, receiver) = channel();
    let jobs = jobs
        .into_iter()
        .map(|(caller, run)| {
            let sender = sender.clone();
            Job { caller, run, answer: Box::new(move |outcome| sender.send(outcome).unwrap()) }
        })
        .collect();
    writer.step(jobs);
    drop(sender);
    receiver.iter().collect()
}

fn request(body: &str) -> Caller {
    Caller { request: Some((RequestId::new(Uuid::now_v7()).unwrap(), body_digest("move", body.as_bytes()))), ..Caller::default() }
}

#[test]
fn a_group_keeps_what_succeeds_and_undoes_what_is_refused_or_panics() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    let answers = run(
        &mut writer,
        vec![
            (Caller::default(), Box::new(moves(500, "in"))),
            (Caller::default(), Box::new(moves(-900, "too much"))),
            (Caller::default(), Box::new(|_: &mut Tx<'_>| panic!("a bug"))),
            (Caller::default(), Box::new(moves(-200, "out"))),
        ],
    );
    assert_eq!(*answers[0].as_ref().unwrap(), 1);
    assert!(matches!(&answers[1], Err(Reject::Refused(refusal)) if refusal.code == TOO_MUCH));
    assert!(matches!(&answers[2], Err(Reject::Fault(Fault::Panicked))));
    assert_eq!(*answers[3].as_ref().unwrap(), 2, "J2: no number is lost by a refusal");
    let proof = verify(writer.engine(), &schema()).unwrap();
    assert!(proof.holds, "{proof:?}");
}

#[test]
fn j4_a_repeat_gets_the_first_answer_and_another_body_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let mut writer = open(&path);
    let caller = request("500");
    assert_eq!(*run(&mut writer, vec![(caller, Box::new(moves(500, "in")))])[0].as_ref().unwrap(), 1);
    drop(writer);
    let mut writer = open(&path);
    let answers = run(&mut writer, vec![(caller, Box::new(moves(500, "in"))), (caller, Box::new(moves(500, "in")))]);
    assert!(answers.iter().all(|a| *a.as_ref().unwrap() == 1));
    let other = Caller { request: caller.request.map(|(id, _)| (id, 42)), ..caller };
    assert!(
        matches!(&run(&mut writer, vec![(other, Box::new(moves(1, "in")))])[0], Err(Reject::Refused(r)) if r.code.code == "request.id_reused")
    );
    let refused = request("-9000");
    assert!(run(&mut writer, vec![(refused, Box::new(moves(-9000, "out")))])[0].is_err());
    assert!(run(&mut writer, vec![(refused, Box::new(moves(-100, "out")))])[0].is_ok(), "a refused request may be tried again");
    let rows = writer.engine().rows("SELECT seq FROM purse_move", &[]).unwrap();
    assert_eq!(rows.len(), 2);
    let mut old = *Uuid::now_v7().as_bytes();
    old[..6].copy_from_slice(&[0, 1, 2, 3, 4, 5]);
    let old = Caller { request: Some((RequestId::new(Uuid::from_bytes(old)).unwrap(), 1)), ..Caller::default() };
    assert!(
        matches!(&run(&mut writer, vec![(old, Box::new(moves(1, "in")))])[0], Err(Reject::Refused(r)) if r.code.code == "request.expired")
    );
}

#[test]
fn l1_a_lopsided_posting_never_gets_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    let lopsided = |tx: &mut Tx<'_>| Ok(tx.record(Draft::new("purse.moved", &Moved { amount: 5, why: String::new(), lopsided: true })?)?);
    let answer = run(&mut writer, vec![(Caller::default(), Box::new(lopsided))]);
    assert!(matches!(&answer[0], Err(Reject::Fault(Fault::Invariant { id: "L1", .. }))));
    assert!(writer.engine().rows("SELECT id FROM journal", &[]).unwrap().is_empty());
}

#[test]
fn verify_sees_every_kind_of_damage() {
    let damages: &[(&str, &str)] = &[
        ("UPDATE money_balance SET amount = amount + 1 WHERE account = 1", "L2"),
        ("DELETE FROM money_balance WHERE account = 1", "L2"),
        ("UPDATE purse_move SET why = 'other' WHERE seq = 2", "J3"),
        ("DELETE FROM money_turnover WHERE period = 20260000", "J3"),
        ("DELETE FROM journal WHERE id = (SELECT min(id) + 1 FROM journal)", "J2"),
        ("UPDATE journal SET hash = zeroblob(32) WHERE id = (SELECT max(id) FROM journal)", "J2"),
        ("UPDATE journal SET data = (SELECT data FROM journal ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM journal)", "J2"),
    ];
    for (damage, invariant) in damages {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = open(&folder.path().join("db"));
        for amount in [500, -100, 300] {
            run(&mut writer, vec![(Caller::default(), Box::new(moves(amount, "x")))])[0].as_ref().unwrap();
        }
        assert!(verify(writer.engine(), &schema()).unwrap().holds);
        writer.engine().execute(damage, &[]).unwrap();
        let proof = verify(writer.engine(), &schema()).unwrap();
        assert!(!proof.holds, "{damage}");
        assert!(proof.checks.iter().any(|c| c.id == *invariant && !c.differences.is_empty()), "{damage}: {proof:?}");
    }
}

#[test]
fn j3_a_rebuild_gives_the_same_tables() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    for amount in 1..50 {
        run(&mut writer, vec![(Caller::default(), Box::new(moves(amount, "x")))])[0].as_ref().unwrap();
    }
    let before = verify(writer.engine(), &schema()).unwrap();
    writer.engine().execute("UPDATE money_balance SET amount = 0", &[]).unwrap();
    let count = duken_kernel::replay::rebuild(writer.engine(), &schema()).unwrap();
    assert_eq!(count, 49);
    let after = verify(writer.engine(), &schema()).unwrap();
    assert!(after.holds);
    assert_eq!(before.digest, after.digest);
}

#[test]
fn an_index_is_used_rather_than_a_nodes_whole_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let writer = open(&path);
    let reader = Sqlite::open_readonly(&path).unwrap().into();
    for connection in [writer.engine(), &reader] {
        let plan = connection.rows("EXPLAIN QUERY PLAN SELECT why FROM purse_move WHERE node = 1 AND amount = 5", &[]).unwrap();
        let step: String = plan[0].get(3).unwrap();
        assert!(step.contains("purse_move_0"), "{step}");
    }
}

#[test]
fn a_newer_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    drop(open(&path));
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Sqlite::open(&path), Err(Fault::NewerDatabase { found: 99, .. })));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

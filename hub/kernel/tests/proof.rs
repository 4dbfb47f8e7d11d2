//! What the quick proof sees, and what only the full one does.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

mod shop;

use duken_kernel::journal::Draft;
use duken_kernel::replay::{Depth, verify, verify_since_checkpoint};
use duken_kernel::store::{Engine, Read};
use duken_kernel::vault::store_blob;
use duken_kernel::writer::Caller;
use duken_kernel::{Fault, Reject, Tx, Writer};
use shop::{SOLD, Sold, open, run, schema, schema_of, sell};

/// Twenty sales, a checkpoint, five sales.
fn books(folder: &std::path::Path) -> Writer {
    let mut writer = open(&folder.join("db")).checkpoint_every(21);
    sell(&mut writer, 20);
    sell(&mut writer, 5);
    store_blob(writer.engine(), b"salted").unwrap();
    writer
}

#[test]
fn j3_the_quick_proof_sees_what_it_says_it_sees() {
    /// Which proofs see a damage: the id of the check that tells it.
    struct Seen {
        damage: &'static str,
        quick: Option<&'static str>,
    }
    let seen = |damage, id| Seen { damage, quick: Some(id) };
    let only_full = |damage| Seen { damage, quick: None };
    let damages = [
        seen("UPDATE money_balance SET amount = amount + 1 WHERE account = 1", "L2"),
        seen("DELETE FROM goods_balance", "L2"),
        seen("INSERT INTO money_balance VALUES (1, 2, 9, 0, 'KZT', 5)", "L2"),
        seen("UPDATE money_turnover SET debit = debit + 1, credit = credit + 1 WHERE period = 20260000 AND account = 1", "L2"),
        seen("UPDATE money_turnover SET debit = debit + 1 WHERE period = 20261121 AND account = 1", "L2"),
        seen("UPDATE shop_sale SET why = 'other' WHERE seq = 24", "J3"),
        seen("DELETE FROM shop_sale WHERE seq = 23", "J3"),
        seen("UPDATE journal SET data = (SELECT data FROM journal ORDER BY id LIMIT 1) WHERE id = (SELECT min(id) + 3 FROM journal)", "J2"),
        seen("DELETE FROM journal WHERE id = (SELECT max(id) - 1 FROM journal)", "J2"),
        seen("UPDATE personal SET data = x'00'", "J5"),
        only_full("UPDATE shop_sale SET why = 'other' WHERE seq = 3"),
        only_full("UPDATE shop_day SET count = count + 1"),
    ];
    for Seen { damage, quick } in damages {
        let folder = tempfile::tempdir().unwrap();
        let writer = books(folder.path());
        let (engine, schema) = (writer.engine(), schema());
        for proof in [verify(engine, &schema).unwrap(), verify_since_checkpoint(engine, &schema).unwrap()] {
            assert!(proof.holds, "{proof:#?}");
        }
        assert!(engine.execute(damage, &[]).unwrap() > 0, "{damage}");
        assert!(!verify(engine, &schema).unwrap().holds, "{damage}");
        let proof = verify_since_checkpoint(engine, &schema).unwrap();
        assert_eq!(proof.depth, Depth::SinceCheckpoint);
        let told = proof.checks.iter().find(|check| !check.differences.is_empty()).map(|check| check.id);
        assert_eq!((told, proof.holds), (quick, quick.is_none()), "{damage}: {proof:#?}");
    }
}

#[test]
fn l2_balances_are_the_sums_of_all_postings_whatever_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let writer = books(folder.path());
    let balance = |sql: &str| writer.engine().rows(sql, &[]).unwrap()[0].get::<i64>(0).unwrap();
    let sold: i64 = (1..=20).sum::<i64>() + (1..=5).sum::<i64>();
    assert_eq!(balance("SELECT amount FROM money_balance WHERE account = 1"), sold);
    assert_eq!(balance("SELECT debit FROM money_turnover WHERE account = 1 AND period = 20260000"), sold);
    assert_eq!(balance("SELECT quantity FROM goods_balance"), -25_000);
    for (damage, mend) in [
        ("UPDATE money_balance SET amount = amount + 1", "UPDATE money_balance SET amount = amount - 1"),
        ("UPDATE goods_balance SET value = value + 1", "UPDATE goods_balance SET value = value - 1"),
    ] {
        writer.engine().execute(damage, &[]).unwrap();
        let proof = verify(writer.engine(), &schema()).unwrap();
        assert!(proof.checks.iter().any(|check| check.id == "L2" && !check.differences.is_empty()), "{damage}: {proof:#?}");
        writer.engine().execute(mend, &[]).unwrap();
        assert!(verify(writer.engine(), &schema()).unwrap().holds);
    }
}

#[test]
fn j3_without_a_checkpoint_the_quick_proof_begins_at_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    sell(&mut writer, 9);
    assert!(verify_since_checkpoint(writer.engine(), &schema()).unwrap().holds);
    writer.engine().execute("UPDATE shop_sale SET why = 'other' WHERE seq = 1", &[]).unwrap();
    assert!(!verify_since_checkpoint(writer.engine(), &schema()).unwrap().holds);
    writer.engine().execute("UPDATE shop_sale SET why = 'x' WHERE seq = 1", &[]).unwrap();
    writer.engine().execute("UPDATE money_balance SET amount = amount + 1", &[]).unwrap();
    assert!(!verify_since_checkpoint(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn j3_a_checkpoint_comes_by_itself_after_ten_thousand_entries() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(&folder.path().join("db"));
    for _ in 0..10 {
        sell(&mut writer, 1_000);
    }
    let kinds = duken_kernel::journal::read_after(writer.engine(), 1, 9_990, 100).unwrap();
    let checkpoints = kinds.iter().filter(|raw| String::from_utf8_lossy(&raw.bytes).contains("\"kind\":\"checkpoint\",\"v\":2"));
    assert_eq!(checkpoints.count(), 1);
    let proof = verify_since_checkpoint(writer.engine(), &schema()).unwrap();
    assert!(proof.holds, "{proof:#?}");
    let tail = proof.checks.iter().find(|check| check.id == "L1").map(|check| check.checked);
    assert!(tail.is_some_and(|postings| postings < 100), "the tail is short: {proof:#?}");
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn j6_a_version_that_is_not_declared_is_neither_recorded_nor_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let mut writer = open(&path);
    let second = |tx: &mut Tx<'_>| -> Result<i64, Reject> {
        let body = Sold { amount: 5, why: "x".to_owned() };
        Ok(tx.record(Draft::new(SOLD, &body)?.versioned(2).dated(2026_11_21))?)
    };
    let answers = run(&mut writer, vec![(Caller::default(), Box::new(second))]);
    assert!(matches!(&answers[0], Err(Reject::Fault(Fault::Invariant { id: "J6", .. }))), "{answers:?}");
    sell(&mut writer, 1);
    drop(writer);
    let newer = schema_of(&[(SOLD, 2)]);
    assert_eq!(newer.recorded(), [("checkpoint", 2), (SOLD, 2)]);
    let engine = duken_kernel::store::Sqlite::open(&path).unwrap();
    let context = duken_kernel::context::SystemClock;
    let chance = duken_kernel::context::SystemChance;
    let mut writer = Writer::open(engine, newer.clone(), std::sync::Arc::new(context), std::sync::Arc::new(chance)).unwrap();
    let answers = run(&mut writer, vec![(Caller::default(), Box::new(second))]);
    assert!(answers[0].is_ok(), "{answers:?}");
    assert!(verify(writer.engine(), &newer).unwrap().holds, "both versions are read");
    let proof = verify(writer.engine(), &schema()).unwrap();
    assert!(!proof.holds, "an older program does not guess: {proof:#?}");
    let rows = writer.engine().rows("SELECT seq FROM shop_sale", &[]).unwrap();
    assert_eq!(rows.len(), 2);
}

//! What is written is read again: types, nothing, order, bounds.

use duken_kernel::journal::{self, RawEntry};
use duken_kernel::store::{Add, Bulk, Engine, Gathered, Put, Row, Value, Writes};
use duken_kernel::{Fault, Read};

use super::house::{COUNT, House, Said, THING, awkward, on_each, run, says, schema};

const ALL: &str = "SELECT number, name, mark, size, note, picture FROM user WHERE node = ?1 ORDER BY number, name, mark";

fn put(said: &Said) -> Put {
    let key = vec![said.number.into(), said.name.clone().into(), said.mark.clone().into()];
    Put { table: &THING, key, row: vec![said.size.into(), said.note.clone().into(), said.picture.clone().into()] }
}

fn expected() -> Vec<Row> {
    let mut all: Vec<Row> = awkward().iter().map(|said| Row([put(said).key, put(said).row].concat())).collect();
    all.sort();
    all
}

#[test]
fn every_value_comes_back_in_the_order_of_its_bytes() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        engine.begin().unwrap();
        for said in awkward() {
            engine.put(3, &[put(&said)]).unwrap();
        }
        engine.commit().unwrap();
        assert_eq!(engine.rows(ALL, &[3.into()]).unwrap(), expected());
        assert_eq!(house.database.open_readonly().unwrap().rows(ALL, &[3.into()]).unwrap(), expected());
        for said in awkward() {
            let found = "SELECT size FROM user WHERE node = 3 AND number = ?1 AND name = ?2 AND mark = ?3 AND (?4 IS NULL OR note = ?4)";
            let row = engine.row(found, &[said.number.into(), said.name.clone().into(), said.mark.into(), said.note.into()]).unwrap();
            assert_eq!(row.unwrap().get::<Option<i64>>(0).unwrap(), said.size, "{}", said.name);
        }
        let between =
            engine.rows("SELECT name FROM user WHERE node = 3 AND name >= ?1 AND name < ?2 ORDER BY name", &["a".into(), "b".into()]);
        let names: Vec<String> = between.unwrap().iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(names, ["a", "a\0b", "a\u{1}b"]);
    });
}

#[test]
fn a_row_is_set_again_and_a_sum_is_added_to() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        let first = Said { number: 1, name: "a".to_owned(), size: Some(5), note: Some("x".to_owned()), ..Said::default() };
        engine.begin().unwrap();
        for said in [&first, &Said { size: None, note: Some("y".to_owned()), ..first.clone() }] {
            engine.put(1, &[put(said)]).unwrap();
        }
        for (node, deltas) in [(1, [2, 3]), (1, [5, -10]), (2, [7, 7])] {
            engine.add(node, &[Add { table: &COUNT, key: vec!["a".into()], deltas: deltas.to_vec() }]).unwrap();
        }
        engine.commit().unwrap();
        let row = engine.row("SELECT size, note, picture FROM user WHERE node = 1 AND number = 1", &[]).unwrap().unwrap();
        assert_eq!(row, Row(vec![Value::Null, "y".into(), Value::Null]));
        let sums = engine.rows("SELECT node, times, size FROM thing_count ORDER BY node", &[]).unwrap();
        assert_eq!(sums, [Row(vec![1.into(), 7.into(), (-7).into()]), Row(vec![2.into(), 7.into(), 7.into()])]);
        let total = engine
            .row("SELECT SUM(times), SUM(times) - SUM(size), COUNT(*), MIN(size), SUM(size) FROM thing_count WHERE node > ?1", &[5.into()]);
        assert_eq!(total.unwrap().unwrap(), Row(vec![Value::Null, Value::Null, 0.into(), Value::Null, Value::Null]));
        let total = engine.row(
            "SELECT SUM(times), SUM(times) - SUM(size), COUNT(*), MIN(size), node > 1 FROM thing_count WHERE node = ?1 GROUP BY node",
            &[1.into()],
        );
        assert_eq!(total.unwrap().unwrap(), Row(vec![7.into(), 14.into(), 1.into(), (-7).into(), 0.into()]));
    });
}

#[test]
fn many_rows_at_once_are_the_same_as_one_by_one() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        let mut gathered = Gathered::default();
        engine.begin().unwrap();
        for (at, said) in awkward().into_iter().chain(awkward()).enumerate() {
            let mut writes = Writes::default();
            let changed = Said { size: said.size.map(|size| size + at as i64), ..said };
            let put = put(&changed);
            writes.put(&THING, put.key.clone(), put.row.clone());
            writes.add(&COUNT, [changed.name.clone().into()], [1, at as i64]);
            gathered.take(1, writes);
            engine.put(2, &[put]).unwrap();
            engine.add(2, &[Add { table: &COUNT, key: vec![changed.name.into()], deltas: vec![1, at as i64] }]).unwrap();
        }
        gathered.flush(engine).unwrap();
        gathered.flush(engine).unwrap();
        engine.commit().unwrap();
        let both = [1, 2].map(|node| engine.rows(ALL, &[node.into()]).unwrap());
        assert_eq!(both[0].len(), awkward().len());
        assert_eq!(both[0], both[1]);
        let both = [1, 2]
            .map(|node| engine.rows("SELECT name, times, size FROM thing_count WHERE node = ?1 ORDER BY name", &[node.into()]).unwrap());
        assert!(both[0].iter().all(|row| row.get::<i64>(1).unwrap() == 2));
        assert_eq!(both[0], both[1]);
        engine.write(vec![Bulk { shape: THING.puts(), rows: Vec::new() }]).unwrap();
    });
}

#[test]
fn a_taken_number_of_the_journal_is_refused_with_the_whole_group() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        let entry = |seq| RawEntry { seq, hash: [7; 32], bytes: b"{}".to_vec() };
        let append = |numbers: &[i64]| -> Result<(), Fault> {
            engine.begin()?;
            let mut gathered = Gathered::default();
            numbers.iter().try_for_each(|seq| journal::append_later(&mut gathered, 2, &entry(*seq)))?;
            let written = gathered.flush(engine).and_then(|()| engine.commit());
            if written.is_err() {
                engine.rollback();
            }
            written
        };
        append(&[1, 2, 3]).unwrap();
        assert!(append(&[4, 3]).is_err());
        let numbers: Vec<i64> = journal::read_after(engine, 2, 0, 10).unwrap().iter().map(|entry| entry.seq).collect();
        assert_eq!(numbers, [1, 2, 3]);
        append(&[4]).unwrap();
        assert_eq!(journal::tip(engine, 2).unwrap().seq, 4);
    });
}

#[test]
fn a_local_table_gives_keys_that_are_never_given_again() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        engine.begin().unwrap();
        let insert = |words: &str| {
            engine.insert("INSERT INTO draft (words, size, seal) VALUES (?1, ?2, ?3)", &[words.into(), Value::Null, vec![1_u8].into()])
        };
        assert_eq!((insert("a").unwrap(), insert("b").unwrap()), (1, 2));
        assert_eq!(engine.execute("DELETE FROM draft WHERE id = ?1", &[2.into()]).unwrap(), 1);
        assert_eq!(insert("c").unwrap(), 3);
        assert_eq!(engine.execute("UPDATE draft SET size = ?1 WHERE words = ?2", &[Value::Null, "none".into()]).unwrap(), 0);
        let sql = "INSERT INTO draft (id, words) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET words = excluded.words";
        assert_eq!(engine.execute(sql, &[1.into(), "new".into()]).unwrap(), 1);
        engine.commit().unwrap();
        let rows = engine.rows("SELECT id, words, size, seal FROM draft ORDER BY id LIMIT ?1 OFFSET ?2", &[5.into(), 0.into()]).unwrap();
        assert_eq!(rows[0], Row(vec![1.into(), "new".into(), Value::Null, vec![1_u8].into()]));
        assert_eq!(rows.len(), 2);
        assert!(engine.rows("SELECT word FROM draft_search", &[]).is_ok() || engine.rows("SELECT words FROM draft_search", &[]).is_ok());
    });
}

#[test]
fn what_one_engine_could_not_keep_is_refused_on_each() {
    let schema = schema();
    on_each(|house: &House| {
        let mut writer = house.writer();
        let cases = [
            Said { name: "n".repeat(2_401), ..Said::default() },
            Said { name: "\0".repeat(1_201), ..Said::default() },
            Said { note: Some("n".repeat(2_401)), ..Said::default() },
            Said { size: Some(1 << 54), ..Said::default() },
            Said { amount: 1 << 54, ..Said::default() },
        ];
        for said in cases {
            let answer = run(&mut writer, vec![says(said)]);
            assert!(matches!(&answer[0], Err(duken_kernel::Reject::Fault(Fault::Invariant { .. }))), "{answer:?}");
        }
        let ends = Said { name: "n".repeat(2_400), ..Said::default() };
        assert!(run(&mut writer, vec![says(ends)])[0].is_ok(), "the longest that is kept");
        assert!(duken_kernel::replay::verify(writer.engine(), &schema).unwrap().holds);
    });
}

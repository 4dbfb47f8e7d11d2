//! Groups, and commands that are undone alone.

use duken_kernel::replay::verify;
use duken_kernel::store::Engine;
use duken_kernel::{Fault, Read, Reject, Tx};

use super::house::{Said, on_each, run, says, schema};

fn names(read: &dyn Read) -> Vec<String> {
    read.rows("SELECT name FROM user ORDER BY name", &[]).unwrap().iter().map(|row| row.get(0).unwrap()).collect()
}

fn named(name: &str) -> Said {
    Said { number: 1, name: name.to_owned(), amount: 5, ..Said::default() }
}

#[test]
fn a_command_that_fails_is_undone_alone() {
    on_each(|house| {
        let mut writer = house.writer();
        let fails_after_a_write = |tx: &mut Tx<'_>| {
            tx.execute("INSERT INTO draft (words) VALUES ('half')", &[])?;
            tx.execute("INSERT INTO draft (words) VALUES (NULL)", &[])?;
            Ok(0)
        };
        let answers = run(
            &mut writer,
            vec![
                says(named("a")),
                Box::new(fails_after_a_write),
                Box::new(|_: &mut Tx<'_>| panic!("a bug")),
                Box::new(|tx: &mut Tx<'_>| Ok(tx.rows("SELECT nonsense FROM nowhere", &[]).map(|_| 0)?)),
                says(named("b")),
            ],
        );
        assert_eq!(*answers[0].as_ref().unwrap(), 1);
        assert!(matches!(&answers[1], Err(Reject::Fault(_))));
        assert!(matches!(&answers[2], Err(Reject::Fault(Fault::Panicked))));
        assert!(matches!(&answers[3], Err(Reject::Fault(_))));
        assert_eq!(*answers[4].as_ref().unwrap(), 2, "J2: no number is lost");
        assert_eq!(names(writer.engine()), ["a", "b"]);
        assert!(writer.engine().rows("SELECT id FROM draft", &[]).unwrap().is_empty());
        assert!(verify(writer.engine(), &schema()).unwrap().holds);
    });
}

#[test]
fn a_group_is_there_whole_or_not_at_all() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        let insert = |words: &str| engine.execute("INSERT INTO draft (words) VALUES (?1)", &[words.into()]);
        engine.begin().unwrap();
        insert("undone").unwrap();
        engine.rollback();
        engine.begin().unwrap();
        insert("kept").unwrap();
        engine.savepoint().unwrap();
        insert("undone").unwrap();
        engine.rollback_to().unwrap();
        engine.savepoint().unwrap();
        insert("kept too").unwrap();
        engine.release().unwrap();
        let reader = house.database.open_readonly().unwrap();
        assert!(reader.rows("SELECT id FROM draft", &[]).unwrap().is_empty(), "nobody sees a group before its end");
        engine.commit().unwrap();
        let words: Vec<String> =
            reader.rows("SELECT words FROM draft ORDER BY words", &[]).unwrap().iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(words, ["kept", "kept too"]);
        engine.rollback();
        engine.begin().unwrap();
        engine.commit().unwrap();
    });
}

#[test]
fn a_group_with_a_failed_statement_is_never_half_committed() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        engine.begin().unwrap();
        engine.execute("INSERT INTO draft (words) VALUES ('one')", &[]).unwrap();
        assert!(engine.execute("INSERT INTO draft (words) VALUES (NULL)", &[]).is_err());
        let committed = engine.commit();
        if committed.is_err() {
            engine.rollback();
        }
        let count = engine.rows("SELECT id FROM draft", &[]).unwrap().len();
        assert_eq!(count, usize::from(committed.is_ok()), "what commit says is true");
    });
}

#[test]
fn a_database_of_a_newer_program_is_refused_untouched() {
    on_each(|house| {
        drop(house.writer());
        let old = house.open();
        let raise = if house.engine == "SQLite" { "PRAGMA user_version = 99" } else { "UPDATE writer_mark SET format = 99" };
        let _some_engines_answer = old.rows(raise, &[]).unwrap();
        drop(old);
        for opened in [house.database.open(), house.database.open_readonly()] {
            assert!(matches!(opened.map(|_| ()), Err(Fault::NewerDatabase { found: 99, .. })));
        }
    });
}

#[test]
fn a_database_that_is_not_there_is_not_read() {
    on_each(|house| assert!(house.database.open_readonly().is_err()));
}

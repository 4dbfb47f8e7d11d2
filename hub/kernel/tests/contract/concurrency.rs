//! Readers beside the writer.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use duken_kernel::store::{Engine, Pool};
use duken_kernel::{Fault, Read};

use super::house::on_each;

#[test]
fn a_reader_sees_one_state_for_as_long_as_it_reads() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        let pool = Pool::new(house.database.clone(), 4);
        let count = |read: &dyn Read| -> Result<i64, Fault> { read.row("SELECT COUNT(*) FROM draft", &[])?.unwrap().get(0) };
        pool.read(|read| {
            assert_eq!(count(read)?, 0);
            engine.begin()?;
            engine.execute("INSERT INTO draft (words) VALUES ('new')", &[])?;
            engine.commit()?;
            assert_eq!(count(read)?, 0, "the same state as before");
            Ok::<_, Fault>(())
        })
        .unwrap();
        assert_eq!(pool.read(|read| count(read)).unwrap(), 1, "the next reader sees what is committed");
        let refused = pool.read(|read| read.execute("DELETE FROM draft", &[]).map(|_| ()));
        assert!(refused.is_err(), "a reader writes nothing");
        assert!(pool.read(|read| read.rows("SELECT nonsense FROM nowhere", &[]).map(|_| ())).is_err());
        assert_eq!(pool.read(|read| count(read)).unwrap(), 1, "and reads on after a failure");
    });
}

#[test]
fn sums_hold_for_readers_while_the_writer_moves_money() {
    on_each(|house| {
        let writer = house.writer();
        let engine = writer.engine();
        engine.begin().unwrap();
        for id in 1..=10 {
            engine.execute("INSERT INTO draft (id, words, size) VALUES (?1, '', 100)", &[id.into()]).unwrap();
        }
        engine.commit().unwrap();
        let pool = Pool::new(house.database.clone(), 4);
        let (done, all_there) = (AtomicBool::new(false), Barrier::new(5));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut reads = 0;
                    while reads == 0 || !done.load(Ordering::Relaxed) {
                        let sums = pool.read(|read| {
                            let of = |sql| -> Result<i64, Fault> { read.row(sql, &[])?.unwrap().get(0) };
                            Ok::<_, Fault>(
                                of("SELECT SUM(size) FROM draft WHERE id <= 5")? + of("SELECT SUM(size) FROM draft WHERE id > 5")?,
                            )
                        });
                        assert_eq!(sums.unwrap(), 1_000, "two questions, one state");
                        if reads == 0 {
                            all_there.wait();
                        }
                        reads += 1;
                    }
                });
            }
            all_there.wait();
            for round in 0..50_i64 {
                engine.begin().unwrap();
                engine.execute("UPDATE draft SET size = size - 3 WHERE id = ?1", &[(1 + round % 10).into()]).unwrap();
                engine.execute("UPDATE draft SET size = size + 3 WHERE id = ?1", &[(1 + (round + 5) % 10).into()]).unwrap();
                engine.commit().unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
    });
}

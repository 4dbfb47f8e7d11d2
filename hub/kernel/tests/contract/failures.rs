//! A server that goes away, comes back, runs full.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use duken_kernel::replay::verify;
use duken_kernel::store::Pool;
use duken_kernel::store::postgres::Server;
use duken_kernel::{Fault, Read, Reject, Writer};
use duken_test_postgres::{Cluster, Gate, Proxy};

use super::house::{House, Said, run, says, schema};

fn named(number: i64) -> Said {
    Said { number, name: "n".to_owned(), amount: 1, ..Said::default() }
}

fn said(writer: &mut Writer, number: i64) -> Result<i64, Reject> {
    run(writer, vec![says(named(number))]).remove(0)
}

fn numbers(read: &dyn Read) -> Vec<i64> {
    read.rows("SELECT number FROM user ORDER BY number", &[]).unwrap().iter().map(|row| row.get(0).unwrap()).collect()
}

#[test]
fn a_commit_whose_answer_was_lost_is_looked_up() {
    let Some(cluster) = Cluster::shared() else { return };
    let proxy = Proxy::before(cluster);
    let house = House::at(&proxy.url(&cluster.database()));
    let mut writer = house.writer();
    assert_eq!(said(&mut writer, 1).unwrap(), 1);

    proxy.set(Gate::CutAfterCommit);
    assert_eq!(said(&mut writer, 2).unwrap(), 2, "it is on disk, and answered as such");
    assert_eq!(proxy.gate(), Gate::Open, "the connection was cut");

    proxy.set(Gate::CutBeforeCommit);
    assert!(matches!(said(&mut writer, 3), Err(Reject::Fault(Fault::Away(_)))), "it is not on disk, and nobody is told so");
    assert_eq!(proxy.gate(), Gate::Open, "the connection was cut");

    assert_eq!(said(&mut writer, 4).unwrap(), 3, "J2: the number was not lost");
    assert_eq!(numbers(writer.engine()), [1, 2, 4]);
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn a_commit_that_cannot_be_looked_up_is_found_later() {
    let Some(cluster) = Cluster::shared() else { return };
    let proxy = Proxy::before(cluster);
    let house = House::at(&proxy.url(&cluster.database()));
    let mut writer = house.writer();
    proxy.set(Gate::CutAfterCommit);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // As soon as the connection is cut nobody is let in any more.
            while proxy.gate() == Gate::CutAfterCommit && !stop.load(Ordering::Relaxed) {
                std::thread::yield_now();
            }
            proxy.set(Gate::Shut);
        });
        let answer = said(&mut writer, 1);
        stop.store(true, Ordering::Relaxed);
        assert!(answer.is_ok() || matches!(answer, Err(Reject::Fault(Fault::Away(_)))), "{answer:?}");
    });
    proxy.set(Gate::Open);
    assert_eq!(said(&mut writer, 2).unwrap(), 2, "the journal goes on behind what turned out to be there");
    assert_eq!(numbers(writer.engine()), [1, 2]);
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn a_server_that_crashes_and_comes_back_loses_nothing() {
    let Some(cluster) = Cluster::own() else { return };
    let house = House::at(&cluster.database());
    let mut writer = house.writer();
    let pool = Pool::new(house.database.clone(), 4);
    let mut answered = Vec::new();
    let mut next = 0;
    let mut say = |writer: &mut Writer, answered: &mut Vec<i64>| {
        next += 1;
        let heard = said(writer, next);
        if heard.is_ok() {
            answered.push(next);
        }
        heard
    };
    for round in 0..3 {
        for _ in 0..20 {
            say(&mut writer, &mut answered).unwrap();
        }
        let read = pool.read(|read| Ok::<_, Fault>(numbers(read).len())).unwrap();
        assert_eq!(read, answered.len(), "round {round}");
        cluster.crash();
        assert!(matches!(say(&mut writer, &mut answered), Err(Reject::Fault(Fault::Away(_)))));
        assert!(matches!(pool.read(|read| read.rows("SELECT 1", &[])), Err(Fault::Away(_))));
        cluster.start_again();
    }
    say(&mut writer, &mut answered).unwrap();
    assert_eq!(numbers(writer.engine()), answered);
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn a_group_under_way_when_the_server_crashes_is_there_or_answered_as_failed() {
    let Some(cluster) = Cluster::own() else { return };
    let house = House::at(&cluster.database());
    let mut writer = house.writer();
    let (sender, crashes) = std::sync::mpsc::channel::<()>();
    let mut answered = Vec::new();
    std::thread::scope(|scope| {
        let cluster = &cluster;
        scope.spawn(move || {
            for () in crashes {
                cluster.crash();
                cluster.start_again();
            }
        });
        for number in 1..=600 {
            if number % 150 == 0 {
                sender.send(()).unwrap();
            }
            if said(&mut writer, number).is_ok() {
                answered.push(number);
            }
        }
        drop(sender);
    });
    said(&mut writer, 601).unwrap();
    answered.push(601);
    assert_eq!(numbers(writer.engine()), answered, "every answered one is there, and no other");
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

#[test]
fn a_full_disk_is_said_and_reading_goes_on() {
    let Some(small) = small_disk() else {
        let _said = writeln!(std::io::stderr(), "NOT TESTED: a database server on a full disk: this user may not mount a small one");
        assert!(
            std::env::var_os("DUKEN_TEST_MACHINE").is_none_or(|wanted| wanted != "required"),
            "this machine can: DUKEN_TEST_MACHINE=required"
        );
        return;
    };
    let cluster = Cluster::own().unwrap();
    cluster.hand_over(small.path());
    let url = cluster.database();
    let name = url.rsplit('/').next().unwrap();
    let _made = cluster.say(&cluster.url("postgres"), &format!("CREATE TABLESPACE small LOCATION '{}'", small.path().display()));
    let _moved = cluster.say(&cluster.url("postgres"), &format!("ALTER DATABASE {name} SET TABLESPACE small"));
    let house = House::at(&url);
    let mut writer = house.writer();
    let big = |number| Said { picture: Some(noise(number)), ..named(number) };
    let mut kept = Vec::new();
    let refused = (1..400).find_map(|number| match run(&mut writer, vec![says(big(number))]).remove(0) {
        Ok(_) => {
            kept.push(number);
            None
        }
        Err(reject) => Some(reject),
    });
    assert!(matches!(refused, Some(Reject::Fault(Fault::DiskFull))), "{refused:?}");
    assert_eq!(Pool::new(house.database.clone(), 1).read(|read| Ok::<_, Fault>(numbers(read))).unwrap(), kept, "reading goes on");
    small.grow();
    let next = said(&mut writer, 1_000).unwrap();
    assert_eq!(next, kept.len() as i64 + 1, "after space is back all works");
    assert!(verify(writer.engine(), &schema()).unwrap().holds);
}

/// Bytes that do not get smaller when they are packed.
fn noise(seed: i64) -> Vec<u8> {
    let mut state = seed.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(100_000).collect()
}

/// A disk of a few megabytes.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn path(&self) -> &Path {
        self.0.path()
    }
    fn grow(&self) {
        let grown = Command::new("mount").args(["-o", "remount,size=256m"]).arg(self.path()).status().unwrap();
        assert!(grown.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may still hold files there.
        let _already_gone = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn small_disk() -> Option<SmallDisk> {
    let folder = tempfile::Builder::new().prefix("duken-small").tempdir_in("/tmp").ok()?;
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m,mode=0755", "tmpfs"]).arg(folder.path()).output().ok()?;
    mounted.status.success().then(|| SmallDisk(folder))
}

#[test]
fn a_server_is_named_without_what_is_secret() {
    let shown = format!("{:?}", Server::parse("postgres://duken:pw@example.kz/office").unwrap());
    assert_eq!(shown, "postgres://example.kz:5432/office");
}

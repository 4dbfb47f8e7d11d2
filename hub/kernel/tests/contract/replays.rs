//! J3 across engines: the same journal gives the same tables.

use duken_kernel::replay::{Proof, rebuild, verify};
use duken_kernel::store::Engine;
use duken_kernel::{Read, Writer};

use super::house::{House, Said, awkward, on_each, run, says, schema};

fn filled(house: &House) -> Writer {
    let mut writer = house.writer();
    for (round, said) in awkward().into_iter().chain(awkward()).enumerate() {
        let said = Said { size: said.size.map(|size| size + round as i64), ..said };
        let answers = run(&mut writer, vec![says(said.clone()), says(Said { amount: -said.amount / 2, ..said })]);
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    }
    writer
}

fn proved(writer: &Writer) -> Proof {
    let proof = verify(writer.engine(), &schema()).unwrap();
    assert!(proof.holds, "{proof:#?}");
    proof
}

#[test]
fn the_same_entries_have_the_same_digest_on_each() {
    let mut digests = Vec::new();
    on_each(|_| {});
    for house in std::iter::once(House::sqlite()).chain(House::postgres()) {
        let writer = filled(&house);
        digests.push(proved(&writer).digest);
        writer.engine().begin().unwrap();
        let entries = rebuild(writer.engine(), &schema()).unwrap();
        writer.engine().commit().unwrap();
        assert_eq!(entries, 4 * awkward().len() as i64);
        digests.push(proved(&writer).digest);
        drop(writer);
        digests.push(proved(&house.writer()).digest);
        let reader = house.database.open_readonly().unwrap();
        digests.push(reader.snapshot(|read| verify(read, &schema())).unwrap().digest);
    }
    assert!(digests.iter().all(|digest| *digest == digests[0]), "{digests:#?}");
}

#[test]
fn every_damage_is_seen_on_each() {
    let damages = [
        ("UPDATE money_balance SET amount = amount + 1 WHERE account = 1", "L2"),
        ("UPDATE user SET note = 'other' WHERE number = 1", "J3"),
        ("DELETE FROM thing_count WHERE name = 'a'", "J3"),
        ("UPDATE goods_balance SET value = value - 1 WHERE product = 2", "L2"),
        ("DELETE FROM journal WHERE id = (SELECT min(id) + 1 FROM journal)", "J2"),
        ("UPDATE journal SET data = (SELECT data FROM journal ORDER BY id LIMIT 1) WHERE id = (SELECT max(id) FROM journal)", "J2"),
    ];
    on_each(|house| {
        let writer = filled(house);
        for (damage, invariant) in damages {
            writer.engine().begin().unwrap();
            assert!(writer.engine().execute(damage, &[]).unwrap() > 0, "{damage}");
            let proof = verify(writer.engine(), &schema()).unwrap();
            assert!(proof.checks.iter().any(|check| check.id == invariant && !check.differences.is_empty()), "{damage}: {proof:?}");
            writer.engine().rollback();
        }
        proved(&writer);
    });
}

#[test]
fn a_changed_declaration_is_replayed_at_the_next_start() {
    on_each(|house| {
        let writer = filled(house);
        let before = proved(&writer).digest;
        writer.engine().begin().unwrap();
        writer.engine().execute("UPDATE meta SET value = 'other' WHERE name = 'tables'", &[]).unwrap();
        writer.engine().execute("UPDATE user SET size = 0", &[]).unwrap();
        writer.engine().commit().unwrap();
        drop(writer);
        let writer = house.writer();
        assert_eq!(proved(&writer).digest, before);
        let node = writer.node_id().to_owned();
        drop(writer);
        assert_eq!(house.writer().node_id(), node, "a database keeps its node");
        let count = house.writer().engine().rows("SELECT number FROM node", &[]).unwrap().len();
        assert_eq!(count, 1);
    });
}

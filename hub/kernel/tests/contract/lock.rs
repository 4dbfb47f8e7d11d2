//! One hub writes to a database of a server, and says so to a second.

use duken_kernel::Fault;
use duken_kernel::store::Database;
use duken_kernel::store::postgres::Server;
use duken_test_postgres::{Cluster, Gate, Proxy};

use super::house::{House, Said, run, says};

#[test]
fn a_second_hub_on_the_same_database_is_refused_by_name() {
    let Some(house) = House::postgres() else { return };
    let mut first = house.writer();
    match house.database.open().map(|_| ()) {
        Err(Fault::InUse(who)) => assert!(who.starts_with("duken-hub") && who.contains("process"), "{who}"),
        other => panic!("not refused: {other:?}"),
    }
    assert!(run(&mut first, vec![says(Said::default())])[0].is_ok(), "the first goes on");
    drop(first);
    drop(house.writer());
}

#[test]
fn hubs_on_two_databases_of_one_server_do_not_meet() {
    let (Some(one), Some(other)) = (House::postgres(), House::postgres()) else { return };
    let (_first, _second) = (one.writer(), other.writer());
}

#[test]
fn an_older_server_is_refused_by_its_version() {
    let Some(cluster) = Cluster::shared() else { return };
    let proxy = Proxy::before(cluster);
    let database: Database = Server::parse(&proxy.url(&cluster.database())).unwrap().into();
    proxy.set(Gate::Version("120009"));
    match database.open().map(|_| ()) {
        Err(Fault::OldServer { found, oldest: 14 }) => assert_eq!(found, "12.9"),
        other => panic!("not refused: {other:?}"),
    }
    proxy.set(Gate::Open);
    drop(database.open().unwrap());
}

#[test]
fn a_database_of_another_encoding_is_refused() {
    let Some(cluster) = Cluster::shared() else { return };
    let home = cluster.database();
    let made = cluster.say(&home, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    assert_eq!(made, "CREATE DATABASE");
    let refused = Database::from(Server::parse(&cluster.url("latin")).unwrap()).open().map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("LATIN1"), "{refused}");
}

#[test]
fn a_server_that_nobody_runs_is_away() {
    let Some(cluster) = Cluster::shared() else { return };
    let nowhere = cluster.folder().join("nowhere").display().to_string().replace('/', "%2F");
    let database: Database = Server::parse(&format!("postgres://duken@{nowhere}/office")).unwrap().into();
    assert!(matches!(database.open().map(|_| ()), Err(Fault::Away(_))));
    let unknown: Database = Server::parse(&cluster.url("nobody_made_this")).unwrap().into();
    let said = unknown.open().map(|_| ()).unwrap_err();
    assert!(matches!(said, Fault::Postgres(_)), "{said:?}");
}

//! A head office whose database server crashes and comes back.

use std::sync::mpsc::channel;

use duken_kernel::{Fault, Read, Reject, Tx};
use duken_test_postgres::Cluster;

use super::{House, has_exactly};
use crate::config::{Config, Role};
use crate::sync::office::take_in;

fn office_on(cluster: &Cluster) -> House {
    let folder = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let database = Some(cluster.database().parse().unwrap());
    House::again(&Config { role: Role::Office, data: folder.path().to_owned(), database, ..Config::default() }, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_midst_of_intake_loses_nothing_and_doubles_nothing() {
    let Some(cluster) = Cluster::own() else { return };
    let store = House::new(Role::Store);
    store.write(240);
    let office = office_on(&cluster);
    let number = office.joins(&store);
    let (sender, crashes) = channel::<()>();
    let crashing = std::thread::spawn(move || {
        for () in crashes {
            cluster.crash();
            cluster.start_again();
        }
        cluster
    });
    let mut refused = 0;
    for from in (1..=240).step_by(4) {
        if from % 60 == 1 {
            sender.send(()).unwrap();
        }
        let frame = store.batch(from, from + 3).encode().unwrap();
        loop {
            match take_in(&office.app, number, frame.clone().into()).await {
                Ok(acknowledged) => {
                    assert_eq!(acknowledged.acked, from + 3);
                    break;
                }
                Err(Reject::Fault(Fault::Away(_))) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    drop(sender);
    let cluster = crashing.join().unwrap();
    has_exactly(&office, number, &store, 240);
    assert!(refused > 0, "the server was never missed");
    let office = office.restarted();
    has_exactly(&office, number, &store, 240);
    drop((office, cluster));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_passes_over_a_crash_hears_that_the_server_is_away_and_has_no_effect() {
    let Some(cluster) = Cluster::own() else { return };
    let office = office_on(&cluster);
    let (to_command, given) = channel::<Cluster>();
    let (back, given_back) = channel::<Cluster>();
    to_command.send(cluster).unwrap();
    let command = move |tx: &mut Tx<'_>| {
        let cluster = given.recv().unwrap();
        cluster.crash();
        let _passed_over = tx.row("SELECT 1", &[]);
        back.send(cluster).unwrap();
        Ok(0)
    };
    let heard = office.app.run(office.app.own_caller(), command).await;
    assert!(matches!(heard, Err(Reject::Fault(Fault::Away(_)))), "{heard:?}");
    let cluster = given_back.recv().unwrap();
    cluster.start_again();
    assert!(matches!(office.app.run(office.app.own_caller(), |_| Ok(7)).await, Ok(7)), "and the next one is done");
    drop((office, cluster));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_everybody_is_told_so_by_name() {
    let Some(cluster) = Cluster::own() else { return };
    let office = office_on(&cluster);
    let served = office.serve().await;
    let ask = async || {
        let answer = reqwest::Client::new().get(format!("{}/sync/state", served.url)).bearer_auth("nobody").send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str::<serde_json::Value>(&answer.text().await.unwrap()).unwrap()["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(ask().await, (401, "sync.wrong_token".to_owned()));
    cluster.crash();
    assert_eq!(ask().await, (503, "hub.database_away".to_owned()));
    cluster.start_again();
    assert_eq!(ask().await, (401, "sync.wrong_token".to_owned()), "and at once when it is back");
    served.end().await;
}

#[test]
fn a_second_hub_on_the_same_database_does_not_start() {
    let Some(cluster) = Cluster::own() else { return };
    let office = office_on(&cluster);
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), ..office.app.config.clone() };
    let refused = crate::hub::Hub::open(config).err().unwrap();
    assert!(matches!(refused, Fault::InUse(_)), "{refused}");
    assert_eq!(office.end(), 0, "the first goes on");
}

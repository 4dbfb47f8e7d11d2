//! Who has to go when all seats are taken.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::seats::{Held, Seats};
use super::{Limits, raise_file_limit};

const TILL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 5));
const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 6));
const OWN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn seats(most: usize, per_address: usize) -> Arc<Seats> {
    Seats::new(Limits { connections_per_address: per_address, ..Limits::default() }, most)
}

async fn has_to_go(held: &Held) -> bool {
    tokio::time::timeout(Duration::ZERO, held.seat().has_to_go(&Limits::default())).await.is_ok()
}

#[tokio::test]
async fn an_address_takes_no_more_than_its_share_and_others_find_room() {
    let seats = seats(100, 3);
    let first = seats.take(TILL).unwrap();
    let _more = [seats.take(TILL).unwrap(), seats.take(TILL).unwrap()];
    let other = seats.take(OTHER).unwrap();
    assert!(!has_to_go(&first).await);
    let _fourth = seats.take(TILL).unwrap();
    assert!(has_to_go(&first).await, "the oldest of the same address makes room");
    assert!(!has_to_go(&other).await);
    assert_eq!(seats.count(), 4);
    let own: Vec<Held> = (0..20).map(|_| seats.take(OWN).unwrap()).collect();
    assert_eq!(seats.count(), 24, "this machine itself has no share");
    drop(own);
    assert_eq!(seats.count(), 4);
}

#[tokio::test]
async fn who_is_served_stays_and_who_never_asked_goes_first() {
    let seats = seats(3, 100);
    let [served, busy, silent] = [OWN, TILL, OTHER].map(|address| seats.take(address).unwrap());
    drop(served.seat().begins());
    let turn = busy.seat().begins();
    let _next = seats.take(OWN).unwrap();
    assert!(has_to_go(&silent).await, "it never asked anything");
    let next_turn = _next.seat().begins();
    let _after = seats.take(OWN).unwrap();
    assert!(has_to_go(&served).await, "it waits since its last answer");
    let after_turn = _after.seat().begins();
    assert!(seats.take(OWN).is_none(), "all are busy");
    busy.seat().waits_for_body(true);
    let _last = seats.take(OWN).unwrap();
    assert!(has_to_go(&busy).await, "the rest of its body was waited for");
    drop((turn, next_turn, after_turn));
}

#[tokio::test]
async fn half_of_the_seats_are_for_links_and_a_link_stays() {
    let seats = seats(4, 100);
    let held: Vec<Held> = (0..4).map(|_| seats.take(TILL).unwrap()).collect();
    let turns: Vec<_> = held.iter().map(|held| held.seat().begins()).collect();
    for link in &held[..2] {
        assert!(link.seat().may_link());
        link.seat().linked();
        link.seat().linked();
    }
    assert!(!held[2].seat().may_link());
    drop(turns);
    let _in_the_place_of_one = seats.take(TILL).unwrap();
    assert!(!has_to_go(&held[0]).await && has_to_go(&held[2]).await);
    let mut held = held;
    drop(held.remove(0));
    assert!(held[1].seat().may_link(), "a link that ended leaves its place to another");
}

#[test]
fn the_number_of_seats_follows_the_limit_of_open_files() {
    let limits = Limits::default();
    assert_eq!(limits.connections_within(1_024), 768);
    assert_eq!(limits.connections_within(1_048_576), 4_096);
    assert_eq!(limits.connections_within(100), 64);
    assert_eq!(Limits { connections: 70, ..limits }.connections_within(1_024), 70);
    assert!(raise_file_limit() >= 256);
}

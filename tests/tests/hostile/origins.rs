//! Pages of other origins: they can neither write nor listen.

use duken_tests::client::{Call, new_id};
use duken_tests::fixture::Store;
use reqwest::Method;
use tokio_tungstenite::tungstenite::Error;

use crate::sockets::link;

#[tokio::test(flavor = "multi_thread")]
async fn no_write_of_another_page_is_carried_out() {
    let store = Store::new().await;
    let own = store.hub.address().get();
    let (_, authority) = own.split_once("://").expect("an address");
    let port = authority.rsplit(':').next().expect("a port");
    let described = store.admin.get("/api/openapi.json").await.done();
    let mut asked = 0;
    for (path, operations) in described["paths"].as_object().expect("paths") {
        for method in operations.as_object().expect("operations").keys().filter(|method| *method != "get") {
            let path = path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect::<Vec<_>>().join("/");
            let method: Method = method.to_uppercase().parse().expect("a method");
            let foreign = ["https://example.com".to_owned(), "null".to_owned(), format!("http://127.0.0.1.example.com:{port}")];
            for origin in foreign {
                let call = Call { method: method.clone(), id: Some(new_id()), ..Call::get(path.as_str()) };
                let answer = store.admin.send(call.saying("application/json", "{}").with("Origin", &origin)).await;
                answer.refused(403, "request.wrong_origin");
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "only {asked} writes are described");
    // A name that its owner points at this machine is of the same origin, and none of the hub's.
    let rebound =
        Call::post("/api/carts", &serde_json::json!({})).with("Origin", "http://rebound.example.com").with("Host", "rebound.example.com");
    store.admin.send(rebound).await.refused(403, "request.wrong_origin");
    let own_page = Call::post("/api/carts", &serde_json::json!({})).with("Origin", &own);
    let _cart = store.admin.send(own_page).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_page_listens() {
    let store = Store::new().await;
    let own = store.hub.address().get();
    for origin in ["https://example.com", "null", "http://127.0.0.1:1"] {
        match link(&store, &[("origin", origin)]).await {
            Err(Error::Http(response)) => assert_eq!(response.status().as_u16(), 403, "{origin}"),
            Err(error) => panic!("{origin}: {error}"),
            Ok(_) => panic!("{origin} listens"),
        }
    }
    let _listens = link(&store, &[("origin", &own)]).await.expect("the hub's own page");
}

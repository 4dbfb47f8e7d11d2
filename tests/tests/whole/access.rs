//! Who may: every route of the API × every built-in role × own and store-wide rights.
//!
//! The list of routes and what each asks for is the hub's own description of its API; the rights of a role are what the
//! hub says of it. Held against each other from outside: refused exactly when the right is missing, and noted.

use std::collections::BTreeSet;

use duken_tests::client::{Api, Call, new_id};
use duken_tests::fixture::{Hub, Office, Person, Store, until};
use reqwest::Method;
use serde_json::{Value, json};

/// A route as the hub describes it.
#[derive(Debug, Clone)]
struct Route {
    method: Method,
    path: String,
    access: Access,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Access {
    Public,
    Device,
    SignedIn,
    /// One of these.
    NeedsAny(Vec<String>),
    /// All of these.
    NeedsAll(Vec<String>),
}

impl Access {
    /// Reads `Needs("a.b")`, `NeedsAny(["a.b", "c.d"])` and `NeedsAll(["a.b", "c.d"])`.
    fn read(text: &str) -> Self {
        match text {
            "Public" => Self::Public,
            "Device" => Self::Device,
            "SignedIn" => Self::SignedIn,
            _ => {
                let named: Vec<String> = text.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                assert!(text.starts_with("Needs") && !named.is_empty(), "who may is said as {text:?}");
                if text.starts_with("NeedsAll") { Self::NeedsAll(named) } else { Self::NeedsAny(named) }
            }
        }
    }

    fn admits(&self, held: &BTreeSet<String>) -> bool {
        match self {
            Self::Public | Self::Device | Self::SignedIn => true,
            Self::NeedsAny(named) => named.iter().any(|permission| held.contains(permission)),
            Self::NeedsAll(named) => named.iter().all(|permission| held.contains(permission)),
        }
    }

    /// The permissions it names.
    fn named(&self) -> &[String] {
        match self {
            Self::Public | Self::Device | Self::SignedIn => &[],
            Self::NeedsAny(named) | Self::NeedsAll(named) => named,
        }
    }
}

async fn routes(api: &Api) -> Vec<Route> {
    let described = api.get("/api/openapi.json").await.done();
    let mut routes = Vec::new();
    for (path, operations) in described["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            let method: Method = method.to_uppercase().parse().expect("a method");
            let access = Access::read(operation["x-access"].as_str().unwrap_or_else(|| panic!("{method} {path} does not say who may")));
            routes.push(Route { method, path: path.clone(), access });
        }
    }
    routes
}

/// A call that cannot do harm: it names what is not there and says nothing of use. A route's own refusals come after
/// the question who may.
fn harmless(route: &Route) -> Call {
    let path = route.path.split('/').map(|part| if part.starts_with('{') { "999999999" } else { part }).collect::<Vec<_>>().join("/");
    let call = Call::get(path);
    match route.method {
        Method::GET => call,
        _ => Call { method: route.method.clone(), id: Some(new_id()), ..call }.saying("application/json", "\"nothing\""),
    }
}

/// Routes that end what the matrix needs, or wait for more.
fn apart(route: &Route) -> bool {
    let ends_the_session = route.method == Method::DELETE && route.path == "/api/session";
    let locks = route.path == "/api/session/lock";
    let is_a_socket = route.path == "/api/live";
    ends_the_session || locks || is_a_socket || route.path.starts_with("/sync/")
}

async fn held(api: &Api) -> BTreeSet<String> {
    let session = api.get("/api/session").await.done();
    session["permissions"].as_array().expect("permissions").iter().filter_map(|p| p.as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_every_role_that_lacks_its_right_and_no_other() {
    let store = Store::new().await;
    matrix(&store.hub, &store.admin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_a_head_office_refuses_every_role_that_lacks_its_right_and_no_other() {
    let office = Office::new().await;
    matrix(&office.hub, &office.admin).await;
}

/// Every route × every built-in role × own and store-wide rights.
async fn matrix(hub: &Hub, admin: &Api) {
    let routes = routes(admin).await;
    assert!(routes.len() > 60, "only {} routes are described", routes.len());
    let known = known_permissions(admin).await;
    for route in &routes {
        for permission in route.access.named() {
            assert!(known.contains(permission), "{} {} asks for {permission}, which no role can hold", route.method, route.path);
        }
    }
    let mut wrong = Vec::new();
    let roles = admin.get("/api/roles").await.done();
    for role in roles.as_array().expect("roles") {
        let name = role["built_in"].as_str().expect("a built-in role");
        for scope in ["own", "store"] {
            let card = json!({ "name": format!("{name} {scope}"), "role_ids": [role["id"]], "scope": scope });
            let person = Person::hired(admin, card).await;
            let (asked, refused) = walk(&person, &routes, &mut wrong, &format!("{name}, {scope}")).await;
            if wrong.is_empty() {
                noted(hub, &person, &refused).await;
            }
            assert_eq!(asked, routes.iter().filter(|route| !apart(route)).count());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stranger = admin.another_device();
    for route in routes.iter().filter(|route| !apart(route) && route.access != Access::Public) {
        let answer = stranger.send(harmless(route)).await;
        assert_eq!(answer.status, 401, "a stranger: {} {}: {}", route.method, route.path, answer.text());
    }
}

async fn known_permissions(api: &Api) -> BTreeSet<String> {
    let listed = api.get("/api/permissions").await.done();
    listed.as_array().expect("permissions").iter().filter_map(|p| p["permission"].as_str().map(str::to_owned)).collect()
}

/// Calls every route; how many were called, and which paths were refused for want of a right.
async fn walk(person: &Person, routes: &[Route], wrong: &mut Vec<String>, who: &str) -> (usize, BTreeSet<String>) {
    let held = held(&person.api).await;
    let mut refused = BTreeSet::new();
    let mut asked = 0;
    for route in routes.iter().filter(|route| !apart(route)) {
        let call = harmless(route);
        let answer = person.api.send(call.clone()).await;
        asked += 1;
        let at_the_door = answer.status == 403 && answer.code() == "access.denied";
        if route.access.admits(&held) && at_the_door {
            wrong.push(format!("{who}: {} {} is refused, though he may: {}", route.method, route.path, answer.text()));
        }
        if !route.access.admits(&held) {
            if !at_the_door {
                wrong.push(format!("{who}: {} {} answers {} {}", route.method, route.path, answer.status, answer.text()));
            }
            refused.insert(call.path);
        }
        if answer.status >= 500 {
            wrong.push(format!("{who}: {} {} breaks: {}", route.method, route.path, answer.text()));
        }
    }
    (asked, refused)
}

/// Every refused path of a person is in the trail, with his number.
async fn noted(hub: &Hub, person: &Person, refused: &BTreeSet<String>) {
    let by: i64 = person.id.parse().expect("a number");
    until("refused attempts are in the trail", async || {
        let output = hub.ask("journal", &["--limit", "1000000"]).stdout;
        let noted: BTreeSet<String> = String::from_utf8(output)
            .expect("text")
            .lines()
            .filter(|line| line.contains("access.refused"))
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|entry| entry["entry"]["by"] == by)
            .filter_map(|entry| entry["entry"]["body"]["what"].as_str().map(str::to_owned))
            .collect();
        refused.is_subset(&noted).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_that_reach_a_persons_own_show_nothing_of_others() {
    let store = Store::new().await;
    let tea = store.product("Чай", "500.00", &[]).await;
    let _shift = store.open_shift(&store.till, "0.00").await;
    let second = store.new_till("Till B").await;
    let sold_by_another = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();

    // A cashier sees only his own sales, and opens and closes only his own shifts.
    let cashier = store.person("cashier").await.api;
    store.stand_at(&cashier, &second).await;
    let opening = json!({ "till_id": second, "counted": store.money("0.00") });
    let own_shift = cashier.post("/api/shifts", opening).await.done();
    let own = cashier.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
    let seen: Vec<Value> = cashier.all("/api/sales").await.iter().map(|row| row["id"].clone()).collect();
    assert_eq!(seen, [own["id"].clone()]);
    let shifts = cashier.all("/api/shifts").await;
    assert_eq!(shifts.len(), 1);
    assert_eq!(shifts[0]["id"], own_shift["id"]);
    let other_shift = sold_by_another["shift_id"].as_str().expect("a shift");
    cashier.get(format!("/api/shifts/{other_shift}")).await.refused(403, "shift.not_own");
    let closing = json!({ "counted": store.money("500.00") });
    cashier.post(format!("/api/shifts/{other_shift}/close"), closing.clone()).await.refused(403, "shift.not_own");
    let _closed = cashier.post(format!("/api/shifts/{}/close", own_shift["id"].as_str().expect("an id")), closing).await.done();

    // The manager sees both.
    let manager = store.person("store_manager").await.api;
    assert_eq!(manager.all("/api/sales").await.len(), 2);

    // A sales associate may not look at another's sale at all.
    let associate = store.person("sales_associate").await.api;
    let id = sold_by_another["id"].as_str().expect("an id");
    associate.get(format!("/api/sales/{id}")).await.refused(403, "access.denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_more_than_he_has() {
    let store = Store::new().await;
    let admin_role = store.role("super_admin").await;
    let cashier_role = store.role("cashier").await;
    let card = json!({
        "name": "Half an admin", "role_ids": [cashier_role],
        "extra_permissions": [{ "permission": "staff.view", "scope": "store" }, { "permission": "staff.edit", "scope": "store" }],
    });
    let person = store.person_with(card).await;
    let wanted = json!({ "name": "Friend", "phone": "+7 705 123 45 67", "password": "correct horse 7", "role_ids": [admin_role] });
    person.api.post("/api/users", wanted.clone()).await.refused(403, "staff.above_own");
    let mut own = store.admin.get(format!("/api/users/{}", person.id)).await.done();
    own["role_ids"] = json!([admin_role]);
    person.api.put(format!("/api/users/{}", person.id), own).await.refused(403, "staff.above_own");
    let _may = store.admin.post("/api/users", wanted).await.done();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_of_ones_own_never_leaves_a_store_without_an_administrator() {
    let store = Store::new().await;
    let mine = store.admin.get("/api/session").await.done();
    let everything: Vec<Value> =
        mine["scopes"].as_object().expect("scopes").iter().map(|(name, scope)| json!({ "permission": name, "scope": scope })).collect();
    let name = json!({ "ru": "Хозяйка", "kk": "", "en": "" });
    let role = store.admin.post("/api/roles", json!({ "name": name, "permissions": everything })).await.done();
    let heir =
        store.person_with(json!({ "name": "Heir", "role_ids": [role["id"]], "scope": "all", "discount_limit_percent": "100" })).await;
    let founder = mine["user"]["id"].as_str().expect("an id");
    let _gone = heir.api.post(format!("/api/users/{founder}/disable"), json!({})).await.done();
    let less: Vec<&Value> = everything.iter().filter(|grant| grant["permission"] != "staff.edit").collect();
    let wanted = json!({ "version": role["version"], "name": name, "permissions": less });
    let path = format!("/api/roles/{}", role["id"].as_str().expect("an id"));
    let _last = heir.api.put(path, wanted).await.refused(409, "staff.last_admin");
    let _still = heir.api.get("/api/users").await.done();
}

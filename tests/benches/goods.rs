//! P4: search as one types over a hundred thousand real names. P9: start and memory with them. P10: import of real lists.

mod common;

use std::time::{Duration, Instant};

use common::wire::Wire;
use common::{Figure, Seeded, Times, memory_of, quick, report};
use duken_tests::client::{Api, Call};
use duken_tests::fixture::Store;
use duken_tests::replay::data_file;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

const FILE: &str = "catalog/uhtt_cyr_grocery_100k.tsv.zst";
const PRICE_LIST: &str = "catalog/kz_store_1c_pricelist.csv";
const TYPED_NAMES: usize = 300;

/// Uploads a list, previews it by the guessed columns and runs it to its end; how long each step took.
async fn import(api: &Api, name: &str, list: &[u8]) -> Duration {
    const BOUNDARY: &str = "a-list-of-goods";
    let mut body = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend_from_slice(list);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let begun = Instant::now();
    let upload = Call::post("/api/import", &Value::Null).saying(&format!("multipart/form-data; boundary={BOUNDARY}"), body);
    let list = api.send(upload).await.done();
    let uploaded = begun.elapsed();
    let path = format!("/api/import/{}", list["id"].as_str().expect("an id"));
    let columns = list["columns"].as_array().expect("columns").iter().filter(|column| !column["guess"].is_null());
    let columns: serde_json::Map<String, Value> = columns.map(|c| (c["index"].to_string(), c["guess"].clone())).collect();
    let _preview = api.post(format!("{path}/preview"), json!({ "columns": columns })).await.done();
    let previewed = begun.elapsed();
    let _job = api.post(format!("{path}/run"), json!({})).await.done();
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    let progress = loop {
        pace.tick().await;
        let progress = api.get(path.as_str()).await.done();
        if progress["state"] != "running" {
            break progress;
        }
    };
    assert_eq!(progress["state"], "done", "{progress}");
    println!(
        "    {} rows: uploaded {:.2} s, previewed {:.2} s, recorded {:.2} s",
        list["rows"],
        uploaded.as_secs_f64(),
        (previewed - uploaded).as_secs_f64(),
        (begun.elapsed() - previewed).as_secs_f64()
    );
    begun.elapsed()
}

/// Code and name of each row.
fn goods(most: usize) -> Vec<(String, String)> {
    let bytes = zstd::decode_all(&std::fs::read(data_file(FILE)).expect("the file")[..]).expect("zstd");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let row = |line: &str| {
        let mut fields = line.split('\t').skip(1);
        (fields.next().unwrap_or("").to_owned(), fields.next().unwrap_or("").trim().to_owned())
    };
    text.lines().skip(1).map(row).filter(|(_, name)| !name.is_empty()).take(most).collect()
}

fn is_barcode(code: &str) -> bool {
    let digits: Vec<u32> = code.chars().filter_map(|c| c.to_digit(10)).collect();
    let whole = digits.len() == code.chars().count() && matches!(digits.len(), 8 | 12 | 13 | 14);
    let sum: u32 = digits.iter().rev().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    whole && sum.is_multiple_of(10)
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The same keys pressed while the keyboard is set to Latin letters.
fn wrong_layout(text: &str) -> String {
    let cyrillic = "йцукенгшщзхъфывапролджэячсмитьбю";
    let latin = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
    text.chars().map(|c| cyrillic.chars().position(|k| k == c).and_then(|at| latin.chars().nth(at)).unwrap_or(c)).collect()
}

/// What is typed, key by key.
fn keystrokes(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    (2..=letters.len()).map(|n| letters[..n].iter().collect()).collect()
}

fn with_a_typo(word: &str, chance: &mut Seeded) -> String {
    let letters: Vec<char> = word.chars().collect();
    let gone = 1 + chance.below(letters.len() as u64 - 2) as usize;
    letters.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, letter)| *letter).collect()
}

fn timed(wire: &mut Wire, typed: &[String]) -> (Times, usize) {
    let mut times = Times::default();
    let mut found = 0;
    for text in typed {
        let path = format!("/api/products/search?limit=20&q={}", encoded(text));
        let begun = Instant::now();
        let answer = wire.get(&path);
        times.0.push(begun.elapsed());
        let answer: Value = serde_json::from_slice(answer).expect("JSON");
        found += usize::from(answer["items"].as_array().is_some_and(|items| !items.is_empty()));
    }
    (times, found)
}

fn figures(what: &str, (mut times, found): (Times, usize), floor: Option<&mut Times>, most_ms: f64) -> [Figure; 2] {
    let asked = times.0.len();
    let mut slow = Figure::new("P4", format!("{what}, 99 of 100"), times.percentile_ms(9_900), "ms").at_most(most_ms);
    if let Some(floor) = floor {
        slow = slow.floor(floor.percentile_ms(9_900));
    }
    [slow, Figure::new("P4", format!("{what}, found something"), found as f64 * 100.0 / asked as f64, "%")]
}

fn main() {
    let most = if quick() { 20_000 } else { 100_000 };
    let goods = goods(most);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut store = runtime.block_on(Store::new());
    let cookie = store.admin.cookie().expect("signed in");

    let list = std::fs::read(data_file(PRICE_LIST)).expect("the list");
    let shop = runtime.block_on(Store::new());
    let shop_list = runtime.block_on(import(&shop.admin, "list.csv", &list));
    drop(shop);
    let mut table = "name\tbarcodes\tprice\n".to_owned();
    for (code, name) in &goods {
        table.push_str(&format!("{}\t{code}\t500\n", name.replace('"', "''")));
    }
    let whole = runtime.block_on(import(&store.admin, "goods.tsv", table.as_bytes()));
    report(&[
        Figure::new("P10", "import of the shop's list, 9,922 rows", shop_list.as_secs_f64(), "s").at_most(3.0),
        Figure::new("P10", format!("import of {} rows", goods.len()), whole.as_secs_f64(), "s").at_most(20.0),
    ]);
    let memory_after_making = memory_of(store.hub.process().expect("it runs"));

    store.hub.stop();
    let begun = Instant::now();
    store.hub.run();
    let address = store.hub.address().get();
    let mut wire = Wire::connect(&address, &cookie);
    wire.get("/api/health");
    let first_answer = begun.elapsed();

    let mut chance = Seeded(4_242);
    let mut words = Vec::new();
    while words.len() < TYPED_NAMES {
        let (_, name) = &goods[chance.below(goods.len() as u64) as usize];
        let word = name.split_whitespace().find(|w| w.chars().count() >= 5 && w.chars().all(char::is_alphabetic));
        words.extend(word.map(str::to_lowercase));
    }
    let all = |of: &mut dyn FnMut(&str) -> String| words.iter().flat_map(|word| keystrokes(&of(word))).collect::<Vec<_>>();
    let plain = all(&mut |word| word.to_owned());
    let layout = all(&mut wrong_layout);
    let typos: Vec<String> = words.iter().map(|word| with_a_typo(word, &mut chance)).collect();
    let codes: Vec<String> = goods.iter().filter(|(code, _)| is_barcode(code)).take(2_000).map(|(code, _)| code.clone()).collect();
    let _warm = timed(&mut wire, &plain[..plain.len().min(200)]);
    let mut floor = floor(&store, &plain);
    let mut all = Vec::new();
    all.extend(figures("each key of a word", timed(&mut wire, &plain), Some(&mut floor), 10.0));
    all.extend(figures("each key in the wrong layout", timed(&mut wire, &layout), Some(&mut floor), 10.0));
    all.extend(figures("one typo", timed(&mut wire, &typos), None, 10.0));
    all.extend(figures("a barcode", timed(&mut wire, &codes), None, 1.0));
    report(&all);
    let memory = memory_of(store.hub.process().expect("it runs"));
    report(&[
        Figure::new("P9", format!("start to first answer, {} goods", goods.len()), first_answer.as_secs_f64() * 1000.0, "ms")
            .at_most(1_000.0),
        Figure::new("P9", "memory after the import", memory_after_making, "MiB"),
        Figure::new("P9", "memory after searching", memory, "MiB").at_most(150.0),
    ]);
}

/// The same prefixes asked of the full-text index itself, by bare rusqlite.
fn floor(store: &Store, typed: &[String]) -> Times {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let books = Connection::open_with_flags(store.data().join("duken.db"), flags).expect("the books");
    let mut asking = books.prepare("SELECT rowid FROM product_search WHERE product_search MATCH ?1 LIMIT 20").expect("the index");
    let mut times = Times::default();
    for text in typed {
        let begun = Instant::now();
        let rows: Vec<i64> =
            asking.query_map([format!("\"{text}\"*")], |row| row.get(0)).and_then(Iterator::collect).expect("an answer of the index");
        times.0.push(begun.elapsed().max(Duration::from_nanos(rows.len() as u64)));
    }
    times
}

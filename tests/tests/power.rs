//! T2: the power goes. What the operating system had not been told to keep may be lost at any byte, torn or garbled: the
//! books open, the proof holds, and everything that was synced is there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use duken_kernel::context::{SystemChance, SystemClock};
use duken_kernel::replay::verify;
use duken_kernel::store::{Read, Sqlite};
use duken_kernel::{Schema, Writer};
use duken_tests::fixture::{Seed, Store, figure, id_of, rounds};

const BOOKS: &str = "duken.db";
const LOG: &str = "duken.db-wal";
const PAGE: usize = 4_096;
const LOG_HEAD: usize = 32;
const FRAME: usize = 24 + PAGE;

/// The books of a hub that was killed after some sales, and how long the log was when each was answered.
struct Books {
    books: Vec<u8>,
    log: Vec<u8>,
    /// The number of each sale, by the length that its answer made durable.
    answered: BTreeMap<usize, i64>,
    schema: Arc<Schema>,
}

impl Books {
    async fn new() -> Self {
        let mut store = Store::new().await;
        let tea = store.product("Чай", "500.00", &[]).await;
        let _shift = store.open_shift(&store.till, "0.00").await;
        let (log, books) = (store.data().join(LOG), store.data().join(BOOKS));
        let begun = std::fs::read(&log).expect("the log");
        let mut answered = BTreeMap::new();
        for _ in 0..25 {
            let sale = store.admin.post("/api/sales", store.cash_sale(&[(&tea, "1")], "500.00")).await.done();
            let length = usize::try_from(log.metadata().expect("the log").len()).expect("a length");
            answered.insert(length, id_of(&sale).parse().expect("a number"));
        }
        store.hub.kill();
        let (books, log) = (std::fs::read(books).expect("the books"), std::fs::read(log).expect("the log"));
        assert_eq!(begun[..LOG_HEAD], log[..LOG_HEAD], "the log did not begin anew meanwhile");
        assert_eq!(answered.len(), 25, "every answer made the log longer");
        Self { books, log, answered, schema: Arc::new(duken_hub::domains::schema()) }
    }

    /// Puts books and log into a folder and opens them: the sales that are there, with the proof checked.
    fn opened(&self, folder: &Path, books: &[u8], log: &[u8], what: &str) -> Vec<i64> {
        let path = folder.join(BOOKS);
        std::fs::write(&path, books).expect("the books");
        std::fs::write(folder.join(LOG), log).expect("the log");
        let _stale = std::fs::remove_file(folder.join("duken.db-shm"));
        let engine = Sqlite::open(&path).unwrap_or_else(|fault| panic!("{what}: {fault}"));
        let writer = Writer::open(engine, self.schema.clone(), Arc::new(SystemClock), Arc::new(SystemChance));
        let writer = writer.unwrap_or_else(|fault| panic!("{what}: {fault}"));
        let sound = writer.engine().rows("PRAGMA integrity_check", &[]).expect("a check");
        assert_eq!(sound[0].get::<String>(0).expect("a word"), "ok", "{what}");
        let proof = verify(writer.engine(), &self.schema).expect("a proof");
        assert!(proof.holds, "{what}: {proof:#?}");
        let rows = writer.engine().rows("SELECT id FROM receipt ORDER BY id", &[]).expect("sales");
        let sales = rows.iter().map(|row| row.get(0).expect("a number")).collect();
        // And it goes on from there.
        let mut writer = writer.checkpoint_every(1);
        assert_eq!(writer.step(Vec::new()).entries, 1, "{what}");
        assert!(verify(writer.engine(), &self.schema).expect("a proof").holds, "{what}");
        sales
    }

    fn must_have(&self, sales: &[i64], durable: usize, what: &str) {
        let all: Vec<i64> = self.answered.values().copied().collect();
        let synced: Vec<i64> = self.answered.range(..=durable).map(|(_, sale)| *sale).collect();
        assert!(sales.starts_with(&synced), "{what}: answered {synced:?}, there {sales:?}");
        assert!(all.starts_with(sales), "{what}: sold {all:?}, there {sales:?}");
    }

    /// The pages that the log holds.
    fn logged_pages(&self) -> Vec<usize> {
        let frames = self.log[LOG_HEAD..].chunks_exact(FRAME);
        frames.map(|frame| u32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]) as usize).collect()
    }
}

fn garbage(seed: &mut Seed, bytes: &mut [u8]) {
    bytes.iter_mut().for_each(|byte| *byte = seed.draw().to_le_bytes()[0]);
}

fn scratch() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_owned();
    (folder, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn t2_whatever_the_power_took_what_was_synced_is_there() {
    let cases = rounds(60, 2_000);
    let mut seed = Seed::for_test("power");
    let books = Books::new().await;
    let (_folder, folder) = scratch();
    let (first, last) = (*books.answered.keys().next().expect("a sale"), books.log.len());
    let pages = books.logged_pages();
    for case in 0..cases {
        let cut = usize::try_from(seed.within(first as u64, last as u64)).expect("a length");
        match case % 4 {
            0 => {
                let what = format!("log cut at byte {cut}");
                let sales = books.opened(&folder, &books.books, &books.log[..cut], &what);
                books.must_have(&sales, cut, &what);
            }
            1 => {
                let what = format!("log garbled from byte {cut}");
                let mut log = books.log.clone();
                garbage(&mut seed, &mut log[cut..]);
                let sales = books.opened(&folder, &books.books, &log, &what);
                books.must_have(&sales, cut, &what);
            }
            2 => {
                // What is not synced reaches the disk in any order: one sector is there, the one before is not.
                let mut log = books.log.clone();
                let mut lost = 0;
                for sector in log[cut..].chunks_mut(512) {
                    if seed.within(0, 3) == 0 {
                        sector.fill(0);
                        lost += 1;
                    }
                }
                let what = format!("{lost} sectors of the log lost after byte {cut}");
                let sales = books.opened(&folder, &books.books, &log, &what);
                books.must_have(&sales, cut, &what);
            }
            _ => {
                // The log is copied into the books when it is long: any page that it holds may be half written then.
                let mut torn = books.books.clone();
                let count = seed.within(1, 20);
                for _ in 0..count {
                    let page = pages[usize::try_from(seed.within(0, pages.len() as u64)).expect("an index")];
                    let begin = (page - 1) * PAGE;
                    torn.resize(torn.len().max(begin + PAGE), 0);
                    let half = usize::try_from(seed.within(1, PAGE as u64)).expect("a length");
                    garbage(&mut seed, &mut torn[begin..begin + half]);
                }
                let what = format!("{count} pages of the books torn");
                let sales = books.opened(&folder, &torn, &books.log, &what);
                books.must_have(&sales, last, &what);
            }
        }
    }
    figure(&format!("power: {cases} cuts and tears, nothing synced was lost"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_synced_and_then_destroyed_is_not_called_whole() {
    let books = Books::new().await;
    let (_folder, folder) = scratch();
    let first = *books.answered.keys().next().expect("a sale");
    let mut log = books.log.clone();
    log[first - FRAME..first].fill(0);
    let sales = books.opened(&folder, &books.books, &log, "a synced frame destroyed");
    assert!(sales.len() < books.answered.len(), "this test looks at the log at all");
}

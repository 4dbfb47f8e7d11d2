use duken_kernel::context::SystemChance;

use super::*;

fn header(words: &Words) -> Header {
    Header {
        node: "n".to_owned(),
        role: Role::Store,
        store: "Дүкен".to_owned(),
        made_ms: 5,
        epoch: 0,
        end: 7,
        sheet: words.sheet().name(),
        program: "0".to_owned(),
        database: 1,
        files: true,
    }
}

fn made(words: &Words, header: &Header) -> (Vec<u8>, Written) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<(String, PathBuf)> = ["secret.key", "duken.db"]
        .iter()
        .map(|name| {
            let path = folder.path().join(name);
            std::fs::write(&path, blake3::hash(name.as_bytes()).as_bytes().repeat(9_000)).unwrap();
            ((*name).to_owned(), path)
        })
        .collect();
    let manifest = Manifest { digest: "d".to_owned(), holds: true };
    write(Vec::new(), header, &words.sheet(), &SystemChance, (&manifest, &files), &Progress::default()).unwrap()
}

fn opened(bytes: &[u8], words: &Words) -> Result<Vec<String>, NotOpened> {
    let archive = Archive::open(bytes)?;
    let key = archive.key(words)?;
    let mut names = Vec::new();
    archive.walk(&key, |name, _, from| {
        names.push(name.to_owned());
        io::copy(from, &mut io::sink())?;
        Ok(())
    })?;
    Ok(names)
}

#[test]
fn a_backup_opens_with_its_sheet_and_names_what_is_wrong_otherwise() {
    let words = Words::make(&SystemChance);
    let (good, written) = made(&words, &header(&words));
    assert_eq!(opened(&good, &words).unwrap(), ["manifest.json", "secret.key", "duken.db"]);
    read_back(good.as_slice(), &written, &Progress::default()).unwrap();
    let strangers = Words::make(&SystemChance);
    let refused = opened(&good, &strangers).unwrap_err();
    assert!(matches!(refused, NotOpened::OtherSheet(name) if name == words.sheet().name()));
    assert!(matches!(opened(b"DKB", &words), Err(NotOpened::Foreign)));
    assert!(matches!(opened(b"PK\x03\x04 something else", &words), Err(NotOpened::Foreign)));
    let mut newer = good.clone();
    newer[4] = VERSION + 1;
    assert!(matches!(opened(&newer, &words), Err(NotOpened::Newer)));
    let (newer_database, _) = made(&words, &Header { database: 99, ..header(&words) });
    assert!(matches!(opened(&newer_database, &words), Err(NotOpened::Newer)));
}

#[test]
fn no_changed_and_no_cut_byte_goes_unseen() {
    let words = Words::make(&SystemChance);
    let (good, written) = made(&words, &header(&words));
    for at in (5..good.len()).step_by(good.len() / 300 + 1) {
        let mut changed = good.clone();
        changed[at] ^= 4;
        assert!(opened(&changed, &words).is_err(), "byte {at}");
        // Reading back does not open the sealed key again: it has it.
        assert!(read_back(&changed[..], &written, &Progress::default()).is_err() || at < 400, "byte {at}");
        assert!(opened(&good[..at], &words).is_err(), "cut at {at}");
    }
}

#[test]
fn a_full_disk_is_named() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let words = Words::make(&SystemChance);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noise");
    let mut noise = vec![0; 300_000];
    SystemChance.fill(&mut noise);
    std::fs::write(&path, noise).unwrap();
    let manifest = Manifest { digest: String::new(), holds: true };
    for room in [0, 3, 100, 1_000, 200_000] {
        let contents = [("duken.db".to_owned(), path.clone())];
        let made = write(Full(room), &header(&words), &words.sheet(), &SystemChance, (&manifest, &contents), &Progress::default());
        assert!(matches!(made.map(|_| ()), Err(Fault::DiskFull)), "{room}");
    }
}

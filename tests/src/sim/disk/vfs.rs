//! SQLite's way to simulated disks: a virtual file system in front of the machine's own.
//!
//! A path whose folder is mounted on this thread goes to the simulated disk, every other path to the real one, so that
//! the hub opens its database as it always does. A thread with simulated disks is also given its random bytes and never
//! sleeps here: the same run is the same run.
#![allow(unsafe_code, reason = "SQLite calls its file system through C functions")]

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::rc::Rc;
use std::sync::Once;
use std::sync::atomic::{AtomicPtr, Ordering};

use rusqlite::ffi;

use super::{Disk, Operation, Shared, Verdict, lookup};
use crate::sim::dice::Dice;

/// The machine's own file system.
static REAL: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(null_mut());

thread_local! {
    static RANDOMNESS: RefCell<Option<Dice>> = const { RefCell::new(None) };
    static HANDLES: Cell<u64> = const { Cell::new(0) };
}

/// One open file.
struct Handle {
    id: u64,
    disk: Rc<RefCell<Disk>>,
    file: Shared,
    name: String,
    temporary: bool,
}

#[repr(C)]
struct SimFile {
    base: ffi::sqlite3_file,
    handle: *mut Handle,
}

/// Puts the file system in front of the machine's own, once for the process.
///
/// # Panics
/// When SQLite has no file system of its own.
pub fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the default file system lives as long as the process; ours is leaked and lives as long.
        unsafe {
            let real = ffi::sqlite3_vfs_find(std::ptr::null());
            assert!(!real.is_null(), "SQLite has a file system");
            REAL.store(real, Ordering::Release);
            let ours = Box::leak(Box::new(ffi::sqlite3_vfs { ..*real }));
            ours.iVersion = 2;
            ours.pNext = null_mut();
            ours.zName = c"duken-sim".as_ptr();
            ours.szOsFile = (*real).szOsFile.max(size_of::<SimFile>() as c_int);
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            ours.xAccess = Some(access);
            ours.xFullPathname = Some(full_pathname);
            ours.xRandomness = Some(randomness);
            ours.xSleep = Some(sleep);
            assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK, "the file system is taken");
        }
    });
}

/// From now on SQLite's random bytes on this thread follow from these throws; the machine's own again without any.
pub fn set_randomness(dice: Option<Dice>) {
    RANDOMNESS.set(dice);
    // SAFETY: no bytes are asked for; SQLite forgets what it drew before.
    unsafe { ffi::sqlite3_randomness(0, null_mut()) };
}

fn real() -> *mut ffi::sqlite3_vfs {
    REAL.load(Ordering::Acquire)
}

unsafe fn text<'a>(name: *const c_char) -> Option<&'a str> {
    if name.is_null() { None } else { unsafe { CStr::from_ptr(name) }.to_str().ok() }
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands over a terminated name or none, and room for `szOsFile` bytes.
    unsafe {
        let Some((disk, name)) = text(name).and_then(lookup) else {
            return (*real()).xOpen.map_or(ffi::SQLITE_CANTOPEN, |call| call(real(), name, file, flags, out));
        };
        (*file).pMethods = std::ptr::null();
        let known = disk.borrow().file(&name);
        let shared = match known {
            Some(shared) => shared,
            None if flags & ffi::SQLITE_OPEN_CREATE != 0 && !disk.borrow().is_stopped() => disk.borrow_mut().make(&name),
            None => return ffi::SQLITE_CANTOPEN,
        };
        let id = HANDLES.replace(HANDLES.get() + 1);
        let temporary = flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0;
        let handle = Box::new(Handle { id, disk, file: shared, name, temporary });
        file.cast::<SimFile>().write(SimFile { base: ffi::sqlite3_file { pMethods: &METHODS }, handle: Box::into_raw(handle) });
        if !out.is_null() {
            *out = flags;
        }
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: as in `open`.
    unsafe {
        match text(name).and_then(lookup) {
            None => (*real()).xDelete.map_or(ffi::SQLITE_IOERR_DELETE, |call| call(real(), name, sync)),
            Some((disk, name)) if disk.borrow_mut().remove(&name) => ffi::SQLITE_OK,
            Some((disk, _)) if disk.borrow().is_stopped() => ffi::SQLITE_IOERR_DELETE,
            Some(_) => ffi::SQLITE_IOERR_DELETE_NOENT,
        }
    }
}

unsafe extern "C" fn access(_: *mut ffi::sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: as in `open`.
    unsafe {
        match text(name).and_then(lookup) {
            None => (*real()).xAccess.map_or(ffi::SQLITE_IOERR_ACCESS, |call| call(real(), name, flags, out)),
            Some((disk, name)) => {
                let file = disk.borrow().file(&name);
                let there = file.is_some_and(|file| flags != ffi::SQLITE_ACCESS_EXISTS || !file.borrow().bytes().is_empty());
                *out = c_int::from(there);
                ffi::SQLITE_OK
            }
        }
    }
}

unsafe extern "C" fn full_pathname(_: *mut ffi::sqlite3_vfs, name: *const c_char, length: c_int, out: *mut c_char) -> c_int {
    // SAFETY: as in `open`; `out` has room for `length` bytes.
    unsafe {
        if text(name).and_then(lookup).is_none() {
            return (*real()).xFullPathname.map_or(ffi::SQLITE_CANTOPEN, |call| call(real(), name, length, out));
        }
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > length as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, length: c_int, out: *mut c_char) -> c_int {
    // SAFETY: `out` has room for `length` bytes.
    unsafe {
        RANDOMNESS.with_borrow_mut(|dice| match dice {
            None => (*real()).xRandomness.map_or(0, |call| call(real(), length, out)),
            Some(dice) => {
                for at in 0..length as usize {
                    *out.add(at) = dice.any() as c_char;
                }
                length
            }
        })
    }
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, micros: c_int) -> c_int {
    if RANDOMNESS.with_borrow(Option::is_some) {
        return micros;
    }
    // SAFETY: the machine's own file system does it.
    unsafe { (*real()).xSleep.map_or(micros, |call| call(real(), micros)) }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The handle behind a file that `open` made.
unsafe fn of<'a>(file: *mut ffi::sqlite3_file) -> &'a mut Handle {
    // SAFETY: `open` wrote it, `close` is the last to see it.
    unsafe { &mut *(*file.cast::<SimFile>()).handle }
}

fn code(verdict: Verdict, failed: c_int) -> c_int {
    match verdict {
        Verdict::Done => ffi::SQLITE_OK,
        Verdict::Full => ffi::SQLITE_FULL,
        Verdict::Failed => failed,
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: the handle is taken back exactly once.
    unsafe {
        let handle = Box::from_raw((*file.cast::<SimFile>()).handle);
        handle.file.borrow_mut().locks.lower(handle.id, 0);
        handle.file.borrow_mut().shared.leave(handle.id);
        if handle.temporary {
            handle.disk.borrow_mut().remove(&handle.name);
        }
        (*file).pMethods = std::ptr::null();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, out: *mut c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: `out` has room for `length` bytes.
    unsafe {
        let handle = of(file);
        if handle.disk.borrow_mut().verdict(Operation::Read) != Verdict::Done {
            return ffi::SQLITE_IOERR_READ;
        }
        let out = std::slice::from_raw_parts_mut(out.cast::<u8>(), length as usize);
        let file = handle.file.borrow();
        let there = file.bytes().get(at as usize..).unwrap_or_default();
        let many = there.len().min(out.len());
        out[..many].copy_from_slice(&there[..many]);
        out[many..].fill(0);
        if many == out.len() { ffi::SQLITE_OK } else { ffi::SQLITE_IOERR_SHORT_READ }
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, bytes: *const c_void, length: c_int, at: i64) -> c_int {
    // SAFETY: `bytes` has `length` bytes.
    unsafe {
        let handle = of(file);
        let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), length as usize);
        let was_stopped = handle.disk.borrow().is_stopped();
        let grows = handle.file.borrow().bytes().len() < at as usize + bytes.len();
        let verdict = handle.disk.borrow_mut().verdict(Operation::Write { grows });
        // The write at which the machine stops is under way: any part of it may arrive.
        if verdict == Verdict::Done || (handle.disk.borrow().is_stopped() && !was_stopped) {
            handle.file.borrow_mut().write(at as usize, bytes);
        }
        code(verdict, ffi::SQLITE_IOERR_WRITE)
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, length: i64) -> c_int {
    // SAFETY: see `of`.
    let handle = unsafe { of(file) };
    let verdict = handle.disk.borrow_mut().verdict(Operation::Write { grows: false });
    if verdict == Verdict::Done {
        handle.file.borrow_mut().truncate(length as usize);
    }
    code(verdict, ffi::SQLITE_IOERR_TRUNCATE)
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: see `of`.
    let handle = unsafe { of(file) };
    let verdict = handle.disk.borrow_mut().verdict(Operation::Sync);
    if verdict == Verdict::Done {
        handle.file.borrow_mut().sync();
    }
    code(verdict, ffi::SQLITE_IOERR_FSYNC)
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: `out` is SQLite's own variable.
    unsafe { *out = of(file).file.borrow().bytes().len() as i64 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `of`.
    let handle = unsafe { of(file) };
    if handle.file.borrow_mut().locks.raise(handle.id, level) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: see `of`.
    let handle = unsafe { of(file) };
    handle.file.borrow_mut().locks.lower(handle.id, level);
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: `out` is SQLite's own variable.
    unsafe { *out = c_int::from(of(file).file.borrow().locks.reserved()) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

/// As the real one says of itself: a write touches no byte beside it, even when the power goes.
unsafe extern "C" fn characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn shm_map(file: *mut ffi::sqlite3_file, number: c_int, bytes: c_int, make: c_int, out: *mut *mut c_void) -> c_int {
    // SAFETY: `out` is SQLite's own variable; regions stay where they are until the last connection leaves.
    unsafe {
        let handle = of(file);
        let region = handle.file.borrow_mut().shared.region(handle.id, number as usize, bytes as usize, make != 0);
        *out = region.map_or(null_mut(), <*mut u8>::cast);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, from: c_int, many: c_int, flags: c_int) -> c_int {
    // SAFETY: see `of`.
    let handle = unsafe { of(file) };
    let slots = from..from + many;
    let mut file = handle.file.borrow_mut();
    if flags & ffi::SQLITE_SHM_UNLOCK != 0 {
        file.shared.give(handle.id, slots);
        return ffi::SQLITE_OK;
    }
    let alone = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
    if file.shared.take(handle.id, slots, alone) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn shm_barrier(_: *mut ffi::sqlite3_file) {}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: see `of`.
    let handle = unsafe { of(file) };
    handle.file.borrow_mut().shared.leave(handle.id);
    ffi::SQLITE_OK
}

//! The machine's random bytes, taken from the seed on threads that run a simulation: hash maps and the runtime's own
//! choices are then the same in every run of the same seed.
#![allow(unsafe_code, reason = "stands in for the C library's function")]

use std::cell::RefCell;
use std::ffi::{c_long, c_uint, c_void};

use super::dice::Dice;

thread_local! {
    static SEEDED: RefCell<Option<Dice>> = const { RefCell::new(None) };
}

/// Random bytes of this thread follow from these throws, until the thread ends.
pub fn seed(dice: Dice) {
    SEEDED.set(Some(dice));
}

/// Stands in for the C library's `getrandom` in programs that this crate is linked into.
///
/// # Safety
/// As the C function: `out` has room for `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn getrandom(out: *mut c_void, length: usize, flags: c_uint) -> isize {
    let seeded = SEEDED.try_with(|dice| {
        let mut dice = dice.borrow_mut();
        let dice = dice.as_mut()?;
        for at in 0..length {
            // SAFETY: `out` has room for `length` bytes.
            unsafe { out.cast::<u8>().add(at).write(dice.any() as u8) };
        }
        Some(length)
    });
    if let Ok(Some(length)) = seeded {
        return isize::try_from(length).unwrap_or(0);
    }
    unsafe extern "C" {
        fn syscall(number: c_long, ...) -> c_long;
    }
    // SAFETY: the same call, with the same arguments, made of the kernel itself.
    (unsafe { syscall(GETRANDOM, out, length, flags) }) as isize
}

#[cfg(target_arch = "x86_64")]
const GETRANDOM: c_long = 318;
#[cfg(not(target_arch = "x86_64"))]
const GETRANDOM: c_long = 278;

//! How many bytes the kernel still holds for a socket or a serial line.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

mod raw {
    // TIOCOUTQ; for TCP sockets the same number is called SIOCOUTQ.
    nix::ioctl_read_bad!(output_queue, 0x5411, nix::libc::c_int);
}

/// Bytes written and not yet delivered: for TCP not yet acknowledged by the other side.
///
/// # Errors
/// The descriptor is closed or of a kind that does not say.
pub(super) fn pending_bytes(descriptor: &impl AsFd) -> io::Result<usize> {
    let mut count: nix::libc::c_int = 0;
    #[expect(unsafe_code, reason = "the kernel writes one int to a place that outlives the call, on a descriptor borrowed for it")]
    // SAFETY: `descriptor` is open while borrowed, `count` is a valid int for the whole call.
    unsafe { raw::output_queue(descriptor.as_fd().as_raw_fd(), &raw mut count) }.map_err(io::Error::from)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

//! A Linux input device, grabbed: its keys reach nobody else.

use std::io;
use std::os::fd::{AsRawFd, RawFd};

use evdev::raw_stream::RawDevice;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use tokio::io::unix::AsyncFd;

use super::keys::EVENT_BYTES;

/// An input device that belongs to this program while it is open.
#[derive(Debug)]
pub(super) struct InputDevice {
    device: AsyncFd<Grabbed>,
}

struct Grabbed(RawDevice);

impl std::fmt::Debug for Grabbed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Grabbed").field(&self.0.name()).finish()
    }
}

impl AsRawFd for Grabbed {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl InputDevice {
    pub(super) fn open(path: &str) -> io::Result<Self> {
        let mut device = RawDevice::open(path)?;
        device.grab()?;
        fcntl(&device, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        #[expect(unsafe_code, reason = "the reactor demands a promise about the descriptor that RawDevice keeps")]
        // SAFETY: `RawDevice` owns its file and always gives the same descriptor until it is dropped.
        let device = unsafe { AsyncFd::register(Grabbed(device)) }.map_err(io::Error::from)?;
        Ok(Self { device })
    }

    /// Whole input events as the kernel wrote them, at least one.
    pub(super) async fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; EVENT_BYTES * 64];
        loop {
            let mut ready = self.device.readable().await?;
            match ready.try_io(|device| nix::unistd::read(&device.get_ref().0, &mut bytes).map_err(io::Error::from)) {
                Ok(Ok(0)) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                Ok(Ok(count)) => {
                    bytes.truncate(count);
                    return Ok(bytes);
                }
                Ok(Err(error)) => return Err(error),
                Err(_would_block) => {}
            }
        }
    }
}

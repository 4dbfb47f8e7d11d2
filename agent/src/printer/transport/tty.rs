//! Serial ports, pseudo-terminals and `/dev/usb/lp*`: files that are waited for.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use duken_protocol::device::{Flow, Parity};
use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::sys::termios::{self, BaudRate, ControlFlags, InputFlags, SetArg};
use tokio::io::unix::AsyncFd;

use super::{LinkError, pending, within};

/// How a serial line is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineSettings {
    /// Bits per second.
    pub baud: u32,
    /// 7 or 8.
    pub data_bits: u8,
    /// Parity.
    pub parity: Parity,
    /// Flow control.
    pub flow: Flow,
}

/// A device file, held by this program alone.
#[derive(Debug)]
pub struct TtyFile(Flock<File>);

impl AsRawFd for TtyFile {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

impl AsFd for TtyFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl TtyFile {
    fn open(path: &str) -> io::Result<Self> {
        let flags = (OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC).bits();
        let open = |read| OpenOptions::new().read(read).write(true).custom_flags(flags).open(path);
        // Some printers on /dev/usb/lp* can only be written to.
        let file = open(true).or_else(|error| if error.kind() == io::ErrorKind::NotFound { Err(error) } else { open(false) })?;
        let lock = Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| io::Error::from(error))?;
        Ok(Self(lock))
    }

    fn set_line(&self, line: LineSettings) -> io::Result<()> {
        let mut settings = termios::tcgetattr(&*self.0)?;
        termios::cfmakeraw(&mut settings);
        settings.control_flags |= ControlFlags::CREAD | ControlFlags::CLOCAL;
        settings
            .control_flags
            .remove(ControlFlags::CSIZE | ControlFlags::PARENB | ControlFlags::PARODD | ControlFlags::CSTOPB | ControlFlags::CRTSCTS);
        settings.control_flags |= if line.data_bits == 7 { ControlFlags::CS7 } else { ControlFlags::CS8 };
        settings.control_flags |= match line.parity {
            Parity::None => ControlFlags::empty(),
            Parity::Even => ControlFlags::PARENB,
            Parity::Odd => ControlFlags::PARENB | ControlFlags::PARODD,
        };
        settings.input_flags.remove(InputFlags::IXON | InputFlags::IXOFF | InputFlags::IXANY);
        match line.flow {
            Flow::None => {}
            Flow::Software => settings.input_flags |= InputFlags::IXON,
            Flow::Hardware => settings.control_flags |= ControlFlags::CRTSCTS,
        }
        let baud = baud_rate(line.baud).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no such speed"))?;
        termios::cfsetspeed(&mut settings, baud)?;
        termios::tcsetattr(&*self.0, SetArg::TCSANOW, &settings)?;
        Ok(())
    }
}

fn registered(file: TtyFile) -> io::Result<AsyncFd<TtyFile>> {
    #[expect(unsafe_code, reason = "the reactor demands a promise about the descriptor that TtyFile keeps")]
    // SAFETY: `TtyFile` owns its file, never replaces it, and always gives the same descriptor until it is dropped.
    unsafe { AsyncFd::register(file) }.map_err(io::Error::from)
}

fn baud_rate(baud: u32) -> Option<BaudRate> {
    Some(match baud {
        1_200 => BaudRate::B1200,
        2_400 => BaudRate::B2400,
        4_800 => BaudRate::B4800,
        9_600 => BaudRate::B9600,
        19_200 => BaudRate::B19200,
        38_400 => BaudRate::B38400,
        57_600 => BaudRate::B57600,
        115_200 => BaudRate::B115200,
        230_400 => BaudRate::B230400,
        460_800 => BaudRate::B460800,
        921_600 => BaudRate::B921600,
        _ => return None,
    })
}

/// An open device file.
#[derive(Debug)]
pub struct FileLink {
    file: AsyncFd<TtyFile>,
}

/// A line that takes nothing would hold up whoever closes it, for half a minute and on whatever thread that is: what still
/// waits is dropped. A job that ended well has none waiting.
impl Drop for FileLink {
    fn drop(&mut self) {
        if self.pending_bytes().is_ok_and(|count| count > 0) {
            self.discard_output();
        }
    }
}

impl FileLink {
    /// Opens and sets a serial port or pseudo-terminal.
    ///
    /// # Errors
    /// Not there, held by another program, no terminal, or an unknown speed.
    pub fn serial(path: &str, line: LineSettings) -> io::Result<Self> {
        let file = TtyFile::open(path)?;
        file.set_line(line)?;
        Ok(Self { file: registered(file)? })
    }

    /// Opens the kernel's USB printer device.
    ///
    /// # Errors
    /// Not there, or held by another program.
    pub fn usb_lp(path: &str) -> io::Result<Self> {
        Ok(Self { file: registered(TtyFile::open(path)?)? })
    }

    pub(super) async fn write_some(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, LinkError> {
        within(limit, async {
            loop {
                let mut ready = self.file.writable().await?;
                match ready.try_io(|file| (&*file.get_ref().0).write(bytes)) {
                    Ok(Ok(0)) => return Err(io::Error::from(io::ErrorKind::WriteZero)),
                    Ok(result) => return result,
                    Err(_would_block) => {}
                }
            }
        })
        .await
    }

    /// Bytes from the device, at least one.
    ///
    /// # Errors
    /// Nothing within the limit, or the device is gone.
    pub async fn read_some(&mut self, limit: Duration) -> Result<Vec<u8>, LinkError> {
        within(limit, self.read_next()).await
    }

    /// Bytes from the device, at least one, however long it takes.
    ///
    /// # Errors
    /// The device is gone.
    pub async fn read_next(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; 512];
        loop {
            let mut ready = self.file.readable().await?;
            match ready.try_io(|file| (&*file.get_ref().0).read(&mut bytes)) {
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

    /// Drops what waits in the kernel for the line.
    pub(super) fn discard_output(&self) {
        // /dev/usb/lp* is no terminal and holds nothing of this kind.
        let _ = termios::tcflush(self.file.get_ref(), termios::FlushArg::TCOFLUSH);
    }

    pub(super) fn pending_bytes(&self) -> io::Result<usize> {
        // /dev/usb/lp* does not say; its driver takes a write only when the last one is through.
        match pending::pending_bytes(self.file.get_ref()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound || error.raw_os_error() == Some(nix::libc::EIO) => Err(error),
            Err(_) => Ok(0),
            Ok(count) => Ok(count),
        }
    }
}

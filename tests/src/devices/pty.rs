//! Pseudo-terminals: a serial port without the cable. The simulator holds the master, the program under test opens
//! the slave's path as it would open `/dev/ttyUSB0`.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};
use tokio::io::unix::AsyncFd;

/// Whether the simulator keeps the slave open too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlaveSide {
    /// Kept open: reading waits for bytes even while no program has the port open.
    Held,
    /// Left alone: [`Pty::is_listened_to`] tells whether a program has the port open.
    Free,
}

/// A pair of pseudo-terminals in raw mode. Dropping it hangs up: whoever reads the slave gets an error or the end.
#[derive(Debug)]
pub struct Pty {
    master: AsyncFd<OwnedFd>,
    slave: PathBuf,
    link: Option<PathBuf>,
    _held: Option<File>,
}

impl Pty {
    /// Opens a pair; `link` is a stable path that will point to the slave, whatever its number. Needs a tokio runtime.
    ///
    /// # Errors
    /// When no pseudo-terminal can be had, or the link cannot be made (a file that is no link stands there).
    pub fn open(link: Option<&Path>, side: SlaveSide) -> io::Result<Self> {
        let master = nix::pty::posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY | OFlag::O_CLOEXEC)?;
        nix::pty::grantpt(&master)?;
        nix::pty::unlockpt(&master)?;
        let slave = PathBuf::from(nix::pty::ptsname_r(&master)?);
        let held = make_raw(&slave)?;
        let master: OwnedFd = master.into();
        let flags = OFlag::from_bits_truncate(fcntl(&master, FcntlArg::F_GETFL)?);
        fcntl(&master, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
        if let Some(link) = link {
            point(link, &slave)?;
        }
        #[expect(deprecated, reason = "its successor is unsafe; an OwnedFd nobody replaces meets its conditions")]
        let master = AsyncFd::new(master)?;
        Ok(Self { master, slave, link: link.map(Path::to_path_buf), _held: (side == SlaveSide::Held).then_some(held) })
    }

    /// What the program under test opens: the stable link if there is one.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.link.as_deref().unwrap_or(&self.slave)
    }

    /// The device itself, such as `/dev/pts/7`.
    #[must_use]
    pub fn slave(&self) -> &Path {
        &self.slave
    }

    /// Whether a program has the slave open. Meaningless when the simulator holds it.
    #[must_use]
    pub fn is_listened_to(&self) -> bool {
        let mut fds = [PollFd::new(self.master.as_fd(), PollFlags::POLLOUT)];
        match poll(&mut fds, PollTimeout::ZERO) {
            Ok(_) => !fds[0].revents().is_some_and(|seen| seen.contains(PollFlags::POLLHUP)),
            Err(_) => false,
        }
    }

    /// Reads what the program wrote; waits for at least one byte.
    ///
    /// # Errors
    /// When the terminal failed. Cancelling loses nothing.
    pub async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut ready = self.master.readable().await?;
            let done = ready.try_io(|master| Ok(nix::unistd::read(master, &mut *buffer)?));
            if let Ok(result) = done {
                return result;
            }
        }
    }

    /// Writes all bytes to the program; waits while its buffer is full.
    ///
    /// # Errors
    /// When the terminal failed.
    pub async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let mut ready = self.master.writable().await?;
            let done = ready.try_io(|master| match nix::unistd::write(master, bytes) {
                Err(Errno::EINTR) => Ok(0),
                other => Ok(other?),
            });
            if let Ok(written) = done {
                bytes = &bytes[written?..];
            }
        }
        Ok(())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let Some(link) = &self.link else { return };
        // Another simulator may have taken the name over meanwhile.
        if std::fs::read_link(link).is_ok_and(|target| target == self.slave) {
            let _ = std::fs::remove_file(link);
        }
    }
}

/// Opens the slave and makes it pass bytes unchanged; the setting outlives the closing.
fn make_raw(slave: &Path) -> io::Result<File> {
    let file = File::options().read(true).write(true).open(slave)?;
    let mut settings = tcgetattr(&file)?;
    cfmakeraw(&mut settings);
    tcsetattr(&file, SetArg::TCSANOW, &settings)?;
    Ok(file)
}

/// Makes `link` point to `slave` in one step, replacing an older link but never a file.
fn point(link: &Path, slave: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(link) {
        Ok(found) if !found.file_type().is_symlink() => {
            let reason = format!("{} is there and is no link", link.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, reason));
        }
        _ => {}
    }
    let mut name = link.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let beside = link.with_file_name(name);
    let _ = std::fs::remove_file(&beside);
    std::os::unix::fs::symlink(slave, &beside)?;
    std::fs::rename(&beside, link)
}

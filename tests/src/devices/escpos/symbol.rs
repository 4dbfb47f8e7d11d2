//! QR codes that the printer draws by itself (`GS ( k`).

use qrcode::{Color, EcLevel, QrCode, Version};

use crate::devices::paper::Bitmap;

/// What was set and stored for the next QR code.
#[derive(Debug, Clone)]
pub(super) struct QrStore {
    /// Dots per module, 1–16.
    module: usize,
    level: EcLevel,
    micro: bool,
    content: Vec<u8>,
}

impl Default for QrStore {
    fn default() -> Self {
        Self { module: 3, level: EcLevel::L, micro: false, content: Vec::new() }
    }
}

impl QrStore {
    /// One `GS ( k` function; `true` when it asks to print.
    pub(super) fn take(&mut self, function: u8, arguments: &[u8]) -> bool {
        match (function, arguments) {
            (65, [model, ..]) => self.micro = *model == 51,
            (67, [size, ..]) => self.module = usize::from(*size).clamp(1, 16),
            (69, [level, ..]) => {
                self.level = match level {
                    49 => EcLevel::M,
                    50 => EcLevel::Q,
                    51 => EcLevel::H,
                    _ => EcLevel::L,
                }
            }
            (80, [_, content @ ..]) => self.content = content.to_vec(),
            (81, _) => return true,
            _ => {}
        }
        false
    }

    /// The stored content as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }

    /// The code as dots with a margin of one module; `None` when nothing is stored or it does not fit.
    pub(super) fn draw(&self) -> Option<Bitmap> {
        if self.content.is_empty() {
            return None;
        }
        let code = if self.micro { self.smallest_micro()? } else { self.normal()? };
        let modules = code.width();
        let colors = code.to_colors();
        let side = (modules + 2) * self.module;
        let module = |dot: usize| (dot / self.module).checked_sub(1).filter(|module| *module < modules);
        Some(Bitmap::from_fn(side, side, |x, y| match (module(x), module(y)) {
            (Some(x), Some(y)) => colors[y * modules + x] == Color::Dark,
            _ => false,
        }))
    }

    fn normal(&self) -> Option<QrCode> {
        QrCode::with_error_correction_level(&self.content, self.level).ok()
    }

    fn smallest_micro(&self) -> Option<QrCode> {
        (1..=4).find_map(|size| QrCode::with_version(&self.content, Version::Micro(size), self.level).ok())
    }
}

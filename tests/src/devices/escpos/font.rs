//! Letters as dots, from a monospaced outline font found on this machine.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ab_glyph::{Font, FontVec, PxScale, ScaleFont, point};

use crate::devices::paper::Bitmap;

const FILE: &str = "DejaVuSansMono.ttf";

fn face() -> Option<&'static FontVec> {
    static FACE: OnceLock<Option<FontVec>> = OnceLock::new();
    FACE.get_or_init(|| {
        let bytes = places().into_iter().find_map(|path| std::fs::read(path).ok())?;
        FontVec::try_from_vec(bytes).ok()
    })
    .as_ref()
}

/// Where the font may lie: the agent's own first, then the system's.
fn places() -> Vec<PathBuf> {
    let agent = Path::new(env!("CARGO_MANIFEST_DIR")).join("../agent");
    let mut places: Vec<PathBuf> =
        ["assets", "fonts", "assets/fonts", "src/fonts"].iter().map(|folder| agent.join(folder).join(FILE)).collect();
    places.push(Path::new("/usr/share/fonts/truetype/dejavu").join(FILE));
    places
}

/// A letter's place on the paper, in dots.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

/// Draws a letter into its cell; without a font, a frame, so that the layout still shows.
pub(super) fn draw(paper: &mut Bitmap, letter: char, cell: Cell, bold: bool) {
    if letter == ' ' {
        return;
    }
    let Some(face) = face() else {
        frame(paper, cell);
        return;
    };
    let advance_at_100 = face.as_scaled(PxScale::from(100.0)).h_advance(face.glyph_id('M'));
    let scale = PxScale { x: 100.0 * cell.width as f32 / advance_at_100, y: cell.height as f32 };
    let baseline = face.as_scaled(scale).ascent();
    let glyph = face.glyph_id(letter).with_scale_and_position(scale, point(0.0, baseline));
    let Some(outline) = face.outline_glyph(glyph) else {
        return;
    };
    let bounds = outline.px_bounds();
    outline.draw(|x, y, coverage| {
        let (x, y) = (x as f32 + bounds.min.x, y as f32 + bounds.min.y);
        if coverage < 0.45 || x < 0.0 || y < 0.0 {
            return;
        }
        let (x, y) = (x as usize, y as usize);
        if x < cell.width && y < cell.height {
            paper.set(cell.left + x, cell.top + y);
            if bold && x + 1 < cell.width {
                paper.set(cell.left + x + 1, cell.top + y);
            }
        }
    });
}

fn frame(paper: &mut Bitmap, cell: Cell) {
    for y in 2..cell.height.saturating_sub(2) {
        for x in 1..cell.width.saturating_sub(1) {
            let edge = y == 2 || y + 3 == cell.height || x == 1 || x + 2 == cell.width;
            if edge {
                paper.set(cell.left + x, cell.top + y);
            }
        }
    }
}

//! Commands into dots on paper.

use super::barcode::{self, BarcodeStyle};
use super::charset::{self, CodeTables, Page};
use super::command::{Command, Pulse, StatusRequest};
use super::parser::Token;
use super::style::{Line, LineFull, Style, stamp};
use super::symbol::QrStore;
use super::{Printed, Sheet};
use crate::devices::paper::Bitmap;

/// Rows after which endless paper is torn off by itself: five metres at 203 dots per inch.
const ROWS_MAX: usize = 40_000;
const LINE_SPACING: usize = 30;
const TAB: usize = 8 * 12;

/// What kind of printer this is.
#[derive(Debug, Clone, Copy)]
pub struct PressOptions {
    /// Dots across the paper: 576 for 80 mm, 384 for 58 mm.
    pub width: usize,
    /// Numbering of the code tables.
    pub code_tables: CodeTables,
    /// Whether it wakes up reading two-byte Chinese letters, as many cheap ones do, until told `FS .`.
    pub chinese_at_start: bool,
    /// Rows of one raster that its memory holds; the rest is lost. `None`: no limit.
    pub raster_rows_max: Option<usize>,
}

impl Default for PressOptions {
    fn default() -> Self {
        Self { width: 576, code_tables: CodeTables::Epson, chinese_at_start: false, raster_rows_max: None }
    }
}

/// What a command does beside blackening paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// The paper was cut: here is the piece.
    Cut(Box<Sheet>),
    /// Current for a drawer.
    Pulse(Pulse),
    /// A question to answer.
    Status(StatusRequest),
    /// `GS a n`.
    AutoStatus(u8),
}

/// The print head with its settings, and the paper that has not been cut yet.
pub struct Press {
    options: PressOptions,
    set: Settings,
    line: Line,
    lead: Option<u8>,
    sheet: Sheet,
    /// Rows of the sheet so far; the bitmap may be shorter while only white follows.
    rows: usize,
}

/// All that `ESC @` forgets.
struct Settings {
    style: Style,
    align: u8,
    line_spacing: usize,
    left_margin: usize,
    area_width: Option<usize>,
    page: Page,
    chinese: bool,
    qr: QrStore,
    barcode: BarcodeStyle,
    graphics: Option<Bitmap>,
}

impl Settings {
    fn at_start(options: &PressOptions) -> Self {
        Self {
            style: Style::default(),
            align: 0,
            line_spacing: LINE_SPACING,
            left_margin: 0,
            area_width: None,
            page: options.code_tables.page(0),
            chinese: options.chinese_at_start,
            qr: QrStore::default(),
            barcode: BarcodeStyle::default(),
            graphics: None,
        }
    }
}

impl Press {
    /// A press with fresh settings and clean paper.
    #[must_use]
    pub fn new(options: PressOptions) -> Self {
        let sheet = blank(options.width);
        Self { set: Settings::at_start(&options), options, line: Line::default(), lead: None, sheet, rows: 0 }
    }

    /// Rows fed since the last cut.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The piece of paper that hangs out of the printer, without the line that is still being filled.
    #[must_use]
    pub fn hanging(&self) -> Sheet {
        let mut sheet = self.sheet.clone();
        sheet.dots.grow(self.rows);
        sheet
    }

    /// Forgets settings and the unfinished line, as at loss of power; the paper stays.
    pub fn lose_power(&mut self) {
        self.set = Settings::at_start(&self.options);
        self.line = Line::default();
        self.lead = None;
    }

    /// Carries out one command and returns what it did beside printing.
    pub fn apply(&mut self, token: &Token) -> Vec<Effect> {
        self.sheet.raw.extend_from_slice(&token.raw);
        let mut effects = Vec::new();
        if let Some(effect) = self.carry_out(&token.command) {
            effects.push(effect);
        }
        if self.rows > ROWS_MAX {
            self.complain("torn off: five metres without a cut");
            effects.push(self.cut());
        }
        effects
    }

    fn carry_out(&mut self, command: &Command) -> Option<Effect> {
        match command {
            Command::Text(bytes) => self.print_text(bytes),
            Command::LineFeed => self.end_line(),
            Command::Tab => self.line.move_to((self.line.cursor() / TAB + 1) * TAB),
            Command::FeedLines(lines) => {
                self.finish_line();
                self.rows += usize::from(*lines) * self.set.line_spacing;
            }
            Command::FeedDots(dots) => {
                self.finish_line();
                self.rows += usize::from(*dots);
            }
            Command::Position(dots) => self.line.move_to(usize::from(*dots)),
            Command::Raster { wide, high, row_bytes, data } => {
                let picture = self.raster(*wide, *high, *row_bytes * 8, data);
                self.place_raster(&picture);
            }
            Command::Columns { mode, data } => self.line.add_strip(columns(*mode, data)),
            Command::StoreGraphics { wide, high, width, data } => {
                self.set.graphics = Some(self.raster(*wide, *high, *width, data));
            }
            Command::PrintGraphics => {
                if let Some(picture) = self.set.graphics.take() {
                    self.place_raster(&picture);
                }
            }
            Command::Symbol { kind: 49, function, arguments } => self.symbol(*function, arguments),
            Command::Symbol { .. } => self.complain("a two-dimensional code other than QR was asked for"),
            Command::Barcode { symbology, data } => self.print_barcode(*symbology, data),
            Command::Unknown(prefix, letter) => {
                self.complain(&format!("unknown command {prefix:02X} {letter:02X}"));
            }
            Command::Ignored => {}
            Command::Cut { feed } => {
                self.finish_line();
                self.rows += usize::from(*feed);
                return Some(self.cut());
            }
            Command::Pulse(pulse) => return Some(Effect::Pulse(*pulse)),
            Command::Status(request) => return Some(Effect::Status(*request)),
            Command::AutoStatus(wanted) => return Some(Effect::AutoStatus(*wanted)),
            setting => self.adjust(setting),
        }
        None
    }

    /// Commands that only change settings.
    fn adjust(&mut self, command: &Command) {
        let set = &mut self.set;
        match *command {
            Command::Initialize => {
                self.line = Line::default();
                self.lead = None;
                self.set = Settings::at_start(&self.options);
            }
            Command::CodeTable(number) => set.page = self.options.code_tables.page(number),
            Command::Chinese(on) => set.chinese = on,
            Command::Align(side) => set.align = side % 48,
            Command::PrintMode(bits) => {
                set.style.small = bits & 0x01 != 0;
                set.style.bold = bits & 0x08 != 0;
                set.style.high = if bits & 0x10 != 0 { 2 } else { 1 };
                set.style.wide = if bits & 0x20 != 0 { 2 } else { 1 };
                set.style.underline = usize::from(bits & 0x80 != 0);
            }
            Command::CharacterSize(bits) => {
                set.style.wide = usize::from(bits >> 4 & 7) + 1;
                set.style.high = usize::from(bits & 7) + 1;
            }
            Command::Bold(on) => set.style.bold = on,
            Command::Underline(dots) => set.style.underline = usize::from(dots % 48).min(2),
            Command::Invert(on) => set.style.inverted = on,
            Command::Font(number) => set.style.small = number % 48 == 1,
            Command::LetterSpacing(dots) => set.style.spacing = usize::from(dots),
            Command::LineSpacing(dots) => set.line_spacing = dots.map_or(LINE_SPACING, usize::from),
            Command::LeftMargin(dots) => set.left_margin = usize::from(dots),
            Command::AreaWidth(dots) => set.area_width = Some(usize::from(dots)),
            Command::BarcodeHeight(dots) => set.barcode.height = usize::from(dots).max(1),
            Command::BarcodeWidth(dots) => set.barcode.module = usize::from(dots).clamp(1, 6),
            Command::BarcodeText(place) => set.barcode.text = place % 48,
            ref other => unreachable!("{other:?} is no setting"),
        }
    }

    fn print_text(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            let letter = match self.lead.take() {
                Some(lead) => charset::chinese(lead, byte),
                None if self.set.chinese && byte >= 0x81 => {
                    self.lead = Some(byte);
                    continue;
                }
                None => self.set.page.letter(byte),
            };
            if let Err(LineFull) = self.line.add_letter(letter, self.set.style, self.area()) {
                self.end_line();
                // An empty line takes any letter.
                let _ = self.line.add_letter(letter, self.set.style, self.area());
            }
        }
    }

    fn area(&self) -> usize {
        let rest = self.options.width.saturating_sub(self.set.left_margin);
        self.set.area_width.map_or(rest, |area| area.min(rest))
    }

    /// Where something `width` dots wide begins, by the alignment.
    fn left_of(&self, width: usize) -> usize {
        let free = self.area().saturating_sub(width);
        self.set.left_margin
            + match self.set.align {
                1 => free / 2,
                2 => free,
                _ => 0,
            }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            self.sheet.items.push(Printed::Text { line: String::new() });
            self.line = Line::default();
            self.rows += self.set.line_spacing;
        } else {
            self.finish_line();
        }
    }

    /// Prints the line if there is one.
    fn finish_line(&mut self) {
        self.lead = None;
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        let height = line.height().max(self.set.line_spacing);
        let left = self.left_of(line.cursor());
        self.sheet.dots.grow(self.rows + line.height());
        line.draw(&mut self.sheet.dots, left, self.rows);
        self.rows += height;
        for (width, height) in line.strips() {
            self.sheet.items.push(Printed::Picture { width, height });
        }
        if let Some(line) = line.text() {
            self.sheet.items.push(Printed::Text { line });
        }
    }

    fn raster(&mut self, wide: usize, high: usize, width: usize, data: &[u8]) -> Bitmap {
        let row_bytes = width.div_ceil(8).max(1);
        let mut rows = data.len() / row_bytes;
        if let Some(limit) = self.options.raster_rows_max.filter(|limit| rows > *limit) {
            self.complain(&format!("a raster of {rows} rows; this printer holds {limit}"));
            rows = limit;
        }
        if width * wide > self.options.width.div_ceil(8) * 8 {
            self.complain(&format!("a picture {} dots wide on paper of {}", width * wide, self.options.width));
        }
        let visible = (width * wide).min(self.options.width);
        Bitmap::from_fn(visible, rows * high, |x, y| {
            let (x, y) = (x / wide, y / high);
            data[y * row_bytes + x / 8] & (0x80 >> (x % 8)) != 0
        })
    }

    /// Pictures stand alone: a line begun before is printed first.
    fn place_raster(&mut self, picture: &Bitmap) {
        if !self.line.is_empty() {
            self.complain("a picture in the middle of a line");
            self.finish_line();
        }
        self.sheet.items.push(Printed::Picture { width: picture.width(), height: picture.height() });
        self.place(picture);
    }

    fn place(&mut self, picture: &Bitmap) {
        let left = self.left_of(picture.width());
        self.sheet.dots.grow(self.rows + picture.height());
        stamp(&mut self.sheet.dots, picture, left, self.rows);
        self.rows += picture.height();
    }

    fn symbol(&mut self, function: u8, arguments: &[u8]) {
        if !self.set.qr.take(function, arguments) {
            return;
        }
        self.finish_line();
        match self.set.qr.draw().filter(|picture| picture.width() <= self.options.width) {
            Some(picture) => {
                self.sheet.items.push(Printed::Qr { text: self.set.qr.text() });
                self.place(&picture);
            }
            None => self.complain("a QR code that does not fit"),
        }
    }

    fn print_barcode(&mut self, symbology: u8, data: &[u8]) {
        self.finish_line();
        let text: String = data.iter().map(|byte| char::from(*byte)).collect();
        match barcode::draw(symbology, &text, self.set.barcode, self.options.width) {
            Some(picture) => {
                self.place(&picture);
                self.sheet.items.push(Printed::Barcode { symbology, text });
            }
            None => self.complain(&format!("bar code {symbology} cannot hold {text:?} or does not fit")),
        }
    }

    fn cut(&mut self) -> Effect {
        let mut sheet = std::mem::replace(&mut self.sheet, blank(self.options.width));
        sheet.dots.grow(self.rows);
        self.rows = 0;
        Effect::Cut(Box::new(sheet))
    }

    fn complain(&mut self, complaint: &str) {
        // Noise makes thousands; the first hundred tell enough.
        if self.sheet.complaints.len() < 100 {
            self.sheet.complaints.push(complaint.to_owned());
        }
    }
}

fn blank(width: usize) -> Sheet {
    Sheet { dots: Bitmap::new(width, 0), raw: Vec::new(), items: Vec::new(), complaints: Vec::new() }
}

/// Strips of `ESC *`: eight-dot columns are three times as coarse downwards, even modes twice as coarse across.
fn columns(mode: u8, data: &[u8]) -> Bitmap {
    let (column_bytes, high) = if mode >= 32 { (3, 1) } else { (1, 3) };
    let wide = if mode.is_multiple_of(2) { 2 } else { 1 };
    let count = data.len() / column_bytes;
    Bitmap::from_fn(count * wide, 24, |x, y| {
        let (x, y) = (x / wide, y / high);
        x < count && data[x * column_bytes + y / 8] & (0x80 >> (y % 8)) != 0
    })
}

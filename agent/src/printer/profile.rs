//! Printer profiles: what a family of printers understands. Data in `firmware-configs/printers/`, compiled in, and
//! overridable by files of the same form in a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use duken_protocol::device::CutCommand;
use duken_protocol::device::{DeviceDescription, PrintMode, PrinterSettings};
use serde::{Deserialize, Serialize};

use super::codepage::CodePage;
use super::escpos::RasterCommand;

/// Profile of a printer about which nothing is known.
pub const DEFAULT_PROFILE: &str = "generic-80";

const BUNDLED: &[(&str, &str)] = &[
    ("epson-tm.toml", include_str!("../../../firmware-configs/printers/epson-tm.toml")),
    ("epson-dot-matrix.toml", include_str!("../../../firmware-configs/printers/epson-dot-matrix.toml")),
    ("xprinter-80.toml", include_str!("../../../firmware-configs/printers/xprinter-80.toml")),
    ("xprinter-58.toml", include_str!("../../../firmware-configs/printers/xprinter-58.toml")),
    ("rongta-80.toml", include_str!("../../../firmware-configs/printers/rongta-80.toml")),
    ("star-escpos.toml", include_str!("../../../firmware-configs/printers/star-escpos.toml")),
    ("generic-80.toml", include_str!("../../../firmware-configs/printers/generic-80.toml")),
    ("generic-58.toml", include_str!("../../../firmware-configs/printers/generic-58.toml")),
    ("simulator.toml", include_str!("../../../firmware-configs/printers/simulator.toml")),
];

/// What a family of printers understands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterProfile {
    /// Its id: small letters, digits and hyphens.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Width in dots.
    pub width_dots: u16,
    /// How letters are sent by default.
    #[serde(default = "raster")]
    pub mode: PrintMode,
    /// How pictures are sent.
    #[serde(default = "gs_v0")]
    pub raster: RasterCommand,
    /// Rows of a picture in one command, 1 to 255.
    #[serde(default = "most_rows")]
    pub slice_rows: u8,
    /// Pause after each such command in milliseconds: clones drop bytes of tall pictures.
    #[serde(default)]
    pub pacing_ms: u16,
    /// How it cuts.
    #[serde(default)]
    pub cut: CutCommand,
    /// Lines fed before a cut that does not feed by itself, or instead of one.
    #[serde(default = "four")]
    pub feed_lines_before_cut: u8,
    /// Whether it tells its state.
    #[serde(default)]
    pub status: StatusHabit,
    /// Whether `DLE DC4` opens the drawer past the buffer.
    #[serde(default)]
    pub realtime_pulse: bool,
    /// Code pages by name with their number in `ESC t`.
    #[serde(default)]
    pub code_pages: BTreeMap<String, u8>,
    /// The code page of text mode, once a chart has proven it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_page: Option<String>,
    /// USB ids that suggest this profile: `04b8` or `04b8:0e15`.
    #[serde(default)]
    pub usb: Vec<String>,
    /// Remarks for people.
    #[serde(default)]
    pub notes: String,
}

fn raster() -> PrintMode {
    PrintMode::Raster
}

fn gs_v0() -> RasterCommand {
    RasterCommand::GsV0
}

fn most_rows() -> u8 {
    255
}

fn four() -> u8 {
    4
}

/// Whether a printer tells its state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusHabit {
    /// It does: silence means trouble.
    Answers,
    /// Some of the family do: each one is tried.
    #[default]
    Perhaps,
    /// It never does: bytes taken is all that can be known.
    Silent,
}

/// Why a profile file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The folder or file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not of the form.
    #[error("{file}: {detail}")]
    Malformed {
        /// Which.
        file: String,
        /// What is wrong.
        detail: String,
    },
}

/// All profiles, by id.
#[derive(Debug, Clone)]
pub struct Profiles {
    by_id: BTreeMap<String, PrinterProfile>,
}

impl Profiles {
    /// Those that are compiled in.
    ///
    /// # Panics
    /// Never: a test reads each of them.
    #[must_use]
    pub fn bundled() -> Self {
        let by_id = BUNDLED.iter().filter_map(|(file, text)| parse(file, text).ok()).map(|profile| (profile.id.clone(), profile)).collect();
        Self { by_id }
    }

    /// Those that are compiled in, and over them the `*.toml` files of a folder.
    ///
    /// # Errors
    /// The folder or a file cannot be read; a file is malformed.
    pub fn with_folder(folder: &Path) -> Result<Self, ProfileError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| ProfileError::Unreadable { path, source }
        };
        let mut profiles = Self::bundled();
        for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
                let profile = parse(&path.display().to_string(), &text)?;
                profiles.by_id.insert(profile.id.clone(), profile);
            }
        }
        Ok(profiles)
    }

    /// The profile of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&PrinterProfile> {
        self.by_id.get(id)
    }

    /// All, by id.
    pub fn all(&self) -> impl Iterator<Item = &PrinterProfile> {
        self.by_id.values()
    }

    /// The profile that the USB id of a printer suggests.
    #[must_use]
    pub fn for_usb(&self, vid: u16, pid: u16) -> Option<&PrinterProfile> {
        let (whole, vendor) = (format!("{vid:04x}:{pid:04x}"), format!("{vid:04x}"));
        let named = |wanted: &str| self.all().find(|profile| profile.usb.iter().any(|id| id.eq_ignore_ascii_case(wanted)));
        named(&whole).or_else(|| named(&vendor))
    }

    /// The profile of a device with that printer's own settings laid over it; an unknown id counts as [`DEFAULT_PROFILE`].
    #[must_use]
    pub fn of_device(&self, device: &DeviceDescription) -> PrinterProfile {
        self.with_settings(device.profile.as_deref(), &device.printer)
    }

    /// A profile by its id with a printer's own settings laid over it; an unknown id counts as [`DEFAULT_PROFILE`].
    #[must_use]
    pub fn with_settings(&self, profile: Option<&str>, own: &PrinterSettings) -> PrinterProfile {
        let named = profile.and_then(|id| self.get(id)).or_else(|| self.get(DEFAULT_PROFILE));
        let mut profile = named.cloned().unwrap_or_else(PrinterProfile::plain);
        profile.mode = own.mode.unwrap_or(profile.mode);
        profile.width_dots = own.width_dots.unwrap_or(profile.width_dots);
        profile.pacing_ms = own.pacing_ms.unwrap_or(profile.pacing_ms);
        profile.cut = own.cut.unwrap_or(profile.cut);
        profile.raster = own.raster.unwrap_or(profile.raster);
        if let Some(answers) = own.answers_status {
            profile.status = if answers { StatusHabit::Answers } else { StatusHabit::Silent };
        }
        if let Some(name) = &own.code_page {
            profile.code_page = Some(name.clone());
            if let Some(number) = own.code_page_number {
                profile.code_pages.insert(name.clone(), number);
            }
        }
        profile
    }
}

impl PrinterProfile {
    /// Nothing but raster on 80 mm.
    fn plain() -> Self {
        Self {
            id: DEFAULT_PROFILE.to_owned(),
            name: String::new(),
            width_dots: 576,
            mode: raster(),
            raster: gs_v0(),
            slice_rows: most_rows(),
            pacing_ms: 0,
            cut: CutCommand::default(),
            feed_lines_before_cut: four(),
            status: StatusHabit::default(),
            realtime_pulse: false,
            code_pages: BTreeMap::new(),
            code_page: None,
            usb: Vec::new(),
            notes: String::new(),
        }
    }

    /// The code page of text mode with its `ESC t` number, when the profile or a chart has settled both.
    #[must_use]
    pub fn text_code_page(&self) -> Option<(CodePage, u8)> {
        let name = self.code_page.as_deref()?;
        Some((CodePage::parse(name)?, *self.code_pages.get(name)?))
    }
}

fn parse(file: &str, text: &str) -> Result<PrinterProfile, ProfileError> {
    let malformed = |detail: String| ProfileError::Malformed { file: file.to_owned(), detail };
    let profile: PrinterProfile = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
    if profile.id.is_empty() || !profile.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(malformed("id: small letters, digits and hyphens".to_owned()));
    }
    if !crate::raster::WIDTH_DOTS.contains(&profile.width_dots) {
        return Err(malformed(format!("width_dots: {:?}", crate::raster::WIDTH_DOTS)));
    }
    if profile.slice_rows == 0 {
        return Err(malformed("slice_rows: 1 to 255".to_owned()));
    }
    if let Some(unknown) = profile.code_pages.keys().find(|name| CodePage::parse(name).is_none_or(|page| page.code() != name.as_str())) {
        return Err(malformed(format!("code_pages: {unknown} is not known")));
    }
    if profile.code_page.is_some() && profile.text_code_page().is_none() {
        return Err(malformed("code_page: not among code_pages".to_owned()));
    }
    if profile.mode == PrintMode::Text && profile.code_page.is_none() {
        return Err(malformed("mode: text needs a code_page".to_owned()));
    }
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;
    use duken_protocol::device::{Connection, DeviceKind};

    #[test]
    fn every_bundled_profile_is_well_formed_and_there() {
        for (file, text) in BUNDLED {
            let profile = parse(file, text).unwrap();
            assert_eq!(*file, format!("{}.toml", profile.id));
        }
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../firmware-configs/printers");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), BUNDLED.len());
        assert!(Profiles::bundled().get(DEFAULT_PROFILE).is_some());
    }

    #[test]
    fn code_page_numbers_are_those_of_the_family() {
        let profiles = Profiles::bundled();
        let rows = [
            ("epson-tm", "cp866", 17),
            ("epson-tm", "cp1251", 46),
            ("epson-tm", "kz1048", 53),
            ("xprinter-80", "cp866", 17),
            ("xprinter-80", "cp1251", 73),
            ("rongta-80", "cp866", 7),
            ("rongta-80", "cp1251", 6),
            ("star-escpos", "cp866", 10),
            ("star-escpos", "cp1251", 34),
        ];
        for (id, page, number) in rows {
            assert_eq!(profiles.get(id).unwrap().code_pages.get(page), Some(&number), "{id} {page}");
        }
    }

    #[test]
    fn a_folder_overrides_and_its_mistakes_are_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.toml"), "id = 'generic-80'\nname = 'Ours'\nwidth_dots = 512\n").unwrap();
        std::fs::write(folder.path().join("readme.md"), "no profile").unwrap();
        assert_eq!(Profiles::with_folder(folder.path()).unwrap().get("generic-80").unwrap().width_dots, 512);
        for (text, expected) in [
            ("id = 'x'\nname = ''\nwidth_dots = 576\ncolour = 1", "colour"),
            ("id = 'X'\nname = ''\nwidth_dots = 576", "id:"),
            ("id = 'x'\nname = ''\nwidth_dots = 5", "width_dots:"),
            ("id = 'x'\nname = ''\nwidth_dots = 576\nmode = 'text'", "mode:"),
            ("id = 'x'\nname = ''\nwidth_dots = 576\ncode_page = 'cp866'", "code_page:"),
            ("id = 'x'\nname = ''\nwidth_dots = 576\n[code_pages]\nklingon = 1", "klingon"),
        ] {
            std::fs::write(folder.path().join("b.toml"), text).unwrap();
            let error = Profiles::with_folder(folder.path()).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("b.toml"), "{error}");
        }
    }

    #[test]
    fn a_printers_own_settings_lie_over_its_profile() {
        let device = DeviceDescription {
            id: "1".into(),
            kind: DeviceKind::Printer,
            name: String::new(),
            connection: Connection::network("10.0.0.9"),
            profile: Some("no such profile".into()),
            printer: PrinterSettings {
                mode: Some(PrintMode::Text),
                width_dots: Some(420),
                code_page: Some("ptcp154".into()),
                code_page_number: Some(99),
                answers_status: Some(false),
                cut: Some(CutCommand::None),
                raster: Some(RasterCommand::EscStar),
                ..PrinterSettings::default()
            },
            scanner: Default::default(),
        };
        let profile = Profiles::bundled().of_device(&device);
        assert_eq!((profile.id.as_str(), profile.width_dots, profile.status), (DEFAULT_PROFILE, 420, StatusHabit::Silent));
        assert_eq!((profile.cut, profile.raster), (CutCommand::None, RasterCommand::EscStar));
        assert_eq!(profile.text_code_page(), Some((CodePage::Ptcp154, 99)));
    }

    #[test]
    fn usb_ids_suggest_a_profile() {
        assert_eq!(Profiles::bundled().for_usb(0x04b8, 0x0e28).unwrap().id, "epson-tm");
        assert!(Profiles::bundled().for_usb(0xffff, 1).is_none());
    }
}

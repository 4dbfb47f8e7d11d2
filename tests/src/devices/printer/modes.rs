//! How a printer is and misbehaves, changeable at any moment.

use serde::{Deserialize, Serialize};

/// State of the machine and its faults. In JSON each field by its name; see the variants for words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PrinterModes {
    /// Switched on, or not there (connections refused, the port hung up).
    pub power: Power,
    /// What is on the roll. Without paper it is off line: it keeps a few kilobytes, then stops reading.
    pub paper: Paper,
    /// Rows of dots until the roll ends by itself; `None`: endless.
    pub paper_left_rows: Option<u64>,
    /// The lid is open: off line, as without paper.
    pub cover_open: bool,
    /// The knife is stuck: off line, until cleared.
    pub cutter_jammed: bool,
    /// Stops reading for ever after so many more bytes, counted from the moment this was set; 0 = at once.
    pub stall_after_bytes: Option<u64>,
    /// Once, after so many more bytes: closes the connection and forgets the unfinished command.
    pub drop_after_bytes: Option<u64>,
    /// Reads no faster than this.
    pub bytes_per_second: Option<u32>,
    /// How honest its status is.
    pub status: StatusAnswers,
    /// What a second connection meets while the first is served.
    pub second_connection: SecondConnection,
    /// After a connection ends in mid-command, the next one's first bytes complete that command.
    pub keeps_half_command: bool,
    /// The level of the drawer's pin while the drawer is open; drawers differ.
    pub drawer_open_level: Level,
}

/// Whether there is current.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Power {
    /// On.
    #[default]
    On,
    /// Off, or unplugged. What was not printed is forgotten.
    Off,
}

/// The roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// Enough.
    #[default]
    Enough,
    /// The sensor sees the end coming; prints on.
    NearEnd,
    /// None.
    Out,
}

/// What the printer says when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusAnswers {
    /// The truth.
    #[default]
    Honest,
    /// "All is well", whatever is.
    AlwaysWell,
    /// Nothing at all, as many clones.
    Silent,
}

/// One connection at a time is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondConnection {
    /// It is accepted and hears nothing until the first ends.
    #[default]
    Waits,
    /// It is closed at once.
    Closed,
}

/// An electric level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 0.
    Low,
    /// 1.
    #[default]
    High,
}

impl PrinterModes {
    /// Whether it has stopped printing until a person helps.
    #[must_use]
    pub fn is_off_line(&self) -> bool {
        self.paper == Paper::Out || self.cover_open || self.cutter_jammed
    }
}

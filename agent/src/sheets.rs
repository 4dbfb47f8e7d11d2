//! Set-up sheets for people, compiled in: how to bring scanners into the right mode, terminals, and rules for udev.

/// A sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Sheet {
    /// Its id, such as `honeywell`.
    pub id: &'static str,
    /// Markdown; its first line is the title.
    pub markdown: &'static str,
}

/// How to set up scanners, by maker.
pub const SCANNERS: &[Sheet] = &[
    Sheet { id: "any", markdown: include_str!("../../firmware-configs/scanners/any.md") },
    Sheet { id: "honeywell", markdown: include_str!("../../firmware-configs/scanners/honeywell.md") },
    Sheet { id: "zebra", markdown: include_str!("../../firmware-configs/scanners/zebra.md") },
];

/// How to set up payment terminals.
pub const TERMINALS: &[Sheet] = &[Sheet { id: "kaspi", markdown: include_str!("../../firmware-configs/terminals/kaspi.md") }];

/// Rules for udev that let the agent's group use printers and scanners.
pub const UDEV_RULES: &str = include_str!("../../firmware-configs/udev/70-duken.rules");

impl Sheet {
    /// Its title.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.markdown.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sheet_has_a_title_and_something_to_say() {
        for sheet in SCANNERS.iter().chain(TERMINALS) {
            assert!(!sheet.title().is_empty() && sheet.markdown.lines().count() > 5, "{}", sheet.id);
        }
        assert!(UDEV_RULES.contains("GROUP=\"duken\""));
    }
}

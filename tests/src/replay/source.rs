//! The file of sales: invoices, and the odd rows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

/// A file of the shared test data: under `DUKEN_DATA`, else beside the project.
///
/// # Panics
/// When it is not there: it says which.
#[must_use]
pub fn data_file(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace");
    let beside = || {
        let places = [root.join("../shared/data"), root.join("../../shared/data")];
        places.into_iter().find(|place| place.is_dir()).unwrap_or_else(|| root.join("../shared/data"))
    };
    let path = std::env::var_os("DUKEN_DATA").map_or_else(beside, PathBuf::from).join(name);
    assert!(path.is_file(), "the test data {} is missing; DUKEN_DATA names its folder", path.display());
    path
}

/// A row as it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    invoice_no: String,
    stock_code: String,
    description: String,
    quantity: i64,
    invoice_date: String,
    unit_price: String,
}

/// A sale or a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An invoice.
    Sale,
    /// An invoice that begins with `C`.
    Return,
}

/// A line that was sold or came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The product's code in capitals: the file writes some in both.
    pub code: String,
    /// How many; above zero.
    pub quantity: i64,
    /// The price of one in pence; above zero.
    pub price: i64,
}

/// A document to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Its number in the file.
    pub number: String,
    /// What it becomes.
    pub kind: Kind,
    /// `yyyy-mm-dd`.
    pub date: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A row of which nothing is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Odd {
    /// The line of the file, its header being the first.
    pub row: usize,
    /// The invoice.
    pub invoice: String,
    /// The product.
    pub code: String,
    /// As in the file.
    pub quantity: i64,
    /// As in the file.
    pub price: String,
    /// Why.
    pub reason: &'static str,
}

/// The whole file.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// In the file's order.
    pub invoices: Vec<Invoice>,
    /// Rows of which nothing is made.
    pub odd: Vec<Odd>,
    /// Names of products by code.
    pub names: BTreeMap<String, String>,
}

impl Source {
    /// Reads a file of sales, packed by zstd or plain.
    ///
    /// # Errors
    /// When it cannot be read or a row has another shape.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let bytes = if path.extension().is_some_and(|e| e == "zst") { zstd::decode_all(&bytes[..])? } else { bytes };
        let mut source = Self::default();
        for (row, read) in (2..).zip(csv::Reader::from_reader(&bytes[..]).deserialize::<Row>()) {
            source.take(row, read.with_context(|| format!("line {row}"))?)?;
        }
        Ok(source)
    }

    fn take(&mut self, row: usize, read: Row) -> anyhow::Result<()> {
        let code = read.stock_code.trim().to_uppercase();
        let price = pence(&read.unit_price)?;
        let kind = if read.invoice_no.starts_with('C') { Kind::Return } else { Kind::Sale };
        let reason = match (kind, read.quantity.signum()) {
            (_, 0) => Some("no quantity"),
            (Kind::Sale, -1) => Some("a negative quantity outside a cancellation"),
            (Kind::Return, 1) => Some("a positive quantity in a cancellation"),
            _ if price == 0 => Some("no price"),
            _ if price < 0 => Some("a negative price"),
            _ => None,
        };
        if let Some(reason) = reason {
            let Row { invoice_no: invoice, quantity, unit_price: price, .. } = read;
            self.odd.push(Odd { row, invoice, code, quantity, price, reason });
            return Ok(());
        }
        let name = read.description.split_whitespace().collect::<Vec<_>>().join(" ");
        let known = self.names.entry(code.clone()).or_default();
        if known.is_empty() {
            *known = name;
        }
        let Some((date, _)) = read.invoice_date.split_once(' ') else { bail!("line {row}: the date is {:?}", read.invoice_date) };
        let line = Line { code, quantity: read.quantity.abs(), price };
        match self.invoices.last_mut().filter(|last| last.number == read.invoice_no) {
            Some(last) => last.lines.push(line),
            None => self.invoices.push(Invoice { number: read.invoice_no, kind, date: date.to_owned(), lines: vec![line] }),
        }
        Ok(())
    }

    /// Only the first days.
    #[must_use]
    pub fn first_days(mut self, days: usize) -> Self {
        let mut dates: Vec<String> = self.invoices.iter().map(|invoice| invoice.date.clone()).collect();
        dates.sort_unstable();
        dates.dedup();
        dates.truncate(days);
        self.invoices.retain(|invoice| dates.contains(&invoice.date));
        let sold: std::collections::BTreeSet<&str> =
            self.invoices.iter().flat_map(|invoice| invoice.lines.iter().map(|line| line.code.as_str())).collect();
        self.names.retain(|code, _| sold.contains(code.as_str()));
        self
    }
}

/// Pence of a price in pounds.
fn pence(pounds: &str) -> anyhow::Result<i64> {
    let (sign, digits) = pounds.strip_prefix('-').map_or((1, pounds), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part = part.trim_end_matches('0');
    if part.len() > 2 {
        bail!("{pounds} is no whole number of pence");
    }
    let whole: i64 = whole.parse().with_context(|| pounds.to_owned())?;
    let part: i64 = format!("{part:0<2}").parse().with_context(|| pounds.to_owned())?;
    Ok(sign * (whole * 100 + part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pounds_are_pence() {
        for (pounds, wanted) in [("2.1", 210), ("0.85", 85), ("7", 700), ("-1.05", -105), ("12.10", 1210), ("0.290", 29)] {
            assert_eq!(pence(pounds).unwrap(), wanted, "{pounds}");
        }
        assert!(pence("0.001").is_err());
    }

    #[test]
    fn odd_rows_are_named_and_the_rest_are_documents() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sales.csv");
        let rows = [
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
            "1,a1,TEA  POT,2,2011-11-01 08:16:00,2.1,1,UK",
            "1,A1,TEA POT,1,2011-11-01 08:16:00,2.1,1,UK",
            "2,B,,-5,2011-11-01 09:00:00,1,,UK",
            "3,B,,5,2011-11-01 09:00:00,0,,UK",
            "C4,A1,TEA POT,-1,2011-11-02 09:00:00,2.1,1,UK",
        ];
        std::fs::write(&path, rows.join("\n")).unwrap();
        let source = Source::read(&path).unwrap();
        let shapes: Vec<_> = source.invoices.iter().map(|i| (i.number.as_str(), i.kind, i.lines.len())).collect();
        assert_eq!(shapes, [("1", Kind::Sale, 2), ("C4", Kind::Return, 1)]);
        let odd: Vec<_> = source.odd.iter().map(|o| (o.row, o.reason)).collect();
        assert_eq!(odd, [(4, "a negative quantity outside a cancellation"), (5, "no price")]);
        assert_eq!(source.names["A1"], "TEA POT");
        assert_eq!(source.first_days(1).invoices.len(), 1);
    }
}

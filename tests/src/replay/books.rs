//! Sums by day and by product: from the file, from the store's reports, from the head office.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::client::Api;

/// Sums of a day, in pence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DaySums {
    /// How many sales.
    pub sales_count: i64,
    /// What was sold.
    pub sales: i64,
    /// How many returns.
    pub returns_count: i64,
    /// What came back.
    pub returns: i64,
}

/// Sums of a product: thousandths of a piece, and pence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProductSums {
    /// How many were sold.
    pub quantity: i64,
    /// For how much.
    pub sum: i64,
    /// How many came back.
    pub returned_quantity: i64,
    /// For how much.
    pub returned_sum: i64,
}

/// Two sums of the same sales.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    /// By `yyyy-mm-dd`.
    pub days: BTreeMap<String, DaySums>,
    /// By code.
    pub products: BTreeMap<String, ProductSums>,
}

impl Books {
    /// Sums computed straight from the file, knowing nothing of how documents are made of it: by columns, up to a day.
    ///
    /// # Panics
    /// When the file cannot be read.
    #[must_use]
    pub fn of_file(path: &Path, until: &str) -> Self {
        let bytes = std::fs::read(path).expect("the file");
        let text = zstd::decode_all(&bytes[..]).expect("zstd");
        let mut books = Self::default();
        let mut counted = BTreeSet::new();
        for row in csv::Reader::from_reader(&text[..]).records() {
            let row = row.expect("a row");
            let (invoice, code, day) = (&row[0], row[1].trim().to_uppercase(), &row[4][..10]);
            let quantity: i64 = row[3].parse().expect("a quantity");
            let price: rust_decimal::Decimal = row[5].parse().expect("a price");
            let cancels = invoice.starts_with('C');
            if day > until || price.is_zero() || (quantity < 0) != cancels {
                continue;
            }
            let sum = hundredfold(price) * quantity.abs();
            let first = i64::from(counted.insert(invoice.to_owned()));
            let of_day = books.days.entry(day.to_owned()).or_default();
            let of_product = books.products.entry(code).or_default();
            if cancels {
                of_day.returns_count += first;
                of_day.returns += sum;
                of_product.returned_quantity += quantity.abs() * 1000;
                of_product.returned_sum += sum;
            } else {
                of_day.sales_count += first;
                of_day.sales += sum;
                of_product.quantity += quantity * 1000;
                of_product.sum += sum;
            }
        }
        books
    }

    /// What differs, in words; nothing when both say the same.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = differing(&self.days, &other.days);
        found.extend(differing(&self.products, &other.products));
        found
    }
}

fn differing<T: PartialEq + std::fmt::Debug>(one: &BTreeMap<String, T>, other: &BTreeMap<String, T>) -> Vec<String> {
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let differ = keys.into_iter().filter(|key| one.get(*key) != other.get(*key));
    differ.map(|key| format!("{key}: {:?} and {:?}", one.get(key), other.get(key))).collect()
}

fn hundredfold(value: rust_decimal::Decimal) -> i64 {
    let scaled = value * rust_decimal::Decimal::ONE_HUNDRED;
    assert!(scaled.is_integer(), "{value} is no whole number of pence");
    scaled.try_into().expect("a sum in bounds")
}

fn pence(money: &Value) -> i64 {
    assert_eq!(money["currency"], "GBP", "{money}");
    hundredfold(money["amount"].as_str().expect("an amount").parse().expect("a number"))
}

fn thousandths(quantity: &Value) -> i64 {
    let quantity: rust_decimal::Decimal = quantity.as_str().expect("a quantity").parse().expect("a number");
    (quantity * rust_decimal::Decimal::ONE_THOUSAND).try_into().expect("a quantity in bounds")
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The sums that a store's reports give for these days.
pub async fn store_books(api: &Api, from: &str, to: &str) -> Books {
    let days = api.get(format!("/api/reports/sales-by-day?from={from}&to={to}")).await.done();
    let day = |row: &Value| DaySums {
        sales_count: number(&row["sales_count"]),
        sales: pence(&row["sales"]),
        returns_count: number(&row["returns_count"]),
        returns: pence(&row["returns"]),
    };
    let product = |row: &Value| ProductSums {
        quantity: thousandths(&row["quantity"]),
        sum: pence(&row["sum"]),
        returned_quantity: thousandths(&row["returned_quantity"]),
        returned_sum: pence(&row["returned_sum"]),
    };
    let products = api.all(&format!("/api/reports/sales-by-product?from={from}&to={to}")).await;
    Books {
        days: days["items"].as_array().expect("days").iter().map(|row| (text(&row["date"]), day(row))).collect(),
        products: products.iter().map(|row| (text(&row["sku"]), product(row))).collect(),
    }
}

/// The sums of a store at its head office: days from its report, products from the lines of every document there.
pub async fn office_books(office: &Api, node: &str, codes: &BTreeMap<String, String>, from: &str, to: &str) -> Books {
    let mut books = Books::default();
    let days = office.get(format!("/api/office/stores/{node}/days?from={from}&to={to}")).await.done();
    for row in days.as_array().expect("days") {
        let sums = DaySums {
            sales_count: number(&row["count"]),
            sales: pence(&row["sales"]),
            returns_count: number(&row["returns_count"]),
            returns: pence(&row["returns"]),
        };
        books.days.insert(text(&row["date"]), sums);
    }
    for row in office.all(&format!("/api/office/stores/{node}/sales?from={from}&to={to}")).await {
        let document = office.get(format!("/api/office/stores/{node}/sales/{}", text(&row["id"]))).await.done();
        let comes_back = document["kind"] == "return";
        for line in document["lines"].as_array().expect("lines") {
            let code = &codes[line["product_id"].as_str().expect("a product")];
            let sums = books.products.entry(code.clone()).or_default();
            let (quantity, sum) = (thousandths(&line["quantity"]), pence(&line["sum"]));
            if comes_back {
                sums.returned_quantity += quantity;
                sums.returned_sum += sum;
            } else {
                sums.quantity += quantity;
                sums.sum += sum;
            }
        }
    }
    books
}

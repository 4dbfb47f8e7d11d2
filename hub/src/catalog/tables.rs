//! The catalogue's tables.

use duken_kernel::store::{Column, Sums, Table};

/// Products: the card's columns. `folded` is searched and sorted by; `photo` is the first photo's hash.
pub static PRODUCT: Table = Table {
    name: "product",
    key: &[Column::int("product")],
    values: &[
        Column::int("version"),
        Column::int("archived"),
        Column::int("available"),
        Column::int("kind"),
        Column::text("name"),
        Column::text("folded"),
        Column::text("sku"),
        Column::text("sku_folded"),
        Column::int("unit"),
        Column::int("price"),
        Column::text("vat"),
        Column::int("category"),
        Column::text("photo"),
        Column::int("minimum"),
        Column::text("brand"),
        Column::int("purchase_price"),
        Column::int("created"),
        Column::text("gtin"),
        Column::text("ntin"),
        Column::text("photos"),
        Column::text("description"),
    ],
    indexes: &[&["archived", "folded"], &["sku_folded"], &["category", "archived", "folded"]],
    sums: Sums::AtOnce,
};

/// Codes: by their number ([`super::codes::CodeKey`]), the products they stand on. A code taken off stays with `alive` 0.
pub static PRODUCT_CODE: Table = Table {
    name: "product_code",
    key: &[Column::int("code"), Column::int("product")],
    values: &[Column::text("written"), Column::int("position"), Column::int("alive")],
    indexes: &[&["product"]],
    sums: Sums::AtOnce,
};

/// Price changes, by product and the entry that made them.
pub static PRODUCT_PRICE: Table = Table {
    name: "product_price",
    key: &[Column::int("product"), Column::int("seq")],
    values: &[Column::int("at"), Column::int("by"), Column::int("price_from"), Column::int("price_to")],
    indexes: &[],
    sums: Sums::AtOnce,
};

/// Categories.
pub static CATEGORY: Table = Table {
    name: "category",
    key: &[Column::int("category")],
    values: &[
        Column::int("version"),
        Column::int("archived"),
        Column::text("name"),
        Column::text("folded"),
        Column::int("parent"),
        Column::text("color"),
        Column::text("icon"),
    ],
    indexes: &[&["folded"]],
    sums: Sums::AtOnce,
};

/// All of them.
pub static TABLES: &[&Table] = &[&PRODUCT, &PRODUCT_CODE, &PRODUCT_PRICE, &CATEGORY];

/// Local tables: the search index (words of each product, by the engine's own full-text search or as rows, and every
/// ending of every word).
pub static LOCAL: &[&str] = &[
    "/* sqlite */ CREATE VIRTUAL TABLE product_search USING fts5 (words, content='', contentless_delete=1, detail='none', prefix='1 2 3', tokenize=\"unicode61 remove_diacritics 0\")",
    "CREATE TABLE search_part (part TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (part, word)) WITHOUT ROWID",
    "/* postgres */ CREATE TABLE search_word (node INTEGER NOT NULL, word TEXT NOT NULL, product INTEGER NOT NULL, PRIMARY KEY (node, word, product))",
    "/* postgres */ CREATE INDEX search_word_product ON search_word (node, product)",
];

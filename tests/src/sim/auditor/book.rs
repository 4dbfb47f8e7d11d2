//! The auditor's own book of a store: what its drawers, shelves and receipts ought to hold.
//!
//! It knows what was asked and in which order it was done, and nothing of how the hub does it.

use std::collections::BTreeMap;

use super::accounts::{Accounts, Sold};
use super::sums::{Line, Off, receipt, rounded, scaled, within};

/// What a person asks of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// A sale.
    Sell {
        /// At which till.
        till: i64,
        /// Product, quantity, discount.
        lines: Vec<(i64, i64, Option<Off>)>,
        /// The prices that were shown, by line; those of the cards when there are none.
        prices: Vec<i64>,
        /// The receipt's discount.
        off: Option<Off>,
        /// What is paid in cash, and otherwise.
        paid: (i64, i64),
        /// The largest discount the person may give.
        limit: i64,
        /// Whether what is not cash was paid at a terminal.
        terminal: bool,
    },
    /// Goods come back.
    Return {
        /// At which till.
        till: i64,
        /// The sale.
        sale: i64,
        /// Line and quantity.
        lines: Vec<(i64, i64)>,
    },
    /// Goods come back that were paid at a terminal: it gives the money back first, and the document follows.
    Refund {
        /// At which till.
        till: i64,
        /// The sale.
        sale: i64,
        /// Line and quantity.
        lines: Vec<(i64, i64)>,
    },
    /// A shift is opened with counted cash.
    Open {
        /// At which till.
        till: i64,
        /// What was counted.
        counted: i64,
        /// Whether the cashier does it; the administrator otherwise.
        cashier: bool,
    },
    /// A shift is closed.
    Close {
        /// The shift.
        shift: i64,
        /// What was counted.
        counted: i64,
        /// Whether a difference is explained.
        explained: bool,
        /// Whether the cashier does it: only in a shift of his own.
        cashier: bool,
    },
    /// Cash goes in, or out when negative.
    Cash {
        /// The shift.
        shift: i64,
        /// How much.
        amount: i64,
        /// Whether the cashier does it: only in a shift of his own.
        cashier: bool,
    },
    /// A price is changed on a card.
    Price {
        /// The product.
        product: i64,
        /// The version it was edited from.
        version: i64,
        /// The new price.
        price: i64,
    },
    /// The stock is corrected by so much.
    Adjust {
        /// The product.
        product: i64,
        /// More, or less.
        quantity: i64,
    },
    /// The stock was counted.
    Count {
        /// The product.
        product: i64,
        /// What was counted.
        quantity: i64,
    },
    /// Something that leaves the books as they are.
    Nothing,
    /// Something that nobody may do.
    Forbidden,
}

/// What ought to come of a request that no other overlaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It is done.
    Done,
    /// It is refused.
    Refused,
    /// Either is right.
    Either,
}

#[derive(Debug, Clone, Default)]
struct Till {
    drawer: i64,
    shift: Option<i64>,
    /// What was paid here otherwise than in cash, less what was given back so.
    other: i64,
}

#[derive(Debug, Clone, Default)]
struct Product {
    price: i64,
    version: i64,
    stock: i64,
    /// Every price it ever had.
    prices: Vec<i64>,
}

/// Lines that were put into a cart, with the prices that the cards had at that moment, by the book: before, and after.
#[derive(Debug, Clone, Default)]
pub struct Priced(Vec<(i64, i64, [Option<i64>; 2])>);

impl Priced {
    /// A line that was answered.
    pub fn add(&mut self, product: i64, quantity: i64, before: Option<i64>, after: Option<i64>) {
        self.0.push((product, quantity, [before, after]));
    }
}

#[derive(Debug, Clone)]
struct Sale {
    lines: Vec<Sold>,
    total: i64,
    given_back: i64,
    cash_left: i64,
    other_left: i64,
    terminal: bool,
}

/// A store's book.
#[derive(Debug, Clone, Default)]
pub struct Book {
    tills: BTreeMap<i64, Till>,
    /// The till of each, and whether the cashier opened it.
    shifts: BTreeMap<i64, (i64, bool)>,
    products: BTreeMap<i64, Product>,
    sales: BTreeMap<i64, Sale>,
    step: i64,
    accounts: Accounts,
}

/// What an entry says of itself, as far as the book cannot know it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    /// What a return gave back in cash, when it was given back in several ways.
    pub cash: Option<i64>,
}

impl Book {
    /// A store that rounds receipts to this step, with its tills and products: number and price.
    #[must_use]
    pub fn new(step: i64, tills: &[i64], products: &[(i64, i64)]) -> Self {
        Self {
            tills: tills.iter().map(|till| (*till, Till::default())).collect(),
            products: products
                .iter()
                .map(|(product, price)| (*product, Product { price: *price, version: *product, stock: 0, prices: vec![*price] }))
                .collect(),
            step,
            ..Self::default()
        }
    }

    /// What every drawer ought to hold.
    pub fn drawers(&self) -> impl Iterator<Item = (i64, i64)> {
        self.tills.iter().map(|(till, state)| (*till, state.drawer))
    }

    /// What ought to be on the shelves.
    pub fn stock(&self) -> impl Iterator<Item = (i64, i64)> {
        self.products.iter().map(|(product, state)| (*product, state.stock))
    }

    /// What the terminals owe for each till, or would if they had settled.
    pub fn others(&self) -> impl Iterator<Item = (i64, i64)> {
        self.tills.iter().map(|(till, state)| (*till, state.other))
    }

    /// The other accounts.
    #[must_use]
    pub fn accounts(&self) -> Accounts {
        self.accounts
    }

    /// What a product costs now.
    #[must_use]
    pub fn price_of(&self, product: i64) -> Option<i64> {
        self.products.get(&product).map(|product| product.price)
    }

    /// Whether a cart is what was put into it: its products and quantities, at the prices of the cards when it was put in,
    /// and a total that follows from them. `shown`: product, quantity, price.
    ///
    /// # Errors
    /// A sentence.
    pub fn cart_is(&self, priced: &Priced, shown: &[(i64, i64, i64)], total: i64) -> Result<(), String> {
        let mut wanted: BTreeMap<i64, i64> = BTreeMap::new();
        priced.0.iter().for_each(|(product, quantity, _)| *wanted.entry(*product).or_default() += quantity);
        let mut there: BTreeMap<i64, i64> = BTreeMap::new();
        shown.iter().for_each(|(product, quantity, _)| *there.entry(*product).or_default() += quantity);
        if wanted != there {
            return Err(format!("holds {there:?}, {wanted:?} was put into it"));
        }
        for (product, _, price) in shown {
            let may_be = priced.0.iter().filter(|line| line.0 == *product).any(|line| line.2.contains(&Some(*price)));
            // A change of the card that was answered late fell between the two looks at the book.
            let ever = self.products.get(product).is_some_and(|known| known.prices.len() > 2 && known.prices.contains(price));
            if !may_be && !ever {
                return Err(format!("product {product} is at {price}, the card says {:?}", self.price_of(*product)));
            }
        }
        let lines: Vec<Line> = shown.iter().map(|(_, quantity, price)| (*quantity, *price, None)).collect();
        let ought = receipt(&lines, None, self.step).1;
        if total == ought { Ok(()) } else { Err(format!("comes to {total}, ought to be {ought}")) }
    }

    /// What of each sale came back: by line, and in money.
    pub fn returned(&self) -> impl Iterator<Item = (i64, Vec<i64>, i64)> {
        self.sales.iter().map(|(sale, state)| (*sale, state.lines.iter().map(|line| line.back).collect(), state.given_back))
    }

    fn priced(&self, lines: &[(i64, i64, Option<Off>)], prices: &[i64]) -> Option<Vec<Line>> {
        let own = |at: usize, product: &i64| Some(prices.get(at).copied().unwrap_or(self.products.get(product)?.price));
        lines.iter().enumerate().map(|(at, (product, quantity, off))| Some((*quantity, own(at, product)?, *off))).collect()
    }

    /// What a sale comes to at today's prices; nothing when a product is unknown.
    #[must_use]
    pub fn total(&self, lines: &[(i64, i64, Option<Off>)], off: Option<Off>) -> Option<i64> {
        Some(receipt(&self.priced(lines, &[])?, off, self.step).1)
    }

    /// What a return gives back; nothing when it may not be.
    fn refund(&self, sale: i64, lines: &[(i64, i64)]) -> Option<i64> {
        let sale = self.sales.get(&sale)?;
        let mut exact = 0;
        let mut everything = true;
        for (at, line) in sale.lines.iter().enumerate() {
            let number = i64::try_from(at).ok()? + 1;
            let wanted: Vec<i64> = lines.iter().filter(|(line, _)| *line == number).map(|(_, quantity)| *quantity).collect();
            let now = wanted.first().copied().unwrap_or(0);
            let after = line.back + now;
            if wanted.len() > 1 || after > line.quantity {
                return None;
            }
            everything &= after == line.quantity;
            exact += scaled(line.sum, after, line.quantity);
        }
        let known = |line: i64| line >= 1 && line <= i64::try_from(sale.lines.len()).unwrap_or(0);
        if lines.is_empty() || lines.iter().any(|(line, quantity)| !known(*line) || *quantity <= 0 || quantity % 1000 != 0) {
            return None;
        }
        // What was given back altogether is the rounded sum of all that came back.
        let given = if everything { sale.total } else { rounded(exact, self.step).min(sale.total) };
        Some((given - sale.given_back).max(0))
    }

    fn open_shift(&self, till: i64) -> bool {
        self.tills.get(&till).is_some_and(|till| till.shift.is_some())
    }

    /// The drawer of an open shift, for somebody who may touch it.
    fn drawer_of(&self, shift: i64, cashier: bool) -> Option<i64> {
        let (till, own) = *self.shifts.get(&shift)?;
        let state = self.tills.get(&till)?;
        (state.shift == Some(shift) && (own || !cashier)).then_some(state.drawer)
    }

    /// What ought to come of an intent as things stand.
    #[must_use]
    pub fn expected(&self, intent: &Intent) -> Expected {
        let may = |yes| if yes { Expected::Done } else { Expected::Refused };
        match intent {
            Intent::Nothing | Intent::Refund { .. } => Expected::Either,
            Intent::Forbidden => Expected::Refused,
            Intent::Sell { till, lines, prices, off, paid, limit, .. } => {
                let Some(priced) = self.priced(lines, prices) else { return Expected::Refused };
                let fits = lines.iter().all(|(_, quantity, _)| *quantity > 0 && quantity % 1000 == 0);
                let (_, total) = receipt(&priced, *off, self.step);
                let paid = paid.0 >= 0 && paid.1 >= 0 && paid.0 + paid.1 == total;
                match within(&priced, *off, *limit) {
                    _ if !self.open_shift(*till) || lines.is_empty() || !fits || !paid => Expected::Refused,
                    Some(within) => may(within),
                    None => Expected::Either,
                }
            }
            Intent::Return { till, sale, lines } => {
                let Some(refund) = self.refund(*sale, lines) else { return Expected::Refused };
                let Some(state) = self.sales.get(sale) else { return Expected::Refused };
                let drawer = self.tills.get(till).map_or(0, |till| till.drawer);
                if !self.open_shift(*till) {
                    Expected::Refused
                } else if state.other_left == 0 {
                    may(refund <= drawer)
                } else if refund <= drawer {
                    Expected::Done
                } else {
                    Expected::Either
                }
            }
            Intent::Open { till, counted, .. } => may(*counted >= 0 && self.tills.get(till).is_some_and(|till| till.shift.is_none())),
            Intent::Close { shift, counted, explained, cashier } => {
                may(self.drawer_of(*shift, *cashier).is_some_and(|drawer| *counted >= 0 && (*explained || *counted == drawer)))
            }
            Intent::Cash { shift, amount, cashier } => {
                may(self.drawer_of(*shift, *cashier).is_some_and(|drawer| *amount != 0 && drawer + amount >= 0))
            }
            Intent::Price { product, version, price } => {
                may(*price >= 0 && self.products.get(product).is_some_and(|known| known.version == *version))
            }
            Intent::Adjust { product, quantity } => may(*quantity != 0 && quantity % 1000 == 0 && self.products.contains_key(product)),
            Intent::Count { product, quantity } => {
                may(*quantity >= 0 && quantity % 1000 == 0 && self.products.get(product).is_some_and(|known| known.stock != *quantity))
            }
        }
    }

    /// Books what was done under this number of the journal.
    ///
    /// # Errors
    /// A sentence when it ought not to have been done.
    pub fn done(&mut self, seq: i64, intent: &Intent, said: Said) -> Result<(), String> {
        if self.expected(intent) == Expected::Refused {
            return Err(format!("entry {seq} was made of what ought to be refused: {intent:?}"));
        }
        match intent {
            Intent::Nothing | Intent::Forbidden => {}
            Intent::Refund { till, sale, lines } => {
                let back = Intent::Return { till: *till, sale: *sale, lines: lines.clone() };
                return self.done(seq, &back, said);
            }
            Intent::Sell { till, lines, prices, off, paid, terminal, .. } => {
                let priced = self.priced(lines, prices).unwrap_or_default();
                let (sums, total) = receipt(&priced, *off, self.step);
                for (product, quantity, _) in lines {
                    self.products.entry(*product).or_default().stock -= quantity;
                }
                let drawer = self.tills.entry(*till).or_default();
                drawer.drawer += paid.0;
                drawer.other += paid.1;
                let gross = priced.iter().map(|(quantity, price, _)| (*price, scaled(*quantity, *price, 1000)));
                let sold = lines.iter().zip(sums).zip(gross).map(|(((product, quantity, _), sum), (price, gross))| Sold {
                    product: *product,
                    quantity: *quantity,
                    price,
                    sum,
                    discount: gross - sum,
                    back: 0,
                });
                let sold: Vec<Sold> = sold.collect();
                let parts: Vec<_> = sold.iter().map(|line| line.between(0, line.quantity)).collect();
                self.accounts.post(1, &parts, total);
                let sale = Sale { lines: sold, total, given_back: 0, cash_left: paid.0, other_left: paid.1, terminal: *terminal };
                self.sales.insert(seq, sale);
            }
            Intent::Return { till, sale, lines } => {
                let refund = self.refund(*sale, lines).unwrap_or(0);
                let Some(state) = self.sales.get_mut(sale) else { return Ok(()) };
                let cash = match (state.other_left, state.cash_left) {
                    (0, _) => refund,
                    (_, 0) => 0,
                    _ => said.cash.unwrap_or(refund),
                };
                if cash > state.cash_left || refund - cash > state.other_left || cash < 0 || cash > refund {
                    return Err(format!(
                        "return {seq} gives back {cash} in cash of {refund}, sale {sale} holds {}+{}",
                        state.cash_left, state.other_left
                    ));
                }
                state.cash_left -= cash;
                state.other_left -= refund - cash;
                state.given_back += refund;
                let mut parts = Vec::new();
                for (line, quantity) in lines {
                    let line = &mut state.lines[usize::try_from(line - 1).unwrap_or(0)];
                    parts.push(line.between(line.back, line.back + quantity));
                    line.back += quantity;
                    self.products.entry(line.product).or_default().stock += quantity;
                }
                self.accounts.post(-1, &parts, refund);
                let till = self.tills.entry(*till).or_default();
                till.drawer -= cash;
                till.other -= refund - cash;
                if till.drawer < 0 {
                    return Err(format!("return {seq} leaves {} in the drawer", till.drawer));
                }
            }
            Intent::Open { till, counted, cashier } => {
                self.shifts.insert(seq, (*till, *cashier));
                let till = self.tills.entry(*till).or_default();
                (till.drawer, till.shift) = (*counted, Some(seq));
            }
            Intent::Close { shift, counted, .. } => {
                let (till, _) = self.shifts.get(shift).copied().unwrap_or_default();
                let till = self.tills.entry(till).or_default();
                (till.drawer, till.shift) = (*counted, None);
            }
            Intent::Cash { shift, amount, .. } => {
                let (till, _) = self.shifts.get(shift).copied().unwrap_or_default();
                self.tills.entry(till).or_default().drawer += amount;
            }
            Intent::Price { product, price, .. } => {
                let known = self.products.entry(*product).or_default();
                known.price = *price;
                known.prices.push(*price);
                known.version = seq;
            }
            Intent::Adjust { product, quantity } => self.products.entry(*product).or_default().stock += quantity,
            Intent::Count { product, quantity } => self.products.entry(*product).or_default().stock = *quantity,
        }
        Ok(())
    }
}

/// What people at a till know: for those who think of something to do.
impl Book {
    /// The open shift of a till.
    #[must_use]
    pub fn shift_of(&self, till: i64) -> Option<i64> {
        self.tills.get(&till)?.shift
    }

    /// What the drawer of a till ought to hold.
    #[must_use]
    pub fn drawer(&self, till: i64) -> i64 {
        self.tills.get(&till).map_or(0, |till| till.drawer)
    }

    /// The version of a product's card.
    #[must_use]
    pub fn version_of(&self, product: i64) -> i64 {
        self.products.get(&product).map_or(0, |product| product.version)
    }

    /// The latest sales.
    #[must_use]
    pub fn latest_sales(&self, many: usize) -> Vec<i64> {
        self.sales.keys().rev().take(many).copied().collect()
    }

    /// Whether a sale was paid at a terminal.
    #[must_use]
    pub fn by_terminal(&self, sale: i64) -> bool {
        self.sales.get(&sale).is_some_and(|sale| sale.terminal)
    }

    /// What of each line of a sale may still come back.
    #[must_use]
    pub fn left_of(&self, sale: i64) -> Vec<i64> {
        self.sales.get(&sale).map_or_else(Vec::new, |sale| sale.lines.iter().map(|line| line.quantity - line.back).collect())
    }
}

//! The closed set of accounts, and places of goods.

/// An account of money. The numbers are stored: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Account {
    /// Notes and coins in the drawer of a till (a: till).
    Cash = 1,
    /// A bank account (a: account).
    Bank = 2,
    /// What a payment terminal owes us (a: till, b: terminal; b 0 for cards noted by hand).
    Terminal = 3,
    /// Payments whose outcome nobody knows yet (a: till).
    Suspense = 4,
    /// What customers owe (a: party).
    Receivable = 5,
    /// What we owe suppliers (a: party).
    Payable = 6,
    /// Goods at cost (a: warehouse).
    Inventory = 7,
    /// Goods between warehouses, at cost.
    InTransit = 8,
    /// Sales at list price without VAT.
    Revenue = 9,
    /// Discounts given, without VAT.
    Discount = 10,
    /// Cost of what was sold.
    CostOfGoods = 11,
    /// Differences of cost that belong to no single issue.
    CostVariance = 12,
    /// VAT and other taxes owed (a: rate).
    TaxPayable = 13,
    /// Expenses (a: category).
    Expense = 14,
    /// What we owe staff (a: person).
    StaffPayable = 15,
    /// Money taken before the goods were given (a: party).
    Prepayment = 16,
    /// Counted cash against expected (a: till).
    OverShort = 17,
    /// Rounding of receipts to the cash step.
    Rounding = 18,
    /// Differences of exchange.
    Exchange = 19,
    /// What was there when the books began.
    Opening = 20,
    /// Money put into or taken out of a drawer by the owner (a: till).
    OwnerCash = 21,
    /// Goods written off or found (a: kind of correction).
    StockCorrection = 22,
}

/// Where goods are. Only warehouses keep a balance; the others are the far side of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A warehouse, by its number.
    Warehouse(i64),
    /// Opening balances come from here.
    Opening,
    /// What was sold is here.
    Customers,
    /// Corrections: found, lost, broken.
    Correction,
    /// Suppliers.
    Suppliers,
}

impl Place {
    /// The number of a place that keeps a balance.
    #[must_use]
    pub fn kept(self) -> Option<i64> {
        if let Self::Warehouse(number) = self { Some(number) } else { None }
    }
}

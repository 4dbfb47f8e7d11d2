//! Who sets the demo up; everybody else is made by the store itself.

/// A person of the demo.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// What people call his role.
    pub title: &'static str,
    /// Name.
    pub name: &'static str,
    /// Phone.
    pub phone: &'static str,
    /// PIN.
    pub pin: &'static str,
}

/// The password of those who set up.
pub const PASSWORD: &str = "duken-2026";

/// The store's administrator.
pub const ADMIN: Person = Person { title: "administrator", name: "Ерлан Сейтқали", phone: "+7 701 100 00 01", pin: "7001" };

/// The head office's own administrator.
pub const OFFICE: Person = Person { title: "head office", name: "Айгүл Тоқаева", phone: "+7 701 200 00 01", pin: "8001" };

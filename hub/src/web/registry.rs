//! A route as it is registered: address, who may, handler, and its description, said once.

use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use duken_kernel::Refusal;
use duken_protocol::decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};

use super::{Access, Cursor, MALFORMED};
use crate::hub::App;

/// An id on the wire: a number as text, so that no client does sums with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub i64);

impl Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(Decimal::new(self.0, 0).as_str())
    }
}
impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(input)?;
        text.parse().map(Self).map_err(|_| serde::de::Error::custom("not an id"))
    }
}
impl utoipa::PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        String::schema()
    }
}
impl ToSchema for Id {}

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; nothing on the last.
    pub next: Option<String>,
}

/// What every list takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Where the page begins: `next` of the page before.
    pub cursor: Option<String>,
    /// At most this many rows, up to 500.
    pub limit: Option<i64>,
}

impl ListQuery {
    /// The number of rows asked for, within bounds.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(50).clamp(1, 500)
    }

    /// The number before which the page begins, for lists whose newest rows come first.
    ///
    /// # Errors
    /// `list.bad_cursor` for a cursor that no page of this list gave.
    pub fn before(&self, list: Cursor) -> Result<i64, Refusal> {
        Ok(list.read(self.cursor.as_deref())?.unwrap_or(i64::MAX))
    }
}

/// A number in a query, such as an id.
///
/// # Errors
/// `request.malformed` with the field for what is no number above or at zero.
pub fn number_of(text: Option<&str>, field: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(number) if number >= 0 => Ok(Some(number)),
        _ => Err(MALFORMED.refuse().field(field).with("reason", field)),
    }
}

/// What OpenAPI says of one direction.
#[derive(Default)]
pub(super) struct Described {
    pub name: String,
    pub schema: Option<RefOr<Schema>>,
    pub all: Vec<(String, RefOr<Schema>)>,
}

/// A route.
pub struct Route {
    pub(super) method: &'static str,
    /// Its address, with `{names}`.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    pub(super) router: MethodRouter<App>,
    pub(super) summary: &'static str,
    pub(super) params: Vec<utoipa::openapi::path::Parameter>,
    pub(super) body: Option<Described>,
    pub(super) answer: Option<Described>,
}

macro_rules! methods {
    ($($name:ident $method:literal),*) => {$(
        #[doc = concat!("A route for ", $method, ".")]
        pub fn $name<H: Handler<T, App>, T: 'static>(path: &'static str, access: Access, summary: &'static str, handler: H) -> Self {
            Self { method: $method, path, access, router: routing::$name(handler), summary, params: Vec::new(), body: None, answer: None }
        }
    )*};
}

impl Route {
    methods!(get "GET", post "POST", put "PUT", delete "DELETE");

    /// The method, in capitals.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Describes the query.
    #[must_use]
    pub fn query<Q: IntoParams>(mut self) -> Self {
        self.params.extend(Q::into_params(|| Some(utoipa::openapi::path::ParameterIn::Query)));
        self
    }

    /// Describes the body.
    #[must_use]
    pub fn takes<B: ToSchema>(mut self) -> Self {
        self.body = Some(describe::<B>());
        self
    }

    /// Describes the answer.
    #[must_use]
    pub fn gives<A: ToSchema>(mut self) -> Self {
        self.answer = Some(describe::<A>());
        self
    }
}

fn describe<T: ToSchema>() -> Described {
    let mut all = Vec::new();
    T::schemas(&mut all);
    Described { name: T::name().into_owned(), schema: Some(T::schema()), all }
}

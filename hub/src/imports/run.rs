//! Running a plan: in chunks, each a command of its own, on a thread of its own.

use std::sync::Arc;

use duken_kernel::journal::OWN;
use duken_kernel::{Fault, Read, Reject, Tx};

use super::job;
use super::preview::planned;
use super::uploads::Uploads;
use crate::catalog::door::CategoryPath;
use crate::catalog::import::{Action, Goods, PATH, Planned, group_fits, merged};
use crate::catalog::{self, Card, CategoryCard};
use crate::hub::{App, Hub};
use crate::settings::Settings;
use crate::stock::{AdjustmentKind, Correction, Origin, record_adjustment};
use crate::web::Actor;

/// Rows of one command: few enough that a sale that waits behind it is not felt.
const CHUNK: usize = 250;

/// Goes on with what was cut short.
pub(super) fn resume(app: &App) {
    match app.read_now(|read| Ok(job::running(read)?)) {
        Ok(ids) => ids.into_iter().for_each(|id| start(app, id)),
        Err(reject) => tracing::error!(error = &reject as &dyn std::error::Error, "cut imports could not be found"),
    }
}

/// Runs an import on a thread of its own.
pub(super) fn start(app: &App, id: i64) {
    let running = app.clone();
    let spawned = app.beside(format!("import-{id}"), move || {
        let app = running;
        if let Err(reject) = run(&app, id) {
            if matches!(reject, Reject::Fault(Fault::Stopped)) {
                return;
            }
            tracing::error!(import = id, error = &reject as &dyn std::error::Error, "an import broke off");
            let detail = match &reject {
                Reject::Refused(refusal) => refusal.code.code.to_owned(),
                Reject::Fault(_) => "hub.fault".to_owned(),
            };
            let _stopping = app.run_and_wait(app.own_caller(), job::fail(id, detail));
        }
    });
    if let Err(error) = spawned {
        tracing::error!(import = id, %error, "no thread for an import");
    }
}

/// Runs an import to its end; what is done already is passed over.
///
/// # Errors
/// `import.upload_gone`, then what a chunk answers.
pub(super) fn run(hub: &Hub, id: i64) -> Result<(), Reject> {
    let Some(job) = hub.read_now(|read| Ok(job::find(read, id)?))? else { return Ok(()) };
    let settings = hub.settings();
    let sheet = Uploads::of(&hub.config.data)?.sheet(&job.upload, job.wishes.sheet.as_deref())?;
    let plan = hub.read_now(|read| Ok(planned(read, &sheet, &job.wishes, settings.currency())?))?;
    drop(sheet);
    let total = plan.rows.len();
    let person = Actor { user: job.by, ..Actor::default() };
    if job.done == 0 {
        hub.run_and_wait(hub.caller(&person, None), job::count(id, total, plan.counts))?;
    }
    let mut done = job.done.min(total);
    let mut rest = plan.rows;
    rest.drain(..done);
    loop {
        let chunk: Vec<Planned> = rest.drain(..CHUNK.min(rest.len())).collect();
        let from = done;
        done += chunk.len();
        let settings = settings.clone();
        hub.run_and_wait(hub.caller(&person, None), move |tx| apply(tx, id, &settings, from, &chunk, total))?;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

/// Applies a chunk and notes how far it is, in one command.
fn apply(tx: &mut Tx<'_>, id: i64, settings: &Arc<Settings>, from: usize, rows: &[Planned], total: usize) -> Result<i64, Reject> {
    let job = job::find(tx, id)?.filter(|job| job.done == from && job.state == job::State::Running);
    if job.is_none() {
        return super::ALREADY_RUN.err();
    }
    let mut categories = Categories::read(tx)?;
    for row in rows {
        match &row.action {
            Action::Create(goods) => create(tx, settings, &mut categories, (id, row.line), goods)?,
            Action::Change(product, goods) => change(tx, settings, &mut categories, (id, row.line), *product, goods)?,
            Action::Unchanged(_) | Action::Skip => {}
        }
    }
    job::advance(tx, id, from + rows.len(), total)?;
    if from + rows.len() >= total {
        for topic in ["catalog", "stock"] {
            tx.notify(topic, serde_json::json!({ "import": id.to_string() }));
        }
    }
    Ok(id)
}

fn create(tx: &mut Tx<'_>, settings: &Settings, categories: &mut Categories, import: (i64, u32), goods: &Goods) -> Result<(), Reject> {
    let category = goods.group.as_deref().map(|name| categories.of(tx, name)).transpose()?;
    let blank = Card { category, vat: settings.vat_rate().to_owned(), available: true, ..Card::default() };
    let card = Card { sku: goods.sku.clone().unwrap_or_default(), ..merged(&blank, goods) };
    let id = catalog::record_imported(tx, None, card, import)?;
    open_stock(tx, settings, import.0, id, goods)
}

fn change(
    tx: &mut Tx<'_>,
    settings: &Settings,
    categories: &mut Categories,
    import: (i64, u32),
    product: i64,
    goods: &Goods,
) -> Result<(), Reject> {
    let Some(now) = catalog::stored(tx, OWN, product)? else { return Ok(()) };
    let mut card = merged(&now.card, goods);
    if let Some(group) = goods.group.as_deref().filter(|group| !categories.fits(group, card.category)) {
        card.category = Some(categories.of(tx, group)?);
    }
    if card != now.card {
        catalog::record_imported(tx, Some(&now), card, import)?;
    }
    open_stock(tx, settings, import.0, product, goods)
}

/// Opens the stock of a product that has never moved.
fn open_stock(tx: &mut Tx<'_>, settings: &Settings, import: i64, product: i64, goods: &Goods) -> Result<(), Reject> {
    let Some(quantity) = goods.stock else { return Ok(()) };
    let correction = Correction {
        product,
        kind: AdjustmentKind::Opening,
        quantity,
        unit_cost: goods.purchase_price,
        reason: String::new(),
        comment: String::new(),
    };
    match record_adjustment(tx, settings, correction, Origin::Import(import)) {
        // Moved meanwhile, a service, or pieces with a fraction: the product stands, its stock is as it was.
        Err(Reject::Refused(_)) | Ok(_) => Ok(()),
        Err(fault) => Err(fault),
    }
}

/// Categories in use by their paths, made when they are not there.
struct Categories(Vec<CategoryPath>);

impl Categories {
    fn read(read: &dyn Read) -> Result<Self, Fault> {
        Ok(Self(catalog::door::category_paths(read, OWN)?))
    }

    /// Whether a group as a list names it is this category already.
    fn fits(&self, group: &str, category: Option<i64>) -> bool {
        self.0.iter().any(|known| Some(known.id) == category && group_fits(group, &known.path))
    }

    /// The category of a group: of this path; else of this name at the end of a path; else made, with those above it.
    fn of(&mut self, tx: &mut Tx<'_>, group: &str) -> Result<i64, Reject> {
        let in_use = || self.0.iter().filter(|known| !known.archived);
        let found = in_use().find(|known| known.path == group).or_else(|| in_use().find(|known| group_fits(group, &known.path)));
        if let Some(known) = found {
            return Ok(known.id);
        }
        let (parent, name) = match group.rsplit_once(PATH) {
            Some((above, name)) => (Some(self.of(tx, above)?), name),
            None => (None, group),
        };
        let card = CategoryCard { name: name.to_owned(), parent, ..CategoryCard::default() };
        let id = catalog::record_new_category(tx, card)?;
        let above = parent.and_then(|parent| self.0.iter().find(|known| known.id == parent)).map(|known| known.path.as_str());
        let path = above.map_or_else(|| name.to_owned(), |above| format!("{above}{PATH}{name}"));
        self.0.push(CategoryPath { id, path, archived: false });
        Ok(id)
    }
}

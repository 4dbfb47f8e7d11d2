// The page of the simulated devices: asks for the state, waits for the next one, draws it.

const words = {
  ru: {
    title: "Устройства кассы", theme: "Светлая / тёмная", language: "English", lost: "нет связи с имитатором",
    terminal: "Терминал Kaspi", buyer: "Покупатель", faults: "Неполадки", habits: "Как ведёт себя сам", ledger: "Списано у покупателей:",
    printer: "Чековый принтер", paper: "Бумага", clear: "Убрать чеки", scanner: "Сканер", scan: "Сканировать", scans: "Последние сканы",
    ready: "Готов к работе", empty: "Здесь появятся напечатанные чеки", hanging: "не отрезано", receipt: "Чек", bytes: "байты",
    pay_qr: "платит QR", pay_card: "платит картой", pay_alaqan: "платит ладонью", decline: "отказ банка", cancel: "отменяет",
    unknown: "исход неизвестен", lose_status: "потерять ответ", lose_start: "потерять ответ на оплату (следующую)", settle_yes: "деньги всё-таки списаны", settle_no: "деньги не списаны",
    silent: "молчит", off: "выключен", busy: "занят", slow: "медленный", expire: "токены истекли",
    auto_pay: "покупатель платит сам", auto_register: "кассы разрешать сразу", https: "защита: HTTPS и токен", top_fields: "поля на верхнем уровне", word_dates: "даты словами",
    allow: "Разрешить", deny: "Запретить", asks: "просит доступ:", forget: "забыть", known: "Знакомые кассы:", none: "нет",
    paper_out: "нет бумаги", near_end: "бумага кончается", cover_open: "крышка открыта", jam: "нож застрял", power_off: "отключён", stalled: "завис",
    lies: "врёт «всё хорошо»", mute: "не отвечает о состоянии", slow_printer: "медленный", drop: "оборвать через 2000 байт",
    drawer_open: "Ящик открыт", drawer_closed: "Ящик закрыт", close: "Закрыть", open: "Открыть ключом", pulses: "импульсов:",
    code: "Штрихкод или текст QR", plug: "Подключить", unplug: "Отключить", twice: "дважды подряд", part: "оборвать на середине",
    sent: "передан", nobody_listens: "никто не слушает", unplugged: "отключён", lan: "по сети", serial: "по проводу",
    payment: "оплата", refund: "возврат", qr: "QR", card: "карта", alaqan: "ладонь", till: "касса",
    Initialize: "Минуту…", WaitUser: "Покажите QR или приложите карту", WaitForQrConfirmation: "Подтвердите в приложении Kaspi", ProcessingCard: "Карта читается",
    WaitForPinCode: "Введите ПИН-код", WaitForAlaqan: "Держите ладонь над считывателем", ProcessRefund: "Возврат…", success: "Успешно", fail: "Не прошло", unknown_screen: "Исход неизвестен", asleep: "спит",
  },
  en: {
    title: "Till devices", theme: "Light / dark", language: "Русский", lost: "no link to the simulator",
    terminal: "Kaspi terminal", buyer: "Buyer", faults: "Faults", habits: "What it does by itself", ledger: "Taken from buyers:",
    printer: "Receipt printer", paper: "Paper", clear: "Clear receipts", scanner: "Scanner", scan: "Scan", scans: "Latest scans",
    ready: "Ready", empty: "Printed receipts appear here", hanging: "not cut", receipt: "Receipt", bytes: "bytes",
    pay_qr: "pays by QR", pay_card: "pays by card", pay_alaqan: "pays by palm", decline: "bank declines", cancel: "cancels",
    unknown: "outcome unknown", lose_status: "lose the answer", lose_start: "lose the answer to payment (next)", settle_yes: "money was taken", settle_no: "money was not taken",
    silent: "goes silent", off: "switched off", busy: "busy", slow: "slow", expire: "expire tokens",
    auto_pay: "buyer pays by himself", auto_register: "allow tills at once", https: "protection: HTTPS and token", top_fields: "fields at top level", word_dates: "dates in words",
    allow: "Allow", deny: "Deny", asks: "asks for access:", forget: "forget", known: "Known tills:", none: "none",
    paper_out: "paper out", near_end: "paper near end", cover_open: "cover open", jam: "knife stuck", power_off: "unplugged", stalled: "stalled",
    lies: "lies “all is well”", mute: "silent about status", slow_printer: "slow", drop: "drop after 2000 bytes",
    drawer_open: "Drawer open", drawer_closed: "Drawer closed", close: "Close", open: "Open with key", pulses: "pulses:",
    code: "Barcode or QR text", plug: "Plug in", unplug: "Unplug", twice: "twice in a row", part: "break off half-way",
    sent: "sent", nobody_listens: "nobody listens", unplugged: "unplugged", lan: "network", serial: "serial",
    payment: "payment", refund: "refund", qr: "QR", card: "card", alaqan: "palm", till: "till",
    Initialize: "One moment…", WaitUser: "Show the QR or tap your card", WaitForQrConfirmation: "Confirm in the Kaspi app", ProcessingCard: "Reading the card",
    WaitForPinCode: "Enter the PIN", WaitForAlaqan: "Hold your palm over the reader", ProcessRefund: "Refunding…", success: "Done", fail: "Failed", unknown_screen: "Outcome unknown", asleep: "asleep",
  },
};

const remembered = (key, otherwise) => localStorage.getItem(`devices.${key}`) ?? otherwise;
const remember = (key, value) => localStorage.setItem(`devices.${key}`, value);

let language = remembered("language", "ru");
let printerId = remembered("printer", "lan");
let latest = null;
let samples = [];

const t = (key) => words[language][key] ?? key;
const at = (id) => document.getElementById(id);
const time = (moment) => new Date(moment).toLocaleTimeString(language === "ru" ? "ru-RU" : "en-GB");
const tenge = (amount) => `${amount.toLocaleString("ru-RU")} ₸`;

/** Makes an element: tag, properties, children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

async function post(path, body = {}) {
  const answer = await fetch(`/control/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const value = await answer.json();
  if (!answer.ok) console.warn(path, value.error);
  return value;
}

/** A button that does something at once. */
const act = (label, run, properties = {}) => make("button", { type: "button", textContent: label, onclick: run, ...properties });

/** A button that stays pressed while something holds. */
function toggle(label, pressed, run, className = "") {
  const button = act(label, () => run(!pressed), { className });
  button.setAttribute("aria-pressed", pressed);
  return button;
}

const drawn = new Map();

/** Replaces the children only when they look different or are about something else (`about`), so that focus and hover survive. */
function fill(id, about, ...children) {
  const place = at(id);
  const next = make("div", {}, ...children);
  const look = `${about} ${next.innerHTML}`;
  if (drawn.get(id) === look) return;
  const focused = [...place.children].indexOf(document.activeElement);
  drawn.set(id, look);
  place.replaceChildren(...next.childNodes);
  if (focused >= 0) place.children[focused]?.focus();
}

function drawTerminal(terminal) {
  at("terminal").hidden = !terminal;
  if (!terminal) return;
  const { modes, processes, charges, prompts, tills, complaints } = terminal.state;
  at("terminal-where").textContent = `${modes.protection === "on" ? "https" : "http"}://${terminal.address} · ${terminal.host}`;
  drawScreen(terminal, modes, processes.at(-1));
  const waiting = processes.findLast((process) => process.stage === "wait");
  const decide = (buyer) => () => post("terminal/decide", buyer);
  const buyer = (label, what, properties) => act(t(label), decide(what), { disabled: !waiting, ...properties });
  const unknown = processes.findLast((process) => process.stage === "unknown");
  fill("buyer-buttons", unknown?.id,
    buyer("pay_qr", { do: "pays", by: "qr" }, { className: "main" }),
    buyer("pay_card", { do: "pays", by: "card" }, { className: "main" }),
    buyer("pay_alaqan", { do: "pays", by: "alaqan" }),
    buyer("decline", { do: "declines", by: "card" }),
    buyer("cancel", { do: "cancels" }),
    buyer("unknown", { do: "unknown", by: "qr", actualize_calls: null, then: "success" }),
    buyer("lose_status", { do: "loses_status_answers", by: "qr", count: 3 }),
    ...unknownButtons(unknown));
  const mode = (changes) => () => post("terminal/modes", changes);
  fill("terminal-faults", "",
    toggle(t("silent"), modes.link === "silent", (on) => mode({ link: on ? "silent" : "up" })()),
    toggle(t("off"), modes.link === "off", (on) => mode({ link: on ? "off" : "up" })()),
    toggle(t("busy"), modes.busy, (on) => mode({ busy: on })()),
    toggle(t("slow"), modes.delay_ms > 0, (on) => mode({ delay_ms: on ? 4000 : 0 })()),
    toggle(t("lose_start"), modes.next.some((next) => next.do === "loses_start_answer"), (on) => mode({ next: on ? [{ do: "loses_start_answer", by: "qr" }] : [] })()),
    act(t("expire"), () => post("terminal/expire-tokens")));
  fill("terminal-habits", "",
    toggle(t("auto_pay"), modes.buyer.do === "pays", (on) => mode({ buyer: on ? { do: "pays", by: "qr" } : { do: "person" } })(), "habit"),
    toggle(t("auto_register"), modes.registration === "automatic", (on) => mode({ registration: on ? "automatic" : "person" })(), "habit"),
    toggle(t("https"), modes.protection === "on", (on) => mode({ protection: on ? "on" : "token_only" })(), "habit"),
    toggle(t("top_fields"), modes.fields === "top_level", (on) => mode({ fields: on ? "top_level" : "cheque" })(), "habit"),
    toggle(t("word_dates"), modes.date_form === "words", (on) => mode({ date_form: on ? "words" : "iso" })(), "habit"));
  fill("tills", "", make("p", { className: "soft" }, `${t("known")} ${tills.length ? "" : t("none")}`),
    make("div", { className: "buttons" }, ...tills.map((till) => act(`${till.name}: ${t("forget")}`, () => post("terminal/deny", { name: till.name })))));
  fill("prompts", "", ...prompts.map((prompt) => make("div", { className: "prompt" },
    make("span", { className: "grow" }, `«${prompt.name}» ${t("asks")}`),
    act(t("allow"), () => post("terminal/allow", { name: prompt.name }), { className: "main" }),
    act(t("deny"), () => post("terminal/deny", { name: prompt.name })))));
  at("charged").textContent = tenge(terminal.state.charged_total);
  fill("ledger", "", ...charges.toReversed().slice(0, 8).map((charge) => make("tr", {},
    make("td", {}, time(charge.at)), make("td", {}, `${t(charge.kind)}, ${t(charge.method)}`),
    make("td", {}, `${charge.kind === "refund" ? "−" : ""}${tenge(charge.amount)}`))));
  fill("complaints", "", ...complaints.slice(-4).map((text) => make("div", {}, text)));
}

function unknownButtons(process) {
  if (!process) return [];
  const settle = (outcome) => () => post("terminal/settle", { process_id: process.id, outcome });
  return [act(t("settle_yes"), settle("success")), act(t("settle_no"), settle("fail"))];
}

function drawScreen(terminal, modes, process) {
  const asleep = modes.link !== "up";
  // What ended long ago is no longer on the screen.
  const shown = process && (process.stage === "wait" || process.stage === "unknown" || Date.now() - new Date(process.ended_at) < 60_000) ? process : null;
  const screen = document.querySelector(".screen");
  screen.className = `screen ${asleep ? "asleep" : { success: "good", fail: "bad", unknown: "bad" }[shown?.stage] ?? ""}`;
  at("screen-shop").textContent = asleep ? "" : terminal.store_name;
  at("screen-amount").textContent = asleep || !shown ? "" : `${shown.kind === "refund" ? "− " : ""}${tenge(shown.amount)}`;
  const stage = { success: "success", fail: "fail", unknown: "unknown_screen" }[shown?.stage];
  at("screen-words").textContent = asleep ? t(modes.link === "off" ? "off" : "asleep") : !shown ? t("ready") : t(stage ?? shown.sub_status);
  at("screen-status").textContent = asleep || !shown ? "" : shown.sub_status;
}

function drawPrinters(printers) {
  at("printers").hidden = printers.length === 0;
  const printer = printers.find((one) => one.id === printerId) ?? printers[0];
  if (!printer) return;
  fill("printer-tabs", printer.id, ...(printers.length < 2 ? [] : printers.map((one) => {
    const tab = act(t(one.id), () => { printerId = one.id; remember("printer", one.id); draw(); });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", one.id === printer.id);
    return tab;
  })));
  at("printer-where").textContent = printer.address;
  const { modes } = printer;
  const fault = (label, pressed, on, off) => toggle(t(label), pressed, (press) => post(`printers/${printer.id}/modes`, press ? on : off));
  fill("printer-faults", printer.id,
    fault("paper_out", modes.paper === "out", { paper: "out" }, { paper: "enough", paper_left_rows: null }),
    fault("near_end", modes.paper === "near_end", { paper: "near_end" }, { paper: "enough" }),
    fault("cover_open", modes.cover_open, { cover_open: true }, { cover_open: false }),
    fault("power_off", modes.power === "off", { power: "off" }, { power: "on" }),
    fault("stalled", modes.stall_after_bytes !== null, { stall_after_bytes: 0 }, { stall_after_bytes: null }),
    fault("jam", modes.cutter_jammed, { cutter_jammed: true }, { cutter_jammed: false }),
    fault("lies", modes.status === "always_well", { status: "always_well" }, { status: "honest" }),
    fault("mute", modes.status === "silent", { status: "silent" }, { status: "honest" }),
    fault("slow_printer", modes.bytes_per_second !== null, { bytes_per_second: 3000 }, { bytes_per_second: null }),
    fault("drop", modes.drop_after_bytes !== null, { drop_after_bytes: 2000 }, { drop_after_bytes: null }));
  const { open, pulses } = printer.drawer;
  at("drawer").classList.toggle("open", open);
  at("drawer-state").textContent = t(open ? "drawer_open" : "drawer_closed");
  at("drawer-pulses").textContent = `${t("pulses")} ${pulses.length}`;
  at("drawer-button").textContent = t(open ? "close" : "open");
  at("drawer-button").onclick = () => post(`printers/${printer.id}/drawer`, { open: !open });
  at("clear").onclick = () => fetch(`/control/printers/${printer.id}/receipts`, { method: "DELETE" });
  drawPaper(printer);
}

function drawPaper(printer) {
  const base = `/control/printers/${printer.id}`;
  const sheets = printer.receipts.map((receipt) => make("figure", {},
    make("figcaption", {}, `${t("receipt")} ${receipt.number}`, make("span", {}, time(receipt.at)), make("span", { className: "grow" }),
      make("a", { href: `${base}/receipts/${receipt.number}.bin` }, t("bytes")),
      ...receipt.complaints.slice(0, 3).map((text) => make("span", { className: "complaints" }, text))),
    make("img", { src: `${base}/receipts/${receipt.number}.png?${receipt.at}`, width: receipt.width, height: receipt.height, alt: `${t("receipt")} ${receipt.number}`, loading: "lazy" })));
  if (printer.hanging.rows > 0) {
    sheets.unshift(make("figure", { className: "hanging" }, make("figcaption", {}, t("hanging")),
      make("img", { src: `${base}/hanging.png?${printer.bytes_taken}`, alt: t("hanging") })));
  }
  fill("paper", printer.id, ...(sheets.length ? sheets : [make("p", { className: "empty" }, t("empty"))]));
}

function drawScanner(scanner) {
  at("scanner").hidden = !scanner;
  if (!scanner) return;
  at("scanner-where").textContent = scanner.plugged ? scanner.path : t("unplugged");
  at("scan-code").placeholder = t("code");
  const code = () => at("scan-code").value.trim();
  fill("scanner-buttons", "",
    act(t("twice"), () => code() && post("scanner/burst", { codes: [code(), code()] })),
    act(t("part"), () => code() && post("scanner/partial", { code: code(), bytes: Math.ceil(code().length / 2) })),
    scanner.plugged ? act(t("unplug"), () => post("scanner/unplug")) : act(t("plug"), () => post("scanner/plug"), { className: "main" }));
  fill("samples", "", ...samples.map((sample) => act("", () => post("scanner/scan", { code: sample.code }), {})).map((button, index) => {
    button.append(make("span", {}, samples[index].name || samples[index].code), make("code", {}, samples[index].code));
    return button;
  }));
  fill("scans", "", ...scanner.scans.toReversed().slice(0, 10).map(([text, outcome]) => make("li", {},
    make("code", {}, text), " ", make("span", { className: outcome === "sent" ? "soft" : "lost" }, t(outcome)))));
}

function draw() {
  document.documentElement.lang = language;
  document.title = t("title");
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  at("language").textContent = t("language");
  if (!latest) return;
  drawTerminal(latest.terminal);
  drawPrinters(latest.printers);
  drawScanner(latest.scanner);
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/control/state${latest ? `?after=${latest.version}` : ""}`);
      latest = await answer.json();
      at("link").textContent = "";
      draw();
    } catch {
      at("link").textContent = t("lost");
      latest = null;
      await new Promise((again) => setTimeout(again, 1000));
    }
  }
}

at("language").onclick = () => {
  language = language === "ru" ? "en" : "ru";
  remember("language", language);
  draw();
};
at("theme").onclick = () => {
  const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  remember("theme", document.documentElement.dataset.theme);
};
at("scan-form").onsubmit = (event) => {
  event.preventDefault();
  const field = at("scan-code");
  if (field.value.trim()) post("scanner/scan", { code: field.value.trim() });
  field.select();
};

const theme = remembered("theme", null);
if (theme) document.documentElement.dataset.theme = theme;
draw();
samples = await (await fetch("/control/samples")).json().catch(() => []);
follow();

/** Dates as the store sees them: its own zone, whatever the browser's; written as the language of the moment does. */
import { locale } from './locale';

const formatters = new Map<string, Intl.DateTimeFormat>();

function parts(iso: string, zone: string): Record<string, string> {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formatters.set(zone, formatter);
  }
  return Object.fromEntries(formatter.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
}

export function formatDateTime(iso: string, zone: string): string {
  const p = parts(iso, zone);
  return `${formatDate(`${p.year}-${p.month}-${p.day}`)} ${p.hour}:${p.minute}`;
}

export function formatTime(iso: string, zone: string): string {
  const p = parts(iso, zone);
  return `${p.hour}:${p.minute}`;
}

const LONG = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long' });
const MONTHS = Array.from({ length: 12 }, (_, month) => LONG.format(Date.UTC(2026, month)));
/** Three letters of each, also where a browser writes `Sept`. */
const MONTH_LETTERS = 3;

/** A business date (`2026-11-21`) as `21.11.2026`; in English `21 Nov 2026`. */
export function formatDate(date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  if (locale() !== 'en') return `${day}.${month}.${year}`;
  return `${day} ${MONTHS[Number(month) - 1]?.slice(0, MONTH_LETTERS) ?? month} ${year}`;
}

/** The same without its year, for an axis. */
export const formatDay = (date: string): string => formatDate(date).slice(0, -5);

/** A date in a file: as it is read here, or as every program reads it where a month would be named. */
export const fileDate = (date: string): string => (locale() === 'en' ? date : formatDate(date));

export const fileDateTime = (iso: string, zone: string): string =>
  `${fileDate(today(zone, new Date(iso)))} ${formatTime(iso, zone)}`;

/** `Asia/Almaty (UTC+5)`: a zone as people tell it from another. */
export function zoneName(zone: string): string {
  const named = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    timeZoneName: 'shortOffset',
  }).formatToParts();
  const offset = named.find((part) => part.type === 'timeZoneName')?.value.replace('GMT', 'UTC') ?? '';
  return `${zone.replaceAll('_', ' ')} (${offset})`;
}

/** The zone of this machine where the hub knows it, else the first that the hub names. */
export function zoneHere(zones: string[]): string {
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zones.includes(here) && !/^(Etc\/|UTC$|GMT$)/.test(here) ? here : (zones[0] ?? 'Asia/Almaty');
}

/** A month by its number or its English name, of which three letters do. */
function monthOf(text: string): string {
  if (/^\d{1,2}$/.test(text)) return text;
  const named = text.length >= MONTH_LETTERS ? text.toLowerCase() : '-';
  return String(MONTHS.findIndex((month) => month.toLowerCase().startsWith(named)) + 1);
}

/** What a person typed (`1.9.2026`, `01/09/26`, `1 Sep 2026`, `Sep 1, 2026`) as a business date, or null. */
export function parseDate(text: string): string | null {
  const [first = '', second = '', year = '', ...more] = text.trim().split(/[.,\-/\s]+/);
  const [day, month] = /^\d/.test(first) ? [first, second] : [second, first];
  if (more.length > 0 || !/^\d{1,2}$/.test(day) || !/^(\d{2}|\d{4})$/.test(year)) return null;
  const date = `${year.padStart(4, '20')}-${monthOf(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date) ? date : null;
}

/** Today's date at the store, `2026-11-21`. */
export function today(zone: string, now: Date = new Date()): string {
  const p = parts(now.toISOString(), zone);
  return `${p.year}-${p.month}-${p.day}`;
}

export function addDays(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

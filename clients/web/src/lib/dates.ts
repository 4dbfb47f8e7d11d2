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

const english = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
const DAY = english({ day: '2-digit', month: 'short' });
const DATE = english({ day: '2-digit', month: 'short', year: 'numeric' });

/** A business date (`2026-11-21`) as `21.11.2026`; in English `21 Nov 2026`. */
export function formatDate(date: string): string {
  if (locale() === 'en') return DATE.format(new Date(date));
  return date.split('-').reverse().join('.');
}

/** The same without its year, for an axis. */
export function formatDay(date: string): string {
  return locale() === 'en' ? DAY.format(new Date(date)) : formatDate(date).slice(0, 5);
}

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

const MONTHS = Array.from({ length: 12 }, (_, month) =>
  english({ month: 'long' }).format(Date.UTC(2026, month)).toLowerCase(),
);

/** What a person typed (`1.9.2026`, `01/09/26`, `1 Sep 2026`) as a business date, or null. */
export function parseDate(text: string): string | null {
  const named = text.replace(/[a-z]{3,}/i, (word) =>
    String(MONTHS.findIndex((month) => month.startsWith(word.toLowerCase())) + 1),
  );
  const match = /^(\d{1,2})[.\-/ ](\d{1,2})[.\-/ ](\d{2}|\d{4})$/.exec(named.trim());
  if (!match) return null;
  const [, day = '', month = '', year = ''] = match;
  const date = `${year.padStart(4, '20')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
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

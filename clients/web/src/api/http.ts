import { noteAnswer, noteSilence, noteUnanswered } from './link';
import { forget, remember, type Unanswered } from './outbox';
import { ApiError, HubSilent } from './problem';
import type { Language, Problem } from './types';

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Write = {
  /** Made once per action of the user; the same again when the same action is tried again. */
  key: string;
  body?: unknown;
  /** Keep asking under the same key until the hub answers, through a reload of the page too. */
  durable?: boolean;
};

const RETRY_MS = [500, 1000, 2000, 3000, 5000];
const SILENT_STATUSES = new Set([502, 503, 504]);

let language: Language = 'ru';
let onSessionProblem: (code: string) => void = () => undefined;

export function setRequestLanguage(next: Language): void {
  language = next;
}

/** Who is told that the session is missing, locked or over. */
export function onSession(listener: (code: string) => void): void {
  onSessionProblem = listener;
}

export function url(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `/api${path}${text ? `?${text}` : ''}`;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Partial<Problem>;
    return { title: '', code: `http.${response.status}`, status: response.status, ...body };
  } catch {
    return { title: response.statusText, code: `http.${response.status}`, status: response.status };
  }
}

async function answered(
  method: Method,
  address: string,
  write?: Write,
  signal?: AbortSignal,
): Promise<Response> {
  const form = write?.body instanceof FormData ? write.body : null;
  const headers: Record<string, string> = { 'Accept-Language': language, Accept: 'application/json' };
  if (write) headers['Idempotency-Key'] = write.key;
  if (write?.body !== undefined && !form) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      body: form ?? (write?.body === undefined ? undefined : JSON.stringify(write.body)),
      signal,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    noteSilence();
    throw new HubSilent(error);
  }
  if (SILENT_STATUSES.has(response.status)) {
    const problem = await problemOf(response);
    // A hub that is there and refuses speaks problem+json with its own code; anything else is a hub that is not.
    if (problem.code.startsWith('http.')) {
      noteSilence();
      throw new HubSilent(problem);
    }
    throw new ApiError(problem);
  }
  noteAnswer();
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401) onSessionProblem(problem.code);
    throw new ApiError(problem);
  }
  return response;
}

async function once<T>(method: Method, address: string, write?: Write, signal?: AbortSignal): Promise<T> {
  const response = await answered(method, address, write, signal);
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  return (await response.json()) as T;
}

/** Asks for a picture of what is sent. */
export async function draw(path: string, write: Write, signal?: AbortSignal): Promise<Blob> {
  return (await answered('POST', url(path), write, signal)).blob();
}

export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return once<T>('GET', url(path, query), undefined, signal);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function untilAnswered<T>(method: Method, address: string, write: Write): Promise<T> {
  // It goes out first: nothing can happen to the page before it is remembered.
  let asked = once<T>(method, address, write);
  remember({ key: write.key, method, address, body: write.body });
  let silent = false;
  try {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await asked;
      } catch (error) {
        if (!(error instanceof HubSilent)) throw error;
        if (!silent) noteUnanswered(1);
        silent = true;
        await pause(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 5000);
        asked = once<T>(method, address, write);
      }
    }
  } finally {
    forget(write.key);
    if (silent) noteUnanswered(-1);
  }
}

export function send<T>(method: Exclude<Method, 'GET'>, path: string, write: Write): Promise<T> {
  return write.durable ? untilAnswered<T>(method, url(path), write) : once<T>(method, url(path), write);
}

/**
 * Sends once more, under its own key, what an earlier page asked and never got answered. Where nobody is signed in yet it
 * stays for when somebody is.
 */
export async function resend(request: Unanswered): Promise<void> {
  try {
    await untilAnswered(request.method, request.address, { key: request.key, body: request.body });
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.status !== 401) throw error;
    remember(request);
  }
}

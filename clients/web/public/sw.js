/**
 * Keeps the shell of the page for a start without the hub: its document and its hashed files, nothing of the API.
 * The document always comes from the hub when the hub answers; a new document drops the files of the one before.
 */
const SHELL = 'duken-shell-1';
const DOCUMENT = '/';
/** A hub that answers no sooner is taken for away; what it says later is kept for the next start. */
const PATIENCE_MS = 4000;

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  const others = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name))));
  event.waitUntil(others.then(() => self.clients.claim()));
});

async function keepDocument(response) {
  const shell = await caches.open(SHELL);
  const before = await shell.match(DOCUMENT);
  const fresh = response.clone();
  if (before && (await before.text()) !== (await response.clone().text())) {
    for (const request of await shell.keys()) await shell.delete(request);
  }
  await shell.put(DOCUMENT, fresh);
}

async function openPage(event) {
  const asked = fetch(event.request).then((response) => {
    if (response.ok) event.waitUntil(keepDocument(response.clone()));
    return response;
  });
  const kept = await caches.open(SHELL).then((shell) => shell.match(DOCUMENT));
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([asked.catch(() => kept), late]);
}

async function openFile(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  // A file that is gone is answered with the document: that is not it.
  const isItself = response.ok && !(response.headers.get('content-type') ?? '').startsWith('text/html');
  if (isItself) await shell.put(request, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(openFile(request));
  else if (request.mode === 'navigate' && !/^\/(?:api|trust|sync)(?:\/|$)/.test(url.pathname)) {
    event.respondWith(openPage(event));
  }
});

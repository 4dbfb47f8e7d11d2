/**
 * Keeps the page itself (never what it shows) for a start without the hub. The page is always asked of the hub first, so
 * that an old one is never shown while a newer is to be had.
 */
export function keepShell(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || !window.isSecureContext) return;
  navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined);
}

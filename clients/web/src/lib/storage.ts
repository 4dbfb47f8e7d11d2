/** Browser storage that may be forbidden or full: then a preference is not kept, and nothing breaks. */

export function readStored<T>(name: string, fallback: T): T {
  try {
    const text = localStorage.getItem(`duken.${name}`);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(`duken.${name}`, JSON.stringify(value));
  } catch {
    // Private windows and full disks refuse; the page works without it.
  }
}

export function storedNames(start: string): string[] {
  try {
    const names = Object.keys(localStorage).map((name) => name.replace(/^duken\./, ''));
    return names.filter((name) => name.startsWith(start));
  } catch {
    return [];
  }
}

export function dropStored(name: string): void {
  try {
    localStorage.removeItem(`duken.${name}`);
  } catch {
    // What could not be written need not be removed.
  }
}

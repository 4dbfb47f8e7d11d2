/** One thing kept in this browser for the next start. A browser that keeps nothing makes the next start an ordinary one. */

const DATABASE = 'duken';
const STORE = 'shelf';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const asked = ask(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    database.close();
  }
}

export const putOnShelf = (name: string, value: unknown): Promise<void> =>
  run('readwrite', (store) => store.put(value, name)).then(
    () => undefined,
    () => undefined,
  );

export const takeFromShelf = <T>(name: string): Promise<T | null> =>
  run<T | undefined>('readonly', (store) => store.get(name) as IDBRequest<T | undefined>).then(
    (value) => value ?? null,
    () => null,
  );

export const clearShelf = (name: string): Promise<void> =>
  run('readwrite', (store) => store.delete(name)).then(
    () => undefined,
    () => undefined,
  );

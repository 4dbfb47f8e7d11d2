import { readStored, writeStored } from '@/lib/storage';

/**
 * What was scanned or tapped and is not in the hub's cart yet. The hub may be away for minutes and the page may be loaded
 * anew in between: each wish is then asked for again under its own key, so it happens once whatever was already heard.
 */
export type Wish = {
  key: string;
  quantity: string | null;
  savedAtMs: number;
  /** Whose it is; anybody's where nobody is named. */
  by?: string;
  /** The receipt that lay there; null where none did. */
  cart?: string | null;
} & (
  | { code: string; product?: undefined; chosenBy?: undefined }
  /** `chosenBy`: the scanned code that stands for several goods, of which this is the one. */
  | { product: string; code?: undefined; chosenBy?: string }
);

const NAME = 'till.wishes';
/** Nobody wants this morning's scan in tonight's receipt. */
const AGE_MS_MAX = 30 * 60_000;

export function keepWish(wish: Wish): void {
  writeStored(NAME, [...storedWishes().filter((other) => other.key !== wish.key), wish]);
}

export function dropWish(key: string): void {
  writeStored(
    NAME,
    storedWishes().filter((wish) => wish.key !== key),
  );
}

export function storedWishes(nowMs: number = Date.now()): Wish[] {
  return readStored<Wish[]>(NAME, []).filter((wish) => nowMs - wish.savedAtMs < AGE_MS_MAX);
}

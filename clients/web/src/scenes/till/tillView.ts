import { readStored, writeStored } from '@/lib/storage';
import { createStore } from '@/lib/store';

/** How this device shows the till: kept here, because each till's monitor and fingers are different. */
export type TillView = {
  goods: 'large' | 'dense' | 'list';
  /** Figures on the screen for every field, not only after a touch: for monitors whose touch looks like a mouse. */
  pad: boolean;
};

const NAME = 'till.view';
const before = readStored('till.dense', false);

export const tillView = createStore<TillView>({
  goods: before ? 'list' : 'large',
  pad: false,
  ...readStored<Partial<TillView>>(NAME, {}),
});

export function changeTillView(change: Partial<TillView>): void {
  tillView.set({ ...tillView.get(), ...change });
  writeStored(NAME, tillView.get());
}

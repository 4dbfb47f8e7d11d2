import { readStored, writeStored } from '@/lib/storage';
import { createStore } from '@/lib/store';

const NAME = 'setup.guide';
const shown = createStore(readStored(NAME, false));

/** The rest of the first run, which goes on over the pages of goods, devices and the till until the first sale. */
export const setupGuide = {
  use: shown.use,
  begin: () => put(true),
  end: () => put(false),
};

function put(on: boolean) {
  writeStored(NAME, on);
  shown.set(on);
}

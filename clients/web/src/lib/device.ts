import { readStored, writeStored } from './storage';

/** What this device remembers of itself through sign-out: which till it is. */
const NAME = 'till';

export const rememberTill = (id: string): void => writeStored(NAME, id);
export const rememberedTill = (): string | undefined => readStored(NAME, '') || undefined;

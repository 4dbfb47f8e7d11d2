import type { SetupInput } from '@/api/types';

/** Letters and digits that are not taken for one another. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Twelve characters by chance, in groups that are easy to copy. */
function password(): string {
  const groups = Array.from({ length: 3 }, () =>
    Array.from(crypto.getRandomValues(new Uint32Array(4)), (value) => LETTERS[value % LETTERS.length]).join(
      '',
    ),
  );
  return groups.join('-');
}

/** Who holds a demo store: nobody is asked for anything; the password is shown once. */
export const demoAdmin = (name: string): SetupInput['admin'] => ({
  name,
  phone: '+7 701 100 00 01',
  password: password(),
  pin: '7001',
});

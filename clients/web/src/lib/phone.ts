/** `+77012223344` as people read it: `+7 701 222 33 44`. Other numbers stay as they are. */
export function formatPhone(phone: string): string {
  const match = /^\+?7(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(phone);
  return match ? `+7 ${match.slice(1).join(' ')}` : phone;
}

import { useLanguage, useT } from '@/i18n';
import { formatTenths } from '@/lib/quantity';

/** A sum for an axis: thousands and millions in the words of the language, which browsers do not have for Kazakh. */
export function useShortSum(): (sum: number) => string {
  const t = useT();
  const language = useLanguage();
  return (sum) => {
    const size = Math.abs(sum);
    if (size < 1e3) return formatTenths(sum, language);
    const [name, unit] = size >= 1e6 ? (['home.millions', 1e6] as const) : (['home.thousands', 1e3] as const);
    return t(name, { sum: formatTenths(sum / unit, language) });
  };
}

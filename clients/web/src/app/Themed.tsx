import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { useT } from '@/i18n';
import { theme } from './theme';

/** The theme, with the words that its parts say by themselves in the language of the moment. */
export function Themed({ children }: { children: ReactNode }) {
  const t = useT();
  const spoken = useMemo(() => {
    const closeButtonProps = { 'aria-label': t('common.close') };
    const named = { defaultProps: { closeButtonProps } };
    return mergeThemeOverrides(theme, { components: { Modal: named, Drawer: named } });
  }, [t]);
  return (
    <MantineProvider theme={spoken} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}

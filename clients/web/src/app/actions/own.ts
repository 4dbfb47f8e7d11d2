import { useMantineColorScheme } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconLanguage,
  IconLock,
  IconLogout,
  IconMoon,
  IconSun,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useAction } from '@/api/action';
import { chooseLanguage, sessionKeys, signOut } from '@/api/session';
import type { Language } from '@/api/types';
import { switchLanguage, type TextKey, useLanguage } from '@/i18n';
import { forgetLastKnown } from '../lastKnown';
import { useLock } from '../lock';
import { sayProblem } from '../toasts';
import type { ScreenAction } from './actions';

const SPEAK: Record<Language, TextKey> = {
  ru: 'action.speak_ru',
  kk: 'action.speak_kk',
  en: 'action.speak_en',
};

/** What concerns the person at this device: the same in the menu under the name and in the command line. */
export function useOwnActions(): ScreenAction[] {
  const client = useQueryClient();
  const language = useLanguage();
  const scheme = useMantineColorScheme();
  const locking = useLock();
  const leaving = useAction(signOut, {
    onDone: () => {
      client.clear();
      void forgetLastKnown().finally(() => window.location.assign('/'));
    },
  });
  const choosing = useAction(chooseLanguage, {
    onDone: (session) => client.setQueryData(sessionKeys.session, session),
  });
  const speak = (next: Language) => {
    void switchLanguage(next);
    choosing.mutate(next, { onError: sayProblem });
  };
  const dark = scheme.colorScheme === 'dark';
  return [
    {
      id: 'lock',
      name: 'frame.lock',
      icon: IconLock,
      shortcut: 'Alt+L',
      run: () => locking.mutate(null, { onError: sayProblem }),
    },
    ...(['ru', 'kk', 'en'] as const)
      .filter((code) => code !== language)
      .map((code) => ({
        id: `speak-${code}`,
        name: SPEAK[code],
        icon: IconLanguage,
        run: () => speak(code),
      })),
    {
      id: 'scheme',
      name: dark ? 'frame.light' : 'frame.dark',
      icon: dark ? IconSun : IconMoon,
      run: () => scheme.setColorScheme(dark ? 'light' : 'dark'),
    },
    {
      id: 'scheme-auto',
      name: 'frame.auto_scheme',
      icon: IconDeviceDesktop,
      run: () => scheme.setColorScheme('auto'),
    },
    {
      id: 'sign-out',
      name: 'frame.sign_out',
      icon: IconLogout,
      run: () => leaving.mutate(null, { onError: sayProblem }),
    },
  ];
}

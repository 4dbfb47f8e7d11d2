import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconDeviceDesktop,
  IconLanguage,
  IconLock,
  IconLogout,
  IconMoon,
  IconSun,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useAction } from '@/api/action';
import { chooseLanguage, sessionKeys, signOut } from '@/api/session';
import type { Language } from '@/api/types';
import { LANGUAGE_NAMES, LANGUAGES, switchLanguage, useLanguage, useT } from '@/i18n';
import { useIdentity } from './identity';
import { forgetLastKnown } from './lastKnown';
import { useLock } from './lock';
import { sayProblem } from './toasts';

/** What stands in the menu under the person's name; loaded when it is first opened. */
export function UserMenuItems({ target }: { target: ReactElement }) {
  const t = useT();
  const { user } = useIdentity();
  const language = useLanguage();
  const client = useQueryClient();
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

  return (
    <Menu position="bottom-end" width={260} defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name} · {user.role_names.map((name) => name[language]).join(', ')}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconLock size={18} />}
          onClick={() => locking.mutate(null, { onError: sayProblem })}
        >
          {t('frame.lock')}
        </Menu.Item>
        <Menu.Divider />
        {LANGUAGES.map((code) => (
          <Menu.Item
            key={code}
            leftSection={<IconLanguage size={18} />}
            aria-current={code === language}
            fw={code === language ? 700 : undefined}
            onClick={() => speak(code)}
          >
            {LANGUAGE_NAMES[code]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={dark ? <IconSun size={18} /> : <IconMoon size={18} />}
          onClick={() => scheme.setColorScheme(dark ? 'light' : 'dark')}
        >
          {dark ? t('frame.light') : t('frame.dark')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDeviceDesktop size={18} />}
          onClick={() => scheme.setColorScheme('auto')}
        >
          {t('frame.auto_scheme')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          color="red"
          leftSection={<IconLogout size={18} />}
          onClick={() => leaving.mutate(null, { onError: sayProblem })}
        >
          {t('frame.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

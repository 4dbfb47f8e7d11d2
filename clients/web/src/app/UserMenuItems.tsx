import { Menu } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useLanguage, useT } from '@/i18n';
import { useOwnActions } from './actions/own';
import { useIdentity } from './identity';

/** What stands in the menu under the person's name; loaded when it is first opened. */
export function UserMenuItems({ target }: { target: ReactElement }) {
  const t = useT();
  const { user } = useIdentity();
  const language = useLanguage();
  const actions = useOwnActions();
  return (
    <Menu position="bottom-end" width={280} defaultOpened>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name} · {user.role_names.map((name) => name[language]).join(', ')}
        </Menu.Label>
        {actions.map((action) => (
          <Menu.Item
            key={action.id}
            color={action.id === 'sign-out' ? 'red' : undefined}
            leftSection={<action.icon size={18} />}
            onClick={action.run}
          >
            {t(action.name)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/help" leftSection={<IconHelp size={18} />}>
          {t('action.help')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import { Button, type ButtonProps } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useT } from '@/i18n';
import { useIdentity } from '../identity';
import { ERRANDS, type ErrandId, isOffered, type ScreenAction } from './actions';
import { useScreenActions } from './screen';

/** The shortcut as it is written on a key. */
export const keyName = (shortcut: string) => shortcut.replace('+', ' ');
const aria = (shortcut?: string) => shortcut?.replace('Ctrl', 'Control');

/** A button for what can be begun anywhere; not there for who may not. */
export function ActionButton({ action, ...rest }: ButtonProps & { action: ErrandId }) {
  const t = useT();
  const session = useIdentity();
  const navigate = useNavigate();
  const about = ERRANDS[action];
  if (!isOffered(about, session)) return null;
  const shortcut = 'shortcut' in about ? about.shortcut : undefined;
  return (
    <Button
      leftSection={<about.icon size={20} />}
      title={shortcut && keyName(shortcut)}
      aria-keyshortcuts={aria(shortcut)}
      {...rest}
      onClick={() => void navigate(about.go)}
    >
      {t(about.name)}
    </Button>
  );
}

/** The buttons of a screen; the same things stand in the command line while the screen is open. */
export function ScreenActions({ actions }: { actions: ScreenAction[] }) {
  const t = useT();
  const offered = useScreenActions(actions);
  return offered.map((action) => (
    <Button
      key={action.id}
      variant={action.primary ? 'filled' : 'default'}
      loading={action.busy}
      leftSection={<action.icon size={20} />}
      title={action.shortcut && keyName(action.shortcut)}
      aria-keyshortcuts={aria(action.shortcut)}
      onClick={action.run}
    >
      {t(action.name)}
    </Button>
  ));
}

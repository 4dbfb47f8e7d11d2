import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { hubLink, knownAt } from '@/api/link';
import { useT } from '@/i18n';
import { formatDateTime } from '@/lib/dates';
import { newBuild } from '@/live/socket';
import classes from './HubBar.module.css';
import { useZone } from './identity';

/** Says that the hub is away and what becomes of what was asked; and that a newer program waits. */
export function HubBar({ mayReload }: { mayReload: boolean }) {
  const t = useT();
  const link = hubLink.use();
  const build = newBuild.use();
  const known = knownAt.use();
  const zone = useZone();
  if (!link.up) {
    return (
      <div className={classes.bar} data-kind="away" role="alert">
        <IconPlugConnectedX size={20} />
        <span>
          {link.unanswered > 0 ? t('link.waiting', { count: link.unanswered }) : t('link.down')}
          {known !== null &&
            ` ${t('link.known', { time: formatDateTime(new Date(known).toISOString(), zone) })}`}
        </span>
      </div>
    );
  }
  if (build && mayReload) {
    return (
      <button
        type="button"
        className={classes.bar}
        data-kind="build"
        onClick={() => window.location.reload()}
      >
        <IconRefresh size={20} />
        <span>{t('link.new_build')}</span>
      </button>
    );
  }
  return null;
}

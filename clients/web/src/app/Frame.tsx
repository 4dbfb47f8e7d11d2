import { ActionIcon, Drawer, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconLayoutSidebar, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { hubLink } from '@/api/link';
import { tillQuery } from '@/api/till';
import { useT } from '@/i18n';
import { readStored, writeStored } from '@/lib/storage';
import { useLive } from '@/live/socket';
import { ERRANDS, type Errand, isOffered } from './actions/actions';
import { useOwnActions } from './actions/own';
import { BottomNav } from './BottomNav';
import { CameraButton } from './CameraButton';
import classes from './Frame.module.css';
import { useOpenScan } from './foundScan';
import { HubBar } from './HubBar';
import { useIdentity, useMay } from './identity';
import { Lights } from './Lights';
import { Nav } from './Nav';
import { Palette } from './Palette';
import { SetupGuide } from './SetupGuide';
import { useScans } from './scans';
import { useShortcuts } from './shortcuts';
import { sayDone } from './toasts';
import { UserMenu } from './UserMenu';

/** The office: menu on the left, the state of the store above, the screen in the middle. */
export function Frame() {
  const t = useT();
  const { store } = useIdentity();
  const phone = useMediaQuery('(max-width: 760px)', window.innerWidth <= 760);
  const [folded, setFolded] = useState(() => readStored('menu.folded', window.innerWidth < 1200));
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const link = hubLink.use();
  useEffect(() => setDrawer(false), [path]);
  const session = useIdentity();
  const navigate = useNavigate();
  const own = useOwnActions();
  // What no screen asked for itself opens what it stands for. A scanner of the hub may be read for another screen of the
  // till: nobody is taken away from where he is.
  const openScan = useOpenScan();
  useScans(
    (code, at) => {
      const open = () => void openScan(code);
      if (at === 'here') open();
      else sayDone(t('scan.heard', { code }), { label: t('scan.open'), run: open });
    },
    true,
    'base',
  );
  useShortcuts({
    ...Object.fromEntries(
      Object.values<Errand>(ERRANDS)
        .filter((errand) => errand.shortcut && isOffered(errand, session))
        .map((errand) => [errand.shortcut, () => void navigate(errand.go)]),
    ),
    ...Object.fromEntries(
      own.filter((action) => action.shortcut).map((action) => [action.shortcut, action.run]),
    ),
    '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
  });
  useShortcuts({ 'Ctrl+K': () => setPalette(true) }, { above: true });
  const fold = () => {
    writeStored('menu.folded', !folded);
    setFolded(!folded);
  };

  return (
    <div className={classes.frame}>
      {!phone && (
        <nav className={classes.side} data-folded={folded || undefined} aria-label={t('frame.menu')}>
          <div className={classes.brand}>
            {!folded && <strong>Düken</strong>}
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              onClick={fold}
              aria-label={folded ? t('frame.unfold') : t('frame.fold')}
            >
              <IconLayoutSidebar size={20} />
            </ActionIcon>
          </div>
          <Nav folded={folded} />
        </nav>
      )}
      {phone && (
        <Drawer opened={drawer} onClose={() => setDrawer(false)} size={280} title="Düken" padding="sm">
          <Nav folded={false} />
        </Drawer>
      )}
      <div className={classes.body}>
        <header className={classes.top}>
          <div className={classes.place}>
            <strong>{store.name}</strong>
            <ShiftWords />
          </div>
          <UnstyledButton
            className={classes.find}
            onClick={() => setPalette(true)}
            aria-label={t('palette.open')}
          >
            <IconSearch size={18} />
            <span>{t('palette.open')}</span>
            <kbd>Ctrl K</kbd>
          </UnstyledButton>
          {phone && <CameraButton />}
          <Lights />
          <UserMenu />
        </header>
        <HubBar mayReload />
        <SetupGuide />
        <main className={classes.main} data-stale={!link.up || undefined}>
          <Outlet />
        </main>
        {phone && <BottomNav onMore={() => setDrawer(true)} />}
      </div>
      {palette && <Palette onClose={() => setPalette(false)} />}
    </div>
  );
}

function ShiftWords() {
  const t = useT();
  const may = useMay();
  const { till, store } = useIdentity();
  const on = store.role === 'store' && till !== null && may('till.use');
  useLive(on ? `till:${till.id}` : null);
  const { data } = useQuery({ ...tillQuery, enabled: on });
  if (!on || !data) return null;
  const shift = data.shift
    ? t(data.shift.overdue ? 'shift.overdue_short' : 'shift.open_short', { number: data.shift.number })
    : t('shift.closed_short');
  return (
    <span className="soft">
      {till.name} · {shift}
    </span>
  );
}

import { IconPrinter } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { keyName, ScreenActions } from '@/app/actions/ActionButton';
import { ERRANDS, isOffered, type ScreenAction } from '@/app/actions/actions';
import { useOwnActions } from '@/app/actions/own';
import { useIdentity, useMay } from '@/app/identity';
import { Card, Page } from '@/components/Page';
import { type TextKey, useT } from '@/i18n';
import classes from './Help.module.css';

type Line = { name: TextKey; keys?: string };

/** Beside the till until it is known by heart. */
const PRINT: ScreenAction = {
  id: 'print',
  name: 'common.print',
  icon: IconPrinter,
  run: () => window.print(),
};
const ANYWHERE: Line[] = [
  { name: 'palette.open', keys: 'Ctrl+K' },
  { name: 'help.search', keys: '/' },
  { name: 'help.save', keys: 'Ctrl+S' },
  { name: 'help.close', keys: 'Esc' },
];
const TABLE: Line[] = [
  { name: 'help.rows', keys: '↑ ↓' },
  { name: 'help.pages', keys: 'PgUp PgDn' },
  { name: 'help.ends', keys: 'Home End' },
  { name: 'help.open_row', keys: 'Enter' },
  { name: 'help.tick', keys: '␣' },
  { name: 'help.tick_through', keys: 'Shift ␣' },
];
const TILL: Line[] = [
  { name: 'help.till_search', keys: 'F2' },
  { name: 'till.customer', keys: 'F3' },
  { name: 'till.discount', keys: 'F4' },
  { name: 'till.hold', keys: 'F6' },
  { name: 'till.return', keys: 'F7' },
  { name: 'menu.shifts', keys: 'F8' },
  { name: 'till.pay', keys: 'F9' },
  { name: 'till.price_check', keys: 'F10' },
  { name: 'till.last', keys: 'F12' },
  { name: 'help.till_count', keys: '3 *' },
  { name: 'help.till_ways', keys: 'F1 … F4' },
];

/** Every key and every thing that can be done, for this person. */
export function HelpScene() {
  const t = useT();
  const may = useMay();
  const session = useIdentity();
  const own = useOwnActions();
  const errands = Object.values<(typeof ERRANDS)[keyof typeof ERRANDS]>(ERRANDS)
    .filter((errand) => isOffered(errand, session))
    .map((errand) => ({ name: errand.name, keys: 'shortcut' in errand ? errand.shortcut : undefined }));
  return (
    <Page title={t('help.title')} actions={<ScreenActions actions={[PRINT]} />}>
      <p className="soft">{t('help.text')}</p>
      <div className={classes.cards}>
        <Lines title={t('help.anywhere')} lines={ANYWHERE} />
        <Lines title={t('palette.do')} lines={errands} />
        <Lines title={t('help.lists')} lines={TABLE} />
        {may('till.use') && session.store.role === 'store' && <Lines title={t('menu.till')} lines={TILL} />}
        <Lines
          title={t('help.you')}
          lines={own.map((action) => ({ name: action.name, keys: action.shortcut }))}
        />
      </div>
    </Page>
  );
}

function Lines({ title, lines }: { title: ReactNode & string; lines: Line[] }) {
  const t = useT();
  return (
    <Card title={title}>
      <dl className={classes.lines}>
        {lines.map((line) => (
          <div key={line.name}>
            <dt>{t(line.name)}</dt>
            <dd>{line.keys && <kbd>{keyName(line.keys)}</kbd>}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

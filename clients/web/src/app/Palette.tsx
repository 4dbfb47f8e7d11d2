import { Loader, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowRight, IconReceipt, IconSearch, IconTag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { productSearchQuery } from '@/api/catalog';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { keyName } from './actions/ActionButton';
import { ERRANDS, isOffered } from './actions/actions';
import { useOwnActions } from './actions/own';
import { screenActions } from './actions/screen';
import { useOpenScan } from './foundScan';
import { useIdentity, useMay } from './identity';
import { menuFor } from './menu';
import classes from './Palette.module.css';
import { useScans } from './scans';

type Row = { key: string; icon: ReactNode; name: string; aside?: ReactNode; go: () => unknown };

const SHOWN_GOODS = 8;

/** Everything by its name: what this screen can do, what can be begun, sections, goods, a sale by its number. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const session = useIdentity();
  const may = useMay();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const [wanted] = useDebouncedValue(text.trim(), 120);
  const goods = useQuery({
    ...productSearchQuery(wanted),
    enabled: wanted.length > 1 && may('catalog.view'),
  });
  const here = screenActions.use().flat();
  const own = useOwnActions();

  const kbd = (shortcut?: string) => shortcut && <kbd>{keyName(shortcut)}</kbd>;
  const named = (name: string) => name.toLowerCase().includes(text.trim().toLowerCase());
  const doings: Row[] = [
    ...here.map((action) => ({ ...action, key: `here-${action.id}`, go: action.run })),
    ...Object.entries<(typeof ERRANDS)[keyof typeof ERRANDS]>(ERRANDS)
      .filter(([, errand]) => isOffered(errand, session))
      .map(([id, errand]) => ({ ...errand, key: id, go: () => navigate(errand.go) })),
    ...own.map((action) => ({ ...action, key: `own-${action.id}`, go: action.run })),
  ].map((action) => ({
    key: action.key,
    icon: <action.icon size={18} />,
    name: t(action.name),
    aside: kbd('shortcut' in action ? action.shortcut : undefined),
    go: action.go,
  }));
  const places: Row[] = menuFor(session)
    .flatMap((section) => section.items ?? [section])
    .map((item) => ({
      key: item.to,
      icon: <IconArrowRight size={18} />,
      name: t(item.label),
      go: () => navigate({ to: item.to }),
    }));
  const products: Row[] = (wanted.length > 1 ? (goods.data?.items ?? []) : [])
    .slice(0, SHOWN_GOODS)
    .map((hit) => ({
      key: `product-${hit.id}`,
      icon: <IconTag size={18} />,
      name: hit.name,
      aside: hit.price && <Sum of={hit.price} />,
      go: () => navigate({ to: '/products/$id', params: { id: hit.id }, search: {} }),
    }));
  const sale: Row[] =
    /\d{2,}/.test(wanted) && may('sales.view')
      ? [
          {
            key: 'sale',
            icon: <IconReceipt size={18} />,
            name: t('palette.sale', { number: wanted }),
            go: () => navigate({ to: '/sales', search: { number: wanted } }),
          },
        ]
      : [];
  const groups: [string, Row[]][] = [
    [t('palette.do'), doings.filter((row) => named(row.name))],
    [t('palette.go'), places.filter((row) => named(row.name))],
    [t('palette.found'), [...sale, ...products]],
  ];
  const rows = groups.flatMap(([, group]) => group);
  const open = useOpenScan();
  const openScanned = (code: string) => {
    onClose();
    void open(code);
  };
  useScans(openScanned, true, 'over');
  const chosen = Math.min(at, rows.length - 1);
  useEffect(() => {
    list.current?.querySelectorAll('button')[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const take = (index: number) => {
    onClose();
    void rows[index]?.go();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size="lg"
      padding={0}
      yOffset="12vh"
      centered={false}
    >
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        px="md"
        aria-label={t('palette.open')}
        placeholder={t('palette.placeholder')}
        leftSection={<IconSearch size={20} />}
        rightSection={goods.isFetching ? <Loader size="xs" /> : null}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(chosen + 1, rows.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(chosen - 1, 0));
          else if (event.key === 'Enter') take(chosen);
          else return;
          event.preventDefault();
        }}
      />
      <div className={classes.rows} ref={list}>
        {groups.map(
          ([title, group], index) =>
            group.length > 0 && (
              <section key={title} aria-label={title}>
                <h3 className={classes.group}>{title}</h3>
                {group.map((row, place) => {
                  const before = groups.slice(0, index).reduce((sum, [, other]) => sum + other.length, 0);
                  return (
                    <button
                      key={row.key}
                      type="button"
                      className={classes.row}
                      data-chosen={before + place === chosen || undefined}
                      onClick={() => take(before + place)}
                    >
                      {row.icon}
                      <span>{row.name}</span>
                      {row.aside}
                    </button>
                  );
                })}
              </section>
            ),
        )}
        {rows.length === 0 && <p className="soft">{t('palette.nothing')}</p>}
      </div>
    </Modal>
  );
}

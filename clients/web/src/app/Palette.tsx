import { Loader, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowRight, IconReceipt, IconSearch, IconTag } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { productSearchQuery } from '@/api/catalog';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { useOpenScan } from './foundScan';
import { useIdentity, useMay } from './identity';
import { menuFor } from './menu';
import classes from './Palette.module.css';
import { useScans } from './scans';

/** Everything by its name: sections, goods, a sale by its number. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const session = useIdentity();
  const may = useMay();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [wanted] = useDebouncedValue(text.trim(), 120);
  const goods = useQuery({
    ...productSearchQuery(wanted),
    enabled: wanted.length > 1 && may('catalog.view'),
  });

  const places = menuFor(session)
    .flatMap((section) => (section.items ?? [section]).map((item) => ({ to: item.to, name: t(item.label) })))
    .filter((place) => place.name.toLowerCase().includes(text.trim().toLowerCase()))
    .map((place) => ({
      key: place.to,
      icon: <IconArrowRight size={18} />,
      name: place.name,
      price: null,
      go: () => navigate({ to: place.to }),
    }));
  const products = (wanted.length > 1 ? (goods.data?.items ?? []) : []).slice(0, 8).map((hit) => ({
    key: `product-${hit.id}`,
    icon: <IconTag size={18} />,
    name: hit.name,
    price: hit.price,
    go: () => navigate({ to: '/products/$id', params: { id: hit.id }, search: {} }),
  }));
  const sale =
    /\d{2,}/.test(wanted) && may('sales.view')
      ? [
          {
            key: 'sale',
            icon: <IconReceipt size={18} />,
            name: t('palette.sale', { number: wanted }),
            price: null,
            go: () => navigate({ to: '/sales', search: { number: wanted } }),
          },
        ]
      : [];
  const open = useOpenScan();
  useScans((code) => {
    onClose();
    void open(code);
  });
  const rows = [...places, ...sale, ...products];
  const chosen = Math.min(at, rows.length - 1);
  const take = (index: number) => {
    void rows[index]?.go();
    onClose();
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
      <div className={classes.rows}>
        {rows.map((row, index) => (
          <button
            key={row.key}
            type="button"
            className={classes.row}
            data-chosen={index === chosen || undefined}
            onClick={() => take(index)}
          >
            {row.icon}
            <span>{row.name}</span>
            {row.price && <Sum of={row.price} />}
          </button>
        ))}
        {rows.length === 0 && <p className="soft">{t('palette.nothing')}</p>}
      </div>
    </Modal>
  );
}

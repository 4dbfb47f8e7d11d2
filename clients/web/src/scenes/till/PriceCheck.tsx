import { Button, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ProductHit } from '@/api/types';
import { useShortcuts } from '@/app/shortcuts';
import { Quantity, Sum } from '@/components/Figures';
import { ProductPicker } from '@/components/ProductPicker';
import { useT } from '@/i18n';
import classes from './PriceCheck.module.css';

/** What does this cost? A scan or a name answers in large figures; the receipt stays as it is until asked. */
export function PriceCheck({ onClose, onAdd }: { onClose: () => void; onAdd: (product: string) => void }) {
  const t = useT();
  const [hit, setHit] = useState<ProductHit | null>(null);
  const add = () => hit?.price && onAdd(hit.id);
  useShortcuts({ F10: onClose });
  return (
    <Modal opened onClose={onClose} title={t('till.price_check')}>
      <Stack>
        <ProductPicker
          key={hit?.id}
          label={t('till.price_check_text')}
          onChoose={setHit}
          none={t('till.nothing_here')}
        />
        {hit && (
          <div className={classes.answer} role="status">
            <Text fw={600}>{hit.name}</Text>
            <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
            <span className="soft">
              {t('till.stock_left')} <Quantity of={hit.stock} unit={hit.unit} />
            </span>
          </div>
        )}
        {hit?.price && (
          <Button size="lg" onClick={add}>
            {t('till.add_to_receipt')}
          </Button>
        )}
      </Stack>
    </Modal>
  );
}

import { Button, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { photoUrl, pricesQuery } from '@/api/catalog';
import type { ProductHit } from '@/api/types';
import { useMay } from '@/app/identity';
import { useShortcuts } from '@/app/shortcuts';
import { Quantity, Sum } from '@/components/Figures';
import { ProductPicker } from '@/components/ProductPicker';
import { When } from '@/components/When';
import { useT } from '@/i18n';
import { unbroken } from '@/lib/names';
import classes from './PriceCheck.module.css';
import { initialsOf, tileStyle } from './tileColor';

/** More of the past than fits under the answer is the product card's. */
const CHANGES_SHOWN = 4;

/** What does this cost? A scan or a name answers in large figures; the receipt stays as it is until asked. */
export function PriceCheck({ onClose, onAdd }: { onClose: () => void; onAdd: (product: string) => void }) {
  const t = useT();
  const may = useMay();
  const [hit, setHit] = useState<ProductHit | null>(null);
  const add = () => hit?.price && onAdd(hit.id);
  useShortcuts({ F10: onClose }, { above: true });
  return (
    <Modal opened onClose={onClose} title={t('till.price_check')} size="lg">
      <Stack>
        <ProductPicker
          key={hit?.id}
          label={t('till.price_check_text')}
          onChoose={setHit}
          none={t('till.nothing_here')}
        />
        {hit && (
          <div className={classes.answer} role="status">
            {hit.photo_hash ? (
              <img src={photoUrl(hit.photo_hash)} alt="" />
            ) : (
              <span className={classes.letter} style={tileStyle(hit.id)} aria-hidden>
                {initialsOf(hit.name)}
              </span>
            )}
            <div className={classes.words}>
              <Text fw={600}>{unbroken(hit.name)}</Text>
              <strong>{hit.price ? <Sum of={hit.price} /> : t('product.no_price')}</strong>
              {hit.stock !== null && (
                <span
                  className={classes.stock}
                  data-none={hit.stock.startsWith('-') || hit.stock === '0' || undefined}
                >
                  {t('till.stock_left')} <Quantity of={hit.stock} unit={hit.unit} />
                </span>
              )}
            </div>
          </div>
        )}
        {hit && may('catalog.edit') && <Changes id={hit.id} />}
        {hit?.price && (
          <Button size="lg" onClick={add}>
            {t('till.add_to_receipt')}
          </Button>
        )}
      </Stack>
    </Modal>
  );
}

/** What it cost before, for those who set prices. */
function Changes({ id }: { id: string }) {
  const t = useT();
  // The first price is no change.
  const changes = (useQuery(pricesQuery(id)).data ?? []).filter((change) => change.from !== null);
  if (changes.length === 0) return null;
  return (
    <div>
      <Text size="sm" className="soft">
        {t('product.price_history')}
      </Text>
      <ul className={classes.changes}>
        {changes.slice(0, CHANGES_SHOWN).map((change) => (
          <li key={change.at}>
            <When at={change.at} />
            <span>
              <Sum of={change.from} /> → <Sum of={change.to} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

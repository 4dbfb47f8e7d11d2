import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { receiptPreviewQuery } from '@/api/settings';
import type { Settings } from '@/api/types';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';
import classes from './Settings.module.css';

/** The paper as these settings would make it, while they are being changed. */
export function ReceiptPreview({ draft }: { draft: Settings }) {
  const t = useT();
  const [settled] = useDebouncedValue(draft, 250);
  const { data } = useQuery({ ...receiptPreviewQuery(settled), placeholderData: keepPreviousData });
  const [address, setAddress] = useState('');
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return (
    <Card title={t('settings.preview')}>
      {address && (
        <img
          className={classes.paper}
          data-tape={draft.tape}
          src={address}
          alt={t('settings.preview_text')}
        />
      )}
    </Card>
  );
}

import { Button, Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { scannerSheetsQuery } from '@/api/devices';
import type { ScannerSheet } from '@/api/types';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { Sheet } from '@/components/Sheet';
import { useT } from '@/i18n';
import classes from './Devices.module.css';

/** How scanners are brought into the mode that the hub reads best, by maker. */
export function ScannerSheets() {
  const t = useT();
  const sheets = useQuery(scannerSheetsQuery);
  const [open, setOpen] = useState<ScannerSheet | null>(null);
  return (
    <Card title={t('device.sheets')}>
      <Text className="soft">{t('device.sheets_text')}</Text>
      <ProblemNote error={sheets.error} />
      {sheets.data?.map((sheet) => (
        <div key={sheet.id} className={classes.job}>
          <span>{sheet.title}</span>
          <Button size="sm" variant="light" onClick={() => setOpen(sheet)}>
            {t('device.sheets_open')}
          </Button>
        </div>
      ))}
      <Modal opened={open !== null} onClose={() => setOpen(null)} size="lg" title={t('device.sheets')}>
        {open && <Sheet className={classes.sheet} markdown={open.markdown} />}
      </Modal>
    </Card>
  );
}

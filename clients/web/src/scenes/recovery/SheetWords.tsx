import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { recoveryKeys, sheetKept } from '@/api/recovery';
import type { RecoverySheet } from '@/api/types';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './SheetWords.module.css';

/** The recovery sheet, shown once: words, their QR, paper; it is left only by saying that it is kept. */
export function SheetWords({ sheet, onKept }: { sheet: RecoverySheet; onKept: () => void }) {
  const t = useT();
  const [kept, setKept] = useState(false);
  const keeping = useAction(sheetKept, { stale: [recoveryKeys.all], onDone: onKept });
  return (
    <Stack>
      <Text>{t('recovery.text')}</Text>
      <div className={classes.sheet}>
        <ol className={classes.words}>
          {sheet.recovery_words.map((word, index) => (
            <li key={index} translate="no">
              {word}
            </li>
          ))}
        </ol>
        <div className={classes.side}>
          {sheet.qr_svg && (
            <img src={`data:image/svg+xml,${encodeURIComponent(sheet.qr_svg)}`} alt={t('recovery.qr')} />
          )}
          {sheet.sheet && (
            <span>
              {t('recovery.name')} <strong className="num">{sheet.sheet}</strong>
            </span>
          )}
        </div>
      </div>
      {sheet.page && (
        <Button
          size="lg"
          variant={kept ? 'default' : 'filled'}
          component="a"
          href={sheet.page}
          target="_blank"
          leftSection={<IconPrinter size={20} />}
        >
          {t('recovery.print')}
        </Button>
      )}
      <Checkbox
        size="md"
        label={t('recovery.kept')}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <ProblemNote error={keeping.error} />
      <Button size="lg" disabled={!kept} loading={keeping.isPending} onClick={() => keeping.mutate(null)}>
        {t('common.next')}
      </Button>
    </Stack>
  );
}

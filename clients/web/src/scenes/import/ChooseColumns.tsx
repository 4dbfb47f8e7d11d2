import { Button, Select, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { importKeys, previewImport } from '@/api/imports';
import { IMPORT_FIELDS, type ImportField, type ImportUpload } from '@/api/types';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Import.module.css';

/** What each column means: guessed by the hub, corrected by the person; one meaning stands at one column only. */
export function ChooseColumns(props: { upload: ImportUpload; onBack: () => void; onPreviewed: () => void }) {
  const t = useT();
  const { upload } = props;
  const [fields, setFields] = useState<Record<number, ImportField | null>>(() =>
    Object.fromEntries(upload.columns.map((column) => [column.index, column.guess])),
  );
  const previewing = useAction(previewImport, { stale: [importKeys.all], onDone: props.onPreviewed });
  const assign = (index: number, field: ImportField | null) => {
    const others = Object.entries(fields).map(
      ([key, value]) => [key, value === field ? null : value] as const,
    );
    setFields({ ...Object.fromEntries(others), [index]: field });
  };
  const chosen = Object.fromEntries(
    Object.entries(fields).flatMap(([index, field]) => (field ? [[index, field] as const] : [])),
  );
  const named = Object.values(chosen).includes('name');

  return (
    <>
      <Text className="soft">
        {t('import.columns_text', { count: upload.rows })} {upload.encoding}
      </Text>
      <div className={classes.columns}>
        {upload.columns.map((column) => (
          <div
            key={column.index}
            className={classes.column}
            data-used={fields[column.index] ? true : undefined}
          >
            <strong>{column.header || t('import.column', { number: column.index + 1 })}</strong>
            <Select
              clearable
              aria-label={t('import.meaning', { name: column.header })}
              placeholder={t('import.not_used')}
              data={IMPORT_FIELDS.map((field) => ({ value: field, label: t(`import.field.${field}`) }))}
              value={fields[column.index] ?? null}
              onChange={(field) => assign(column.index, field as ImportField | null)}
            />
            <ul className={classes.samples}>
              {column.samples.slice(0, 4).map((sample, index) => (
                <li key={index}>{sample || '—'}</li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      {!named && <Text c="var(--warn)">{t('import.name_needed')}</Text>}
      <ProblemNote error={previewing.error} />
      <div className={classes.foot}>
        <Button variant="default" onClick={props.onBack}>
          {t('import.other_file')}
        </Button>
        <Button
          size="lg"
          disabled={!named}
          loading={previewing.isPending}
          onClick={() => previewing.mutate({ id: upload.id, columns: chosen })}
        >
          {t('import.preview')}
        </Button>
      </div>
    </>
  );
}

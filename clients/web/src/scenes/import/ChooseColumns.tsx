import { Alert, Button, Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '@/api/action';
import { type ImportReading, importFileQuery, importKeys, previewImport } from '@/api/imports';
import { IMPORT_FIELDS, type ImportField, type ImportUpload } from '@/api/types';
import { ScenePending } from '@/app/SceneStates';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import { FileLayout } from './FileLayout';
import classes from './Import.module.css';

type Props = { id: string; onBack: () => void; onPreviewed: () => void };

/** What each column means: guessed by the hub, corrected by the person. */
export function ChooseColumns(props: Props) {
  const [reading, setReading] = useState<ImportReading>({});
  const file = useQuery(importFileQuery(props.id, reading));
  if (file.error) return <ProblemNote error={file.error} retry={() => void file.refetch()} />;
  if (!file.data) return <ScenePending />;
  const upload = file.data;
  return (
    <>
      <FileLayout upload={upload} reading={reading} onReading={setReading} />
      <Columns
        key={`${upload.sheet}-${upload.header_line}-${upload.columns.length}`}
        {...props}
        upload={upload}
        reading={reading}
      />
    </>
  );
}

/** One meaning stands at one column only; barcodes may stand in several. */
function Columns({ upload, reading, ...props }: Props & { upload: ImportUpload; reading: ImportReading }) {
  const t = useT();
  const [fields, setFields] = useState<Record<number, ImportField | null>>(() =>
    Object.fromEntries(upload.columns.map((column) => [column.index, column.guess ?? null])),
  );
  const previewing = useAction(previewImport, { stale: [importKeys.all], onDone: props.onPreviewed });
  const assign = (index: number, field: ImportField | null) => {
    const others = Object.entries(fields).map(
      ([key, value]) => [key, value === field && field !== 'barcodes' ? null : value] as const,
    );
    setFields({ ...Object.fromEntries(others), [index]: field });
  };
  const chosen = Object.fromEntries(
    Object.entries(fields).flatMap(([index, field]) => (field ? [[index, field] as const] : [])),
  );
  const named = Object.values(chosen).includes('name');
  const withheld = upload.withheld.filter((field) => Object.values(chosen).includes(field));

  return (
    <>
      <Text className="soft">
        {t('import.columns_text', { count: upload.rows })} ({upload.encoding.toUpperCase()})
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
      {withheld.length > 0 && <Withheld fields={withheld} />}
      <ProblemNote error={previewing.error} />
      <div className={classes.foot}>
        <Button variant="default" onClick={props.onBack}>
          {t('import.other_file')}
        </Button>
        <Button
          size="lg"
          disabled={!named}
          loading={previewing.isPending}
          onClick={() => previewing.mutate({ id: upload.id, columns: chosen, reading })}
        >
          {t('import.preview')}
        </Button>
      </div>
    </>
  );
}

/** What this person may not set, though the list has it. */
export function Withheld({ fields }: { fields: ImportField[] }) {
  const t = useT();
  return (
    <Alert color="yellow">
      {t('import.withheld', { fields: fields.map((field) => t(`import.field.${field}`)).join(', ') })}
    </Alert>
  );
}

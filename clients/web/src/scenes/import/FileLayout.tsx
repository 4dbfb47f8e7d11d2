import { Checkbox, Group, NumberInput, Select, Text } from '@mantine/core';
import { useState } from 'react';
import type { ImportReading } from '@/api/imports';
import type { ImportUpload } from '@/api/types';
import { Card } from '@/components/Page';
import { useT } from '@/i18n';
import classes from './Import.module.css';

/** Which sheet, which row is the header, where goods begin: found by the hub, corrected by a touch. */
export function FileLayout(props: {
  upload: ImportUpload;
  reading: ImportReading;
  onReading: (reading: ImportReading) => void;
}) {
  const t = useT();
  const { upload, reading } = props;
  const [open, setOpen] = useState(false);
  const set = (change: ImportReading) => props.onReading({ ...reading, ...change });
  const width = Math.min(8, Math.max(1, ...upload.head.map((line) => line.cells.length)));
  return (
    <Card>
      <Group gap="lg" align="flex-end">
        {upload.sheets.length > 1 && (
          <Select
            label={t('import.sheet')}
            allowDeselect={false}
            data={upload.sheets}
            value={upload.sheet ?? null}
            onChange={(sheet) => sheet && props.onReading({ sheet })}
          />
        )}
        <NumberInput
          size="md"
          w={170}
          label={t('import.header_line')}
          min={0}
          value={upload.header_line}
          onChange={(line) =>
            typeof line === 'number' && line !== upload.header_line && set({ header: line, first: undefined })
          }
        />
        <NumberInput
          size="md"
          w={170}
          label={t('import.first_line')}
          min={1}
          value={upload.first_line}
          onChange={(line) => typeof line === 'number' && line !== upload.first_line && set({ first: line })}
        />
        <Checkbox
          label={t('import.headings')}
          checked={upload.headings}
          onChange={(event) => set({ headings: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('import.show_head')}
          checked={open}
          onChange={(event) => setOpen(event.currentTarget.checked)}
        />
      </Group>
      {open && (
        <div className={classes.head}>
          <Text className="soft">{t('import.head_text')}</Text>
          <table>
            <tbody>
              {upload.head.map((line) => (
                <tr
                  key={line.line}
                  data-header={line.line === upload.header_line || undefined}
                  data-before={line.line < upload.first_line || undefined}
                >
                  <th scope="row">
                    <button type="button" onClick={() => set({ header: line.line, first: undefined })}>
                      {line.line}
                    </button>
                  </th>
                  {Array.from({ length: width }, (_, at) => (
                    <td key={at}>{line.cells[at] ?? ''}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

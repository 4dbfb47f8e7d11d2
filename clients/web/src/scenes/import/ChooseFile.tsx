import { Button, FileButton, Stack, Text } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { useAction } from '@/api/action';
import { uploadImport } from '@/api/imports';
import type { ImportUpload } from '@/api/types';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Import.module.css';

export function ChooseFile({ onUploaded }: { onUploaded: (upload: ImportUpload) => void }) {
  const t = useT();
  const [over, setOver] = useState(false);
  const uploading = useAction(uploadImport, { onDone: onUploaded });
  const take = (file: File | null | undefined) => file && uploading.mutate(file);
  const drag = (event: DragEvent, inside: boolean) => {
    event.preventDefault();
    setOver(inside);
  };
  return (
    <section
      aria-label={t('import.choose')}
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => drag(event, true)}
      onDragLeave={(event) => drag(event, false)}
      onDrop={(event) => {
        drag(event, false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <Stack align="center">
        <IconFileImport size={48} stroke={1.4} />
        <Text size="lg" fw={600}>
          {t('import.drop')}
        </Text>
        <Text className="soft" maw={520}>
          {t('import.drop_text')}
        </Text>
        <FileButton accept=".csv,.txt,.xlsx" onChange={take}>
          {(props) => (
            <Button {...props} size="lg" loading={uploading.isPending}>
              {t('import.choose')}
            </Button>
          )}
        </FileButton>
        <ProblemNote error={uploading.error} />
      </Stack>
    </section>
  );
}

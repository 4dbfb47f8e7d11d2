import { ActionIcon } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { backupFileUrl } from '@/api/backup';
import type { Backup } from '@/api/types';
import { useMay } from '@/app/identity';
import { Card } from '@/components/Page';
import { When } from '@/components/When';
import { useLanguage, useT } from '@/i18n';
import { formatBytes } from '@/lib/bytes';
import classes from './Backup.module.css';

/** What lies in the folder; each can be carried away as a file. */
export function KeptBackups({ kept }: { kept: Backup['kept'] }) {
  const t = useT();
  const may = useMay();
  const language = useLanguage();
  return (
    <Card title={t('backup.kept')}>
      {kept.length === 0 && <span className="soft">{t('backup.kept_none')}</span>}
      <ul className={classes.kept}>
        {kept.map((one) => (
          <li key={one.name}>
            <When at={one.at} />
            <span className="soft num">{formatBytes(one.size_bytes, language)}</span>
            <span className="soft">{t('backup.sheet', { name: one.sheet })}</span>
            {may('backup.edit') && (
              <ActionIcon
                component="a"
                href={backupFileUrl(one.name)}
                download
                variant="subtle"
                size={40}
                aria-label={t('backup.download', { name: one.name })}
              >
                <IconDownload size={20} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

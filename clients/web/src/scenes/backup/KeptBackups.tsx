import { ActionIcon } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { backupFileUrl } from '@/api/backup';
import type { Backup } from '@/api/types';
import { useMay } from '@/app/identity';
import { Card } from '@/components/Page';
import type { Column } from '@/components/table/columns';
import { DataTable } from '@/components/table/DataTable';
import { givenRows } from '@/components/table/rows';
import { When } from '@/components/When';
import { useLanguage, useT } from '@/i18n';
import { formatBytes } from '@/lib/bytes';

type Kept = Backup['kept'][number];

/** What lies in the folder; each can be carried away as a file. */
export function KeptBackups({ kept }: { kept: Backup['kept'] }) {
  const t = useT();
  const may = useMay();
  const language = useLanguage();
  const columns: Column<Kept>[] = [
    {
      key: 'at',
      header: t('backup.made'),
      cell: (row) => <When at={row.at} />,
      value: (row) => row.at ?? '',
      phone: 'title',
    },
    {
      key: 'size',
      header: t('backup.size'),
      align: 'right',
      cell: (row) => <span className="num">{formatBytes(row.size_bytes, language)}</span>,
      value: (row) => row.size_bytes,
    },
    { key: 'sheet', header: t('backup.sheet_name'), cell: (row) => row.sheet, value: (row) => row.sheet },
    ...(may('backup.edit')
      ? [
          {
            key: 'file',
            header: '',
            phone: 'side' as const,
            cell: (row: Kept) => (
              <ActionIcon
                component="a"
                href={backupFileUrl(row.name)}
                download
                variant="subtle"
                size={40}
                aria-label={t('backup.download', { name: row.name })}
              >
                <IconDownload size={20} />
              </ActionIcon>
            ),
          },
        ]
      : []),
  ];
  return (
    <Card title={t('backup.kept')}>
      <DataTable
        inside
        name="kept-backups"
        columns={columns}
        list={givenRows(kept)}
        rowKey={(row) => row.name}
        empty={<span className="soft">{t('backup.kept_none')}</span>}
      />
    </Card>
  );
}

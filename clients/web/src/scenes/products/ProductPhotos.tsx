import { Button, CloseButton, FileButton } from '@mantine/core';
import { IconPhotoPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { photoUrl, uploadFile } from '@/api/catalog';
import { requestId } from '@/api/ids';
import { Card } from '@/components/Page';
import { ProblemNote } from '@/components/ProblemNote';
import { useT } from '@/i18n';
import classes from './Products.module.css';

const PHOTOS_MAX = 5;

export function ProductPhotos(props: {
  hashes: string[];
  editable: boolean;
  onChange: (hashes: string[]) => void;
}) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { hashes } = props;
  const upload = async (files: File[]) => {
    setBusy(true);
    setError(null);
    try {
      const made: string[] = [];
      for (const file of files.slice(0, PHOTOS_MAX - hashes.length))
        made.push((await uploadFile(file, requestId())).hash);
      props.onChange([...new Set([...hashes, ...made])]);
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t('product.photos')}>
      <div className={classes.photos}>
        {hashes.map((hash) => (
          <div key={hash} className={classes.photo}>
            <a href={photoUrl(hash, 'full')} target="_blank" rel="noreferrer">
              <img src={photoUrl(hash)} alt={t('product.photo')} />
            </a>
            {props.editable && (
              <CloseButton
                aria-label={t('product.photo_remove')}
                onClick={() => props.onChange(hashes.filter((other) => other !== hash))}
              />
            )}
          </div>
        ))}
      </div>
      <ProblemNote error={error} />
      {props.editable && hashes.length < PHOTOS_MAX && (
        <FileButton
          multiple
          accept="image/png,image/jpeg,image/webp"
          onChange={(files) => void upload(files)}
        >
          {(button) => (
            <Button {...button} variant="default" loading={busy} leftSection={<IconPhotoPlus size={20} />}>
              {t('product.photo_add')}
            </Button>
          )}
        </FileButton>
      )}
      {hashes.length === 0 && !props.editable && <span className="soft">{t('product.no_photos')}</span>}
    </Card>
  );
}

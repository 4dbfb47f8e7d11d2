import { Modal, Stack, Switch, UnstyledButton } from '@mantine/core';
import { IconLayoutGrid, IconLayoutList, IconList } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useQuestion } from '@/app/questions';
import { useT } from '@/i18n';
import { changeTillView, type TillView, tillView } from './tillView';
import classes from './ViewChoice.module.css';

const WAYS: { goods: TillView['goods']; icon: ComponentType<{ size?: number }> }[] = [
  { goods: 'large', icon: IconLayoutGrid },
  { goods: 'dense', icon: IconLayoutList },
  { goods: 'list', icon: IconList },
];

/** How this device shows goods, and whether figures stand on its screen. */
export function ViewChoice({ onClose }: { onClose: () => void }) {
  const t = useT();
  useQuestion();
  const { goods, pad } = tillView.use();
  return (
    <Modal opened onClose={onClose} title={t('till.view')}>
      <Stack>
        <div className={classes.ways} role="radiogroup" aria-label={t('till.view')}>
          {WAYS.map(({ goods: way, icon: Icon }) => (
            <UnstyledButton
              key={way}
              role="radio"
              aria-checked={goods === way}
              className={classes.way}
              onClick={() => {
                changeTillView({ goods: way });
                onClose();
              }}
            >
              <Icon size={30} />
              {t(`till.view_of.${way}`)}
            </UnstyledButton>
          ))}
        </div>
        <Switch
          size="lg"
          label={t('till.pad_always')}
          description={t('till.pad_text')}
          checked={pad}
          onChange={(event) => changeTillView({ pad: event.currentTarget.checked })}
        />
      </Stack>
    </Modal>
  );
}

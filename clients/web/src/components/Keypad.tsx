import { IconBackspace } from '@tabler/icons-react';
import { useT } from '@/i18n';
import classes from './Keypad.module.css';

const KEYS = ['7', '8', '9', '4', '5', '6', '1', '2', '3'];

/** Figures for a finger. `left` and `right` flank the nought: a comma, a double nought, or nothing. */
export function Keypad(props: { onKey: (key: string) => void; onErase: () => void; left?: string }) {
  const t = useT();
  return (
    <div className={classes.pad}>
      {KEYS.map((key) => (
        <button key={key} type="button" onClick={() => props.onKey(key)}>
          {key}
        </button>
      ))}
      {props.left ? (
        <button type="button" onClick={() => props.onKey(props.left ?? '')}>
          {props.left}
        </button>
      ) : (
        <span />
      )}
      <button type="button" onClick={() => props.onKey('0')}>
        0
      </button>
      <button type="button" aria-label={t('common.erase')} onClick={props.onErase}>
        <IconBackspace size={26} />
      </button>
    </div>
  );
}

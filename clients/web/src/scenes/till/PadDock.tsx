import { ActionIcon, Portal } from '@mantine/core';
import { IconCornerDownLeft, IconKeyboardHide } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { Keypad } from '@/components/Keypad';
import { useT } from '@/i18n';
import { eraseIn, setFieldValue, typeInto } from '@/lib/fields';
import { fractionMark } from '@/lib/figures';
import classes from './PadDock.module.css';
import { tillView } from './tillView';

const WANTED = new Set(['decimal', 'numeric', 'tel']);
const PHONE_PX_MAX = 760;

const numeric = (target: EventTarget | null): HTMLInputElement | null => {
  if (!(target instanceof HTMLInputElement) || target.readOnly || target.disabled) return null;
  return WANTED.has(target.dataset.pad ?? target.inputMode) ? target : null;
};

/**
 * Figures for a finger, beside whatever field wants figures, while the till is worked by finger: a key of a real keyboard
 * puts them away, a touch brings them back. A phone has its own.
 */
export function PadDock() {
  const t = useT();
  const { pad } = tillView.use();
  const [field, setField] = useState<HTMLInputElement | null>(null);

  useEffect(() => {
    let byFinger = window.matchMedia('(pointer: coarse)').matches;
    const show = (target: EventTarget | null) => {
      const wanted = pad || byFinger ? numeric(target) : null;
      if (window.innerWidth <= PHONE_PX_MAX || !wanted) return setField(null);
      // A tablet's own keyboard would lie over half of the receipt.
      wanted.dataset.pad ??= wanted.inputMode;
      wanted.inputMode = 'none';
      return setField(wanted);
    };
    const onPointer = (event: PointerEvent) => {
      byFinger = event.pointerType !== 'mouse';
      if (numeric(event.target) === document.activeElement) show(event.target);
    };
    const onFocus = (event: FocusEvent) => show(event.target);
    const onBlur = (event: FocusEvent) => event.relatedTarget === null && setField(null);
    const onKey = (event: KeyboardEvent) => {
      if (pad || !event.isTrusted || event.key.length !== 1) return;
      byFinger = false;
      setField(null);
    };
    show(document.activeElement);
    window.addEventListener('pointerdown', onPointer, { capture: true });
    window.addEventListener('focusin', onFocus);
    window.addEventListener('focusout', onBlur);
    window.addEventListener('keydown', onKey);
    return () => {
      window.removeEventListener('pointerdown', onPointer, { capture: true });
      window.removeEventListener('focusin', onFocus);
      window.removeEventListener('focusout', onBlur);
      window.removeEventListener('keydown', onKey);
    };
  }, [pad]);

  if (!field?.isConnected) return null;
  return (
    <Portal>
      <div
        className={classes.dock}
        role="toolbar"
        aria-label={t('till.pad')}
        onPointerDown={(event) => event.preventDefault()}
        onMouseDown={(event) => event.preventDefault()}
      >
        <Keypad
          left={field.dataset.pad === 'decimal' ? fractionMark() : undefined}
          onKey={(key) => typeInto(field, key)}
          onErase={() => eraseIn(field)}
        />
        <div className={classes.foot}>
          <ActionIcon
            variant="default"
            size={52}
            aria-label={t('till.pad_hide')}
            onClick={() => setField(null)}
          >
            <IconKeyboardHide size={24} />
          </ActionIcon>
          <button type="button" className={classes.clear} onClick={() => setFieldValue(field, '')}>
            C
          </button>
          <ActionIcon
            variant="filled"
            size={52}
            className={classes.enter}
            aria-label={t('till.pad_enter')}
            onClick={() => field.form?.requestSubmit()}
          >
            <IconCornerDownLeft size={24} />
          </ActionIcon>
        </div>
      </div>
    </Portal>
  );
}

import { useEffect, useRef, useState } from 'react';
import { type LightColor, Spot } from '@/components/Light';
import { useT } from '@/i18n';
import classes from './Lights.module.css';
import { useLamps } from './lamps';

const WORST: LightColor[] = ['bad', 'warn', 'good', 'idle'];

/**
 * The small honest lights: one button, behind it the words of all of them. What is wrong says so without being asked:
 * its name stands beside its light.
 */
export function Lights() {
  const t = useT();
  const lamps = useLamps();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      const outside = event.type === 'pointerdown' && !place.current?.contains(event.target as Node);
      if (outside || (event as KeyboardEvent).key === 'Escape') setOpen(false);
    };
    window.addEventListener('pointerdown', close);
    window.addEventListener('keydown', close);
    return () => {
      window.removeEventListener('pointerdown', close);
      window.removeEventListener('keydown', close);
    };
  }, [open]);
  const worst = WORST.find((color) => lamps.some((lamp) => lamp.color === color)) ?? 'good';
  return (
    <div className={classes.place} ref={place}>
      <button
        type="button"
        className={classes.lights}
        aria-expanded={open}
        aria-label={`${t('light.all')}: ${lamps.map((lamp) => `${lamp.label}: ${lamp.detail}`).join('; ')}`}
        onClick={() => setOpen(!open)}
      >
        {lamps.map(({ key, icon: Icon, ...lamp }) => (
          <span
            key={key}
            className={classes.lamp}
            data-color={lamp.color}
            title={`${lamp.label}: ${lamp.detail}`}
          >
            <Icon size={20} />
            <i />
            {lamp.color === 'bad' && lamp.short && <em>{lamp.short}</em>}
          </span>
        ))}
        <span className={classes.one}>
          <Spot color={worst}>{null}</Spot>
        </span>
      </button>
      {open && (
        <div className={classes.words}>
          {lamps.map(({ key, icon: Icon, ...lamp }) => (
            <div key={key} className={classes.row}>
              <Icon size={20} />
              <div>
                <strong>{lamp.label}</strong>
                <Spot color={lamp.color}>{lamp.detail}</Spot>
              </div>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

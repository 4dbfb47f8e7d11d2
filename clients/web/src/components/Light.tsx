import type { ReactNode } from 'react';
import classes from './Light.module.css';

export type LightColor = 'good' | 'warn' | 'bad' | 'idle';

/** A state in words behind a small light: a shape for each colour, so that colour never speaks alone. */
export function Spot({ color, children }: { color: LightColor; children: ReactNode }) {
  return (
    <span className={classes.spot} data-color={color}>
      <i />
      {children}
    </span>
  );
}

import { Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Light.module.css';

export type LightColor = 'good' | 'warn' | 'bad' | 'idle';

/** One small honest light with words behind it: a shape for each colour, so that colour never speaks alone. */
export function Light(props: { color: LightColor; label: string; detail?: string | null; icon?: ReactNode }) {
  const text = props.detail ? `${props.label}: ${props.detail}` : props.label;
  return (
    <Tooltip label={text} events={{ hover: true, focus: true, touch: true }} multiline maw={320}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the words behind the light are shown on focus */}
      <span className={classes.light} data-color={props.color} role="img" aria-label={text} tabIndex={0}>
        {props.icon}
        <i />
      </span>
    </Tooltip>
  );
}

export function Spot({ color, children }: { color: LightColor; children: ReactNode }) {
  return (
    <span className={classes.spot} data-color={color}>
      <i />
      {children}
    </span>
  );
}

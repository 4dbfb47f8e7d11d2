import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './ToolButton.module.css';

/** A tool below the goods: icon, word and key in a row; on a phone the word stands below its icon. */
export function ToolButton(props: {
  icon: ReactNode;
  name: string;
  shortcut?: string;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <UnstyledButton className={classes.tool} disabled={props.disabled} onClick={props.onClick}>
      {props.icon}
      <span>{props.name}</span>
      {props.shortcut && <kbd>{props.shortcut}</kbd>}
    </UnstyledButton>
  );
}

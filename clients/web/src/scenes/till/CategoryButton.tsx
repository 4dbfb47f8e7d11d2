import { UnstyledButton } from '@mantine/core';
import { memo } from 'react';
import classes from './Tiles.module.css';
import { initialsOf, tileStyle } from './tileColor';

/** A category by its drawn initial, in a colour that is its own or stays the same every day. */
export const CategoryButton = memo(function CategoryButton(props: {
  id: string;
  name: string;
  color?: string | null;
  active: boolean;
  onChoose: (id: string) => void;
}) {
  const { id, name, color } = props;
  return (
    <UnstyledButton
      className={classes.category}
      data-active={props.active || undefined}
      aria-pressed={props.active}
      onClick={() => props.onChoose(id)}
    >
      {id !== '' && (
        <span
          className={classes.badge}
          style={color ? { background: color } : tileStyle(id)}
          data-own={Boolean(color) || undefined}
          aria-hidden
        >
          {initialsOf(name).slice(0, 1)}
        </span>
      )}
      {name}
    </UnstyledButton>
  );
});

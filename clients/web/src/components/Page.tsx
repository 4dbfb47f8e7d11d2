import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './Page.module.css';

/** A screen of the office: its name, what can be done here, and the content. */
export function Page(props: {
  title: string;
  back?: ReactNode;
  actions?: ReactNode;
  /** A list takes the whole screen; what is read or filled in is no wider than the eye follows. Both begin at one edge. */
  width?: 'list' | 'reading';
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${props.title} · Düken`;
  }, [props.title]);
  return (
    <section className={classes.page} data-width={props.width ?? 'list'}>
      <header className={classes.head}>
        <Group gap="sm" wrap="nowrap" className={classes.name}>
          {props.back}
          <Title order={1} size="h2">
            {props.title}
          </Title>
        </Group>
        {props.actions && <div className={classes.actions}>{props.actions}</div>}
      </header>
      {props.children}
    </section>
  );
}

/** What a screen is about, and beside it what belongs to that; one below the other where there is no room. */
export function Columns({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>{children}</div>
      {aside && <div className={classes.column}>{aside}</div>}
    </div>
  );
}

export function Card({
  title,
  actions,
  children,
}: {
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={classes.card}>
      {(title || actions) && (
        <div className={classes.cardHead}>
          {title && <h2>{title}</h2>}
          {actions}
        </div>
      )}
      {children}
    </div>
  );
}

import { Group, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './Page.module.css';

/** A screen of the office: its name, what can be done here, and the content. */
export function Page(props: {
  title: string;
  back?: ReactNode;
  actions?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${props.title} · Düken`;
  }, [props.title]);
  return (
    <section className={classes.page} data-narrow={props.narrow || undefined}>
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

import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode } from 'react';

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>;

function ButtonAnchor(props: ButtonProps & Html & { children?: ReactNode }) {
  return <Button component="a" {...props} />;
}

function TextAnchor(props: AnchorProps & Html & { children?: ReactNode }) {
  return <Anchor {...props} />;
}

/** Buttons and links that lead to a screen, with its address checked. */
export const ButtonLink = createLink(ButtonAnchor);
export const TextLink = createLink(TextAnchor);

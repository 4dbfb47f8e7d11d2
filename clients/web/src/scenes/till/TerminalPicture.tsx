import {
  IconCreditCard,
  IconDeviceMobileCheck,
  IconHelpHexagon,
  IconPasswordMobilePhone,
  IconPlugConnected,
  IconQrcode,
  IconX,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useT } from '@/i18n';
import classes from './TerminalPicture.module.css';
import type { TerminalStep } from './terminalStep';

const PICTURES: Record<TerminalStep, ComponentType<{ size?: number; stroke?: number }>> = {
  link: IconPlugConnected,
  buyer: IconQrcode,
  phone: IconDeviceMobileCheck,
  card: IconCreditCard,
  pin: IconPasswordMobilePhone,
  unknown: IconHelpHexagon,
  failed: IconX,
};

/** One picture of what happens at the terminal; it breathes while something does. */
export function TerminalPicture({ step }: { step: TerminalStep }) {
  const Picture = PICTURES[step];
  return (
    <div className={classes.picture} data-step={step} aria-hidden>
      <Picture size={64} stroke={1.5} />
    </div>
  );
}

/** What to say to the buyer now, and what is safe to do meanwhile. */
export function TerminalAdvice({ step }: { step: TerminalStep }) {
  const t = useT();
  return (
    <dl className={classes.advice}>
      <dt>{t('payment.say')}</dt>
      <dd>{t(`payment.say_at.${step}`)}</dd>
      <dt>{t('payment.safe')}</dt>
      <dd>{t(`payment.safe_at.${step}`)}</dd>
    </dl>
  );
}

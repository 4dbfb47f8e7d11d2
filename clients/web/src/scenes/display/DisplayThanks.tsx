import { IconHeartHandshake } from '@tabler/icons-react';
import type { DisplayView } from '@/api/types';
import { Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { isZero } from '@/lib/money';
import classes from './Display.module.css';

/** After the sale: thanks, and the change to look for. */
export function DisplayThanks(props: { thanks: NonNullable<DisplayView['sale']['thanks']>; store: string }) {
  const t = useT();
  const { thanks, store } = props;
  return (
    <div className={classes.idle} role="status">
      <IconHeartHandshake size={120} stroke={1.3} />
      <h1>{t('display.thanks')}</h1>
      {isZero(thanks.change) ? (
        <p>
          {t('display.paid')} <Sum of={thanks.total} />
        </p>
      ) : (
        <div className={classes.change}>
          <span>{t('display.change')}</span>
          <strong>
            <Sum of={thanks.change} />
          </strong>
        </div>
      )}
      <p>{store}</p>
    </div>
  );
}

import { IconDots, IconMinus, IconPlus } from '@tabler/icons-react';
import { lazy, memo, Suspense, useState } from 'react';
import { ApiError } from '@/api/problem';
import type { CartLine } from '@/api/types';
import { useQuestion } from '@/app/questions';
import { Quantity, Sum } from '@/components/Figures';
import { useT } from '@/i18n';
import { fromMinor, isZero, minorOf } from '@/lib/money';
import { unbroken } from '@/lib/names';
import { toThousandths } from '@/lib/quantity';
import classes from './Cart.module.css';
import type { TillCart } from './useCart';

const LineEditor = lazy(() => import('./LineEditor').then((m) => ({ default: m.LineEditor })));

type RowProps = {
  cart: string;
  line: CartLine;
  till: TillCart;
  editable: boolean;
  selected: boolean;
  glowAt: number;
  onSelect: () => void;
};

/** The till's actions stay valid however old they are; only what a row shows decides whether it is drawn anew. */
const showsTheSame = (before: RowProps, now: RowProps) =>
  before.line === now.line &&
  before.editable === now.editable &&
  before.selected === now.selected &&
  before.glowAt === now.glowAt &&
  before.till.notice === now.till.notice;

/** One line of the receipt: name, stepper, price, discount, sum; what went wrong with it stands at it. */
export const CartLineRow = memo(function CartLineRow(props: RowProps) {
  const t = useT();
  const { line, till, editable } = props;
  const [editing, setEditing] = useState(false);
  useQuestion(editing);
  const notice = till.notice?.kind === 'problem' && till.notice.lineId === line.id ? till.notice : null;
  const weighed = line.unit === 'kg' || line.unit === 'l' || line.unit === 'm';
  const short = line.stock !== null && toThousandths(line.stock) < toThousandths(line.quantity);

  return (
    <div
      className={classes.line}
      data-line={line.id}
      data-selected={(editable && props.selected) || undefined}
      onPointerDown={props.onSelect}
    >
      <div key={props.glowAt} className={props.glowAt ? 'glow' : undefined}>
        <div className={classes.name}>
          <span>{unbroken(line.name)}</span>
          {editable && (
            <button
              type="button"
              className={classes.edit}
              aria-label={t('till.edit_line', { name: line.name })}
              onClick={() => setEditing(true)}
            >
              <IconDots size={20} />
            </button>
          )}
        </div>
        <div className={classes.figures}>
          {editable ? (
            <div className={classes.stepper}>
              <button type="button" aria-label={t('till.less')} onClick={() => void till.step(line.id, '-1')}>
                <IconMinus size={20} />
              </button>
              <button type="button" className={classes.quantity} onClick={() => setEditing(true)}>
                <Quantity of={line.quantity} unit={weighed ? line.unit : undefined} />
              </button>
              <button type="button" aria-label={t('till.more')} onClick={() => void till.step(line.id, '1')}>
                <IconPlus size={20} />
              </button>
            </div>
          ) : (
            <Quantity of={line.quantity} unit={line.unit} />
          )}
          <span className="soft">
            × <Sum of={line.price} />
          </span>
          <strong>
            <Sum of={line.sum} />
          </strong>
        </div>
        {!isZero(line.discount_amount) && (
          <div className={classes.discount}>
            {t('till.discount')}{' '}
            <Sum of={fromMinor(-Math.abs(minorOf(line.discount_amount)), line.sum.currency)} />
          </div>
        )}
        {short && (
          <div className={classes.warning}>
            {t('till.stock_left')} <Quantity of={line.stock} unit={line.unit} />
          </div>
        )}
        {notice && (
          <div className={classes.problem} role="alert">
            {notice.error instanceof ApiError ? notice.error.problem.detail : t('problem.unknown')}
          </div>
        )}
      </div>
      {editing && (
        <Suspense fallback={null}>
          <LineEditor
            cart={props.cart}
            line={line}
            onClose={() => setEditing(false)}
            save={(change, key) => till.change(line.id, change, key)}
            onRemove={() => {
              setEditing(false);
              void till.remove(line.id);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}, showsTheSame);

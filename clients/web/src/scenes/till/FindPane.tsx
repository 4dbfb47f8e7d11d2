import { ActionIcon } from '@mantine/core';
import {
  IconArrowBackUp,
  IconCashRegister,
  IconLayoutGrid,
  IconList,
  IconReceipt,
  IconTag,
} from '@tabler/icons-react';
import { lazy, memo, type Ref, Suspense, useCallback, useRef, useState } from 'react';
import type { TileProduct, TillNow } from '@/api/types';
import { useT } from '@/i18n';
import { HeldCarts, HoldButton } from './HeldCarts';
import { SearchLine } from './SearchLine';
import { Tiles } from './Tiles';
import classes from './Till.module.css';
import { ToolButton } from './ToolButton';
import { tillView } from './tillView';
import type { TillCart } from './useCart';

const ViewChoice = lazy(() => import('./ViewChoice').then((m) => ({ default: m.ViewChoice })));

type FindProps = ToolProps & { ref: Ref<HTMLInputElement>; till: TillCart; now: TillNow };

/** What of the till is seen here: whether there is a cart, and something in it. The till's actions stay valid however old they are. */
const stateOf = ({ cart }: TillCart) => cart && cart.lines.length > 0;

/** Where goods are found: the search line, tiles or a dense list, and the carts that wait. A scan draws nothing of it anew. */
export const FindPane = memo(
  Find,
  (before, now) =>
    before.ref === now.ref &&
    before.now === now.now &&
    stateOf(before.till) === stateOf(now.till) &&
    sameTools(before, now),
);

function Find(props: FindProps) {
  const t = useT();
  const { goods } = tillView.use();
  const [choosing, setChoosing] = useState(false);
  const latest = useRef(props.till);
  latest.current = props.till;
  const choose = useCallback((hit: TileProduct) => void latest.current.add(hit.id), []);
  return (
    <>
      <div className={classes.findHead}>
        <SearchLine ref={props.ref} till={props.till} />
        <ActionIcon size={52} variant="default" onClick={() => setChoosing(true)} aria-label={t('till.view')}>
          {goods === 'list' ? <IconList size={22} /> : <IconLayoutGrid size={22} />}
        </ActionIcon>
      </div>
      <Tiles view={goods} onChoose={choose} />
      <Suspense fallback={null}>{choosing && <ViewChoice onClose={() => setChoosing(false)} />}</Suspense>
      <HeldCarts till={props.till} now={props.now} />
      <div className={classes.tools}>
        <HoldButton till={props.till} now={props.now} />
        <span className={classes.space} />
        <Tools
          onReturn={props.onReturn}
          onLast={props.onLast}
          onPrice={props.onPrice}
          onDrawer={props.onDrawer}
        />
      </div>
    </>
  );
}

type ToolProps = {
  onReturn?: () => void;
  onLast?: () => void;
  onPrice: () => void;
  onDrawer?: () => void;
};

const sameTools = (before: ToolProps, now: ToolProps) =>
  !before.onReturn === !now.onReturn && !before.onLast === !now.onLast && !before.onDrawer === !now.onDrawer;

/** What else is done at a till. Drawn anew only when there is another tool. */
const Tools = memo(function Tools(props: ToolProps) {
  const t = useT();
  return (
    <>
      {props.onDrawer && (
        <ToolButton icon={<IconCashRegister size={20} />} name={t('till.drawer')} onClick={props.onDrawer} />
      )}
      <ToolButton
        icon={<IconTag size={20} />}
        name={t('till.price_button')}
        shortcut="F10"
        onClick={props.onPrice}
      />
      {props.onLast && (
        <ToolButton
          icon={<IconReceipt size={20} />}
          name={t('till.last')}
          shortcut="F12"
          onClick={props.onLast}
        />
      )}
      {props.onReturn && (
        <ToolButton
          icon={<IconArrowBackUp size={20} />}
          name={t('till.return')}
          shortcut="F7"
          onClick={props.onReturn}
        />
      )}
    </>
  );
}, sameTools);

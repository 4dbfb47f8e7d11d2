import { ActionIcon } from '@mantine/core';
import { IconArrowBackUp, IconCashRegister, IconLayoutGrid, IconList, IconTag } from '@tabler/icons-react';
import { type Ref, useCallback, useRef, useState } from 'react';
import type { TileProduct, TillNow } from '@/api/types';
import { useT } from '@/i18n';
import { readStored, writeStored } from '@/lib/storage';
import { HeldCarts } from './HeldCarts';
import { SearchLine } from './SearchLine';
import { Tiles } from './Tiles';
import classes from './Till.module.css';
import { ToolButton } from './ToolButton';
import type { TillCart } from './useCart';

/** Where goods are found: the search line, tiles or a dense list, and the carts that wait. */
export function FindPane(props: {
  ref: Ref<HTMLInputElement>;
  till: TillCart;
  now: TillNow;
  onReturn?: () => void;
  onPrice: () => void;
  onDrawer?: () => void;
}) {
  const t = useT();
  const [dense, setDense] = useState(() => readStored('till.dense', false));
  const latest = useRef(props.till);
  latest.current = props.till;
  const choose = useCallback((hit: TileProduct) => void latest.current.add(hit.id), []);
  const toggle = () => {
    writeStored('till.dense', !dense);
    setDense(!dense);
  };
  return (
    <>
      <div className={classes.findHead}>
        <SearchLine ref={props.ref} till={props.till} />
        <ActionIcon
          size={52}
          variant="default"
          onClick={toggle}
          aria-label={dense ? t('till.as_tiles') : t('till.as_list')}
        >
          {dense ? <IconLayoutGrid size={22} /> : <IconList size={22} />}
        </ActionIcon>
      </div>
      <Tiles dense={dense} onChoose={choose} />
      <div className={classes.foot}>
        <HeldCarts till={props.till} now={props.now} />
        <div className={classes.tools}>
          {props.onDrawer && (
            <ToolButton
              icon={<IconCashRegister size={20} />}
              name={t('till.drawer')}
              onClick={props.onDrawer}
            />
          )}
          <ToolButton
            icon={<IconTag size={20} />}
            name={t('till.price_button')}
            shortcut="F10"
            onClick={props.onPrice}
          />
          {props.onReturn && (
            <ToolButton
              icon={<IconArrowBackUp size={20} />}
              name={t('till.return')}
              shortcut="F7"
              onClick={props.onReturn}
            />
          )}
        </div>
      </div>
    </>
  );
}

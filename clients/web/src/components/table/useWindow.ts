import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';

/** Rows drawn beyond the visible ones on either side. */
const MARGIN_ROWS = 20;
const STEP_ROWS = 10;

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  }
  return document.documentElement;
}

/**
 * Which rows of a long list are drawn: those in sight of whatever scrolls it, and some around. What is not drawn is given
 * the average height of what is.
 */
export function useWindow(
  list: RefObject<HTMLElement | null>,
  options: { count: number; rowPx: number; whole: boolean; from: number },
) {
  const { count } = options;
  const virtual = count > options.from && !options.whole;
  const [view, setView] = useState({ first: 0, count: 60 });
  const [rowPx, setRowPx] = useState(options.rowPx);
  useLayoutEffect(() => {
    const drawn = list.current?.querySelectorAll<HTMLElement>('[data-index]') ?? [];
    if (drawn.length === 0) return;
    const height = [...drawn].reduce((sum, row) => sum + row.offsetHeight, 0) / drawn.length;
    if (height > 0) setRowPx((before) => (Math.abs(height - before) > 4 ? height : before));
  });
  useEffect(() => {
    const element = list.current;
    if (!virtual || !element) return;
    const scroller = scrollerOf(element);
    const look = () => {
      const passed = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(passed / rowPx / STEP_ROWS) * STEP_ROWS);
      const seen = Math.ceil(scroller.clientHeight / rowPx) + STEP_ROWS;
      setView((before) =>
        before.first === first && before.count === seen ? before : { first, count: seen },
      );
    };
    look();
    scroller.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      scroller.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [list, virtual, rowPx]);
  const from = virtual ? Math.max(0, Math.min(count, view.first) - MARGIN_ROWS) : 0;
  const to = virtual ? Math.min(count, view.first + view.count + MARGIN_ROWS) : count;
  return { from, to, beforePx: from * rowPx, afterPx: (count - to) * rowPx, rowPx };
}

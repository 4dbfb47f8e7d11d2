import type { PointerEvent } from 'react';
import { WIDTH_PX_MIN } from './columns';

/** Follows a pointer, or a finger, that pulls the right edge of a head. */
export function startResize(event: PointerEvent<HTMLElement>, onWidth: (px: number) => void): void {
  const head = event.currentTarget.closest('th');
  if (!head) return;
  event.preventDefault();
  const edge = event.currentTarget;
  const start = { x: event.clientX, width: head.offsetWidth };
  let width = start.width;
  edge.setPointerCapture(event.pointerId);
  const onMove = (moved: globalThis.PointerEvent) => {
    width = Math.max(WIDTH_PX_MIN, start.width + moved.clientX - start.x);
    head.style.width = `${width}px`;
    head.style.minWidth = `${width}px`;
  };
  const onEnd = () => {
    edge.removeEventListener('pointermove', onMove);
    if (width !== start.width) onWidth(width);
  };
  edge.addEventListener('pointermove', onMove);
  edge.addEventListener('lostpointercapture', onEnd, { once: true });
}

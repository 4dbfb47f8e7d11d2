import { Box, Modal } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ShiftChip } from '@/api/types';
import { ScenePending } from '@/app/SceneStates';
import { useT } from '@/i18n';

const ShiftPanel = lazy(() => import('@/scenes/shifts/ShiftPanel').then((m) => ({ default: m.ShiftPanel })));
const ReturnFlow = lazy(() => import('@/scenes/returns/ReturnFlow').then((m) => ({ default: m.ReturnFlow })));

/** What covers the till for a while and has a screen of its own: a return, the shift. */
export function TillDialog(props: {
  side: 'return' | 'shift';
  /** The receipt that comes back, when it is known. */
  number: string;
  shift: ShiftChip;
  onClose: () => void;
}) {
  const t = useT();
  const { side, shift, onClose } = props;
  return (
    <Modal
      opened
      onClose={onClose}
      fullScreen
      title={side === 'return' ? t('return.title') : t('shift.title', { number: shift.number })}
    >
      <Suspense fallback={<ScenePending />}>
        {side === 'return' ? (
          <ReturnFlow number={props.number} onDone={onClose} />
        ) : (
          <Box maw={1080} mx="auto">
            <ShiftPanel id={shift.id} onClosed={onClose} />
          </Box>
        )}
      </Suspense>
    </Modal>
  );
}

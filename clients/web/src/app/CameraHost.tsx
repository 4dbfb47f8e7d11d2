import { lazy, Suspense } from 'react';
import { cameraOpen } from './camera';
import { deliver } from './scans';

const CameraScanner = lazy(() => import('./CameraScanner').then((m) => ({ default: m.CameraScanner })));

/** Where the camera opens over whatever screen asked for it. */
export function CameraHost() {
  const open = cameraOpen.use();
  if (!open) return null;
  const close = () => cameraOpen.set(false);
  return (
    <Suspense fallback={null}>
      <CameraScanner
        onClose={close}
        onCode={(code) => {
          close();
          deliver(code);
        }}
      />
    </Suspense>
  );
}

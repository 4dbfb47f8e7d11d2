import { createStore } from '@/lib/store';

/** Whether the camera is open as a scanner; what it reads goes where any scan goes. */
export const cameraOpen = createStore(false);

/** A browser gives its camera to this machine's own pages and to trusted ones only. */
export const hasCamera = (): boolean =>
  typeof navigator.mediaDevices?.getUserMedia === 'function' && window.isSecureContext;

import { ActionIcon, Portal, Text } from '@mantine/core';
import { IconBulb, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '@/i18n';
import { codeReader } from '@/lib/barcodes';
import classes from './CameraScanner.module.css';
import { useShortcuts } from './shortcuts';

/** Between two looks at the picture: a phone has other things to do, too. */
const LOOK_MS = 120;
/** A code is believed when two looks in a row agree: a half-seen label reads as another one. */
const AGREE = 2;
type Trouble = 'denied' | 'none' | null;
type Torch = MediaTrackConstraintSet & { torch?: boolean };

/** The camera as a scanner: what it reads is handed over once, as from any other. */
export function CameraScanner(props: { onCode: (code: string) => void; onClose: () => void }) {
  const t = useT();
  const video = useRef<HTMLVideoElement>(null);
  const done = useRef(props.onCode);
  done.current = props.onCode;
  const [trouble, setTrouble] = useState<Trouble>(null);
  const [track, setTrack] = useState<MediaStreamTrack | null>(null);
  const [lit, setLit] = useState(false);
  useShortcuts({ Escape: props.onClose }, { above: true });

  useEffect(() => {
    let wanted = true;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const begin = async () => {
      const [opened, read] = await Promise.all([
        navigator.mediaDevices.getUserMedia({
          video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } },
        }),
        codeReader(),
      ]);
      stream = opened;
      const element = video.current;
      if (!wanted || !element) return stop();
      setTrack(opened.getVideoTracks()[0] ?? null);
      element.srcObject = opened;
      await element.play();
      let last: string | null = null;
      let agreed = 0;
      const look = async () => {
        const code = await readFrame(element, read);
        if (!wanted) return;
        agreed = code !== null && code === last ? agreed + 1 : 1;
        last = code;
        if (code !== null && agreed >= AGREE) {
          navigator.vibrate?.(60);
          done.current(code);
          return;
        }
        timer = setTimeout(() => void look(), LOOK_MS);
      };
      await look();
    };
    const stop = () => {
      for (const one of stream?.getTracks() ?? []) one.stop();
    };
    begin().catch((error: unknown) => {
      if (!wanted) return;
      setTrouble((error as DOMException).name === 'NotAllowedError' ? 'denied' : 'none');
    });
    return () => {
      wanted = false;
      clearTimeout(timer);
      stop();
    };
  }, []);

  const hasTorch = Boolean((track?.getCapabilities?.() as { torch?: boolean } | undefined)?.torch);
  const light = () => {
    void track?.applyConstraints({ advanced: [{ torch: !lit } as Torch] }).then(
      () => setLit(!lit),
      () => undefined,
    );
  };
  return (
    <Portal>
      <div className={classes.cover} role="dialog" aria-label={t('scan.camera')}>
        {trouble === null ? (
          <>
            <video ref={video} className={classes.video} playsInline muted />
            <div className={classes.frame} aria-hidden />
            <Text className={classes.hint}>{t('scan.aim')}</Text>
          </>
        ) : (
          <Text className={classes.hint} role="alert">
            {t(`scan.trouble.${trouble}`)}
          </Text>
        )}
        <div className={classes.tools}>
          {hasTorch && (
            <ActionIcon
              size={56}
              radius="xl"
              variant={lit ? 'filled' : 'default'}
              aria-label={t('scan.torch')}
              onClick={light}
            >
              <IconBulb size={26} />
            </ActionIcon>
          )}
          <ActionIcon
            size={56}
            radius="xl"
            variant="default"
            aria-label={t('common.close')}
            onClick={props.onClose}
          >
            <IconX size={26} />
          </ActionIcon>
        </div>
      </div>
    </Portal>
  );
}

const canvas = document.createElement('canvas');

async function readFrame(
  video: HTMLVideoElement,
  read: (frame: ImageData) => Promise<string | null>,
): Promise<string | null> {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return null;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(video, 0, 0);
  return read(context.getImageData(0, 0, width, height));
}

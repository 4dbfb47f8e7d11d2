import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { displayKeys } from '@/api/display';

const RECONNECT_MS = [300, 1000, 2000, 5000];

/** Asks for the view anew whenever the hub says that the till moved; goes on by itself after a silence. */
export function useDisplayLink(topic: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (topic === undefined) return;
    let wanted = true;
    let attempts = 0;
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => void client.invalidateQueries({ queryKey: displayKeys.view });
    const connect = () => {
      const address = new URL('/api/display/live', window.location.href);
      address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
      const opening = new WebSocket(address);
      socket = opening;
      opening.onopen = () => {
        attempts = 0;
        opening.send(JSON.stringify({ subscribe: [{ topic }] }));
        moved();
      };
      opening.onmessage = (message) => {
        const said = JSON.parse(String(message.data)) as { topic?: string; refused?: string };
        if (said.topic === topic) moved();
      };
      opening.onclose = () => {
        if (!wanted) return;
        // What ended the link may be that this screen is a display no longer.
        moved();
        timer = setTimeout(connect, RECONNECT_MS[Math.min(attempts, RECONNECT_MS.length - 1)]);
        attempts += 1;
      };
    };
    connect();
    return () => {
      wanted = false;
      clearTimeout(timer);
      socket?.close();
    };
  }, [client, topic]);
}

import type { QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { noteAnswer, noteSilence } from '@/api/link';
import { createStore } from '@/lib/store';
import { type LiveMessage, LiveProtocol } from './protocol';
import { Refresher } from './refresh';

export const liveState = createStore<'off' | 'connecting' | 'open'>('off');
/** The build of the hub, once it differs from the one this page began with: the page should be loaded anew. */
export const newBuild = createStore<string | null>(null);

type ScanListener = (code: string, tillId: string) => void;

const RECONNECT_MS = [300, 1000, 2000, 5000];
/** A scan dies after two seconds: nobody wants yesterday's code in today's cart. */
const SCAN_AGE_MS_MAX = 2000;

const protocol = new LiveProtocol();
const scanListeners = new Set<ScanListener>();
let socket: WebSocket | null = null;
let attempts = 0;
let wanted = false;
let firstBuild: string | null = null;
let refresher: Refresher | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

function post(frame: object | null): void {
  if (frame && socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
}

function receive(text: string): void {
  const event = protocol.take(JSON.parse(text) as LiveMessage);
  if (event?.kind === 'hello') {
    if (firstBuild === null) firstBuild = event.build;
    else if (firstBuild !== event.build) newBuild.set(event.build);
  } else if (event?.kind === 'scan') {
    if (Date.now() - Date.parse(event.at) > SCAN_AGE_MS_MAX && attempts > 0) return;
    for (const listener of scanListeners) listener(event.code, event.till_id);
  } else if (event) {
    refresher?.moved(event.topic, event.payload);
  }
}

function connect(): void {
  liveState.set('connecting');
  const address = new URL('/api/live', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const opening = new WebSocket(address);
  socket = opening;
  opening.onopen = () => {
    const again = attempts > 0;
    attempts = 0;
    liveState.set('open');
    noteAnswer();
    post(protocol.resume());
    if (again) refresher?.everything();
  };
  opening.onmessage = (message) => receive(String(message.data));
  opening.onclose = () => {
    if (socket !== opening) return;
    liveState.set('connecting');
    if (attempts > 0) noteSilence();
    if (!wanted) return;
    timer = setTimeout(connect, RECONNECT_MS[Math.min(attempts, RECONNECT_MS.length - 1)]);
    attempts += 1;
  };
}

export function startLive(client: QueryClient): () => void {
  wanted = true;
  refresher = new Refresher(client);
  connect();
  return () => {
    wanted = false;
    clearTimeout(timer);
    refresher?.stop();
    const closing = socket;
    socket = null;
    closing?.close();
    liveState.set('off');
  };
}

/** Follows topics while the component is on the screen. */
export function useLive(...topics: (string | null | undefined)[]): void {
  const list = topics.filter((topic): topic is string => Boolean(topic)).join('\n');
  useEffect(() => {
    const names = list === '' ? [] : list.split('\n');
    for (const topic of names) post(protocol.follow(topic));
    return () => {
      for (const topic of names) post(protocol.unfollow(topic));
    };
  }, [list]);
}

export function listenToScans(listener: ScanListener): () => void {
  scanListeners.add(listener);
  return () => scanListeners.delete(listener);
}

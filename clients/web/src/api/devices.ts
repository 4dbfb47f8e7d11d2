import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { requestId } from './ids';
import { pagedQuery } from './lists';
import type {
  Agent,
  Device,
  DeviceInput,
  DeviceJob,
  FoundDevice,
  HubNetwork,
  LogLine,
  Page,
  PairingCode,
  PrinterProfile,
  PrinterSettings,
  ScannerSheet,
  TerminalAnswer,
  TestAnswer,
  Till,
} from './types';

export const deviceKeys = {
  all: ['devices'] as const,
  list: ['devices', 'list'] as const,
  found: ['devices', 'found'] as const,
  jobs: (id: string) => ['devices', 'jobs', id] as const,
  log: (id: string) => ['devices', 'log', id] as const,
  agents: ['devices', 'agents'] as const,
  profiles: ['devices', 'profiles'] as const,
  sheets: ['devices', 'sheets'] as const,
  network: ['devices', 'network'] as const,
};

export const devicesQuery = queryOptions({
  queryKey: deviceKeys.list,
  queryFn: ({ signal }) => get<Device[]>('/devices', undefined, signal),
});
/** What is plugged in and not in use; an address of the network is tried only when it is given. */
export const foundQuery = (address: string) =>
  queryOptions({
    queryKey: [...deviceKeys.found, address],
    queryFn: ({ signal }) => get<FoundDevice[]>('/devices/found', { address }, signal),
    retry: false,
  });
export const jobsQuery = (id: string) =>
  pagedQuery<Page<DeviceJob>>(deviceKeys.jobs(id), `/devices/${id}/jobs`, {});
export const deviceLogQuery = (id: string) =>
  queryOptions({
    queryKey: deviceKeys.log(id),
    queryFn: ({ signal }) => get<LogLine[]>(`/devices/${id}/log`, undefined, signal),
  });
export const agentsQuery = queryOptions({
  queryKey: deviceKeys.agents,
  queryFn: ({ signal }) => get<Agent[]>('/agents', undefined, signal),
});
export const profilesQuery = queryOptions({
  queryKey: deviceKeys.profiles,
  queryFn: ({ signal }) => get<PrinterProfile[]>('/profiles', undefined, signal),
  staleTime: 600_000,
});

export const scannerSheetsQuery = queryOptions({
  queryKey: deviceKeys.sheets,
  queryFn: ({ signal }) => get<ScannerSheet[]>('/scanner-sheets', undefined, signal),
  staleTime: 600_000,
});
/** Where other machines reach this hub, and by what they know it. */
export const networkQuery = queryOptions({
  queryKey: deviceKeys.network,
  queryFn: ({ signal }) => get<HubNetwork>('/network', undefined, signal),
});

const SLOTS = { printer: 'printer_id', terminal: 'terminal_id', scanner: 'scanner_id' } as const;

/** Saves the card, then gives the device to its tills: a till has one printer, one terminal, one scanner. */
export async function saveDevice(
  { id, tills, ...body }: DeviceInput & { id?: string; tills: { till: Till; serves: boolean }[] },
  key: string,
): Promise<Device> {
  const saved = id
    ? await send<Device>('PUT', `/devices/${id}`, { key, body })
    : await send<Device>('POST', '/devices', { key, body });
  const slot = body.kind === 'drawer' ? null : SLOTS[body.kind];
  for (const { till, serves } of tills) {
    if (slot === null || (till[slot] === saved.id) === serves) continue;
    await send('PUT', `/tills/${till.id}`, {
      key: requestId(),
      body: { ...till, [slot]: serves ? saved.id : null },
    });
  }
  return saved;
}
export const archiveDevice = (id: string, key: string) =>
  send<Device>('POST', `/devices/${id}/archive`, { key });
export const testDevice = (id: string, key: string) =>
  send<TestAnswer>('POST', `/devices/${id}/test`, { key });
export const printChart = (id: string, key: string) =>
  send<DeviceJob>('POST', `/devices/${id}/chart`, { key });
export const answerChart = (
  { id, ...body }: { id: string; version: number; answers: PrinterSettings },
  key: string,
) => send<Device>('PUT', `/devices/${id}/chart`, { key, body });
export const registerTerminal = ({ id, till_name }: { id: string; till_name: string }, key: string) =>
  send<Device>('POST', `/devices/${id}/terminal/register`, { key, body: { till_name } });
export const askDevice = (id: string, key: string) => send<Device>('POST', `/devices/${id}/ask`, { key });
export const refreshTerminal = (id: string, key: string) =>
  send<TerminalAnswer>('POST', `/devices/${id}/terminal/refresh`, { key });
export const reprintJob = (id: string, key: string) =>
  send<DeviceJob>('POST', `/jobs/${id}/reprint`, { key });
export const cancelJob = (id: string, key: string) => send<DeviceJob>('POST', `/jobs/${id}/cancel`, { key });
export const pairAgent = (_: null, key: string) =>
  send<PairingCode>('POST', '/agents/pair', { key, body: {} });
export const dropAgent = (id: string, key: string) => send<void>('DELETE', `/agents/${id}`, { key });

/** A job with its reason as a sentence. */
export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: [...deviceKeys.all, 'job', id],
    queryFn: ({ signal }) => get<DeviceJob>(`/jobs/${id}`, undefined, signal),
    retry: false,
  });

import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import { pagedQuery } from './lists';
import type {
  Agent,
  Device,
  DeviceInput,
  DeviceJob,
  FoundDevice,
  LogLine,
  Page,
  PairingCode,
  PrinterProfile,
  Protection,
} from './types';

export const deviceKeys = {
  all: ['devices'] as const,
  list: ['devices', 'list'] as const,
  found: ['devices', 'found'] as const,
  jobs: (id: string) => ['devices', 'jobs', id] as const,
  log: (id: string) => ['devices', 'log', id] as const,
  agents: ['devices', 'agents'] as const,
  profiles: ['devices', 'profiles'] as const,
};

export const devicesQuery = queryOptions({
  queryKey: deviceKeys.list,
  queryFn: ({ signal }) => get<Device[]>('/devices', undefined, signal),
});
export const foundQuery = queryOptions({
  queryKey: deviceKeys.found,
  queryFn: ({ signal }) => get<FoundDevice[]>('/devices/found', undefined, signal),
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

export const saveDevice = ({ id, ...body }: DeviceInput & { id?: string }, key: string) =>
  id ? send<Device>('PUT', `/devices/${id}`, { key, body }) : send<Device>('POST', '/devices', { key, body });
export const archiveDevice = (id: string, key: string) =>
  send<void>('POST', `/devices/${id}/archive`, { key });
export const testDevice = (id: string, key: string) => send<void>('POST', `/devices/${id}/test`, { key });
export const printChart = (id: string, key: string) => send<void>('POST', `/devices/${id}/chart`, { key });
export const answerChart = ({ id, answers }: { id: string; answers: Record<string, boolean> }, key: string) =>
  send<Device>('PUT', `/devices/${id}/chart`, { key, body: { answers } });
export const registerTerminal = ({ id, till_name }: { id: string; till_name: string }, key: string) =>
  send<void>('POST', `/devices/${id}/terminal/register`, { key, body: { till_name } });
export const refreshTerminal = (id: string, key: string) =>
  send<void>('POST', `/devices/${id}/terminal/refresh`, { key });
export const protectTerminal = ({ id, mode }: { id: string; mode: Protection }, key: string) =>
  send<void>('POST', `/devices/${id}/terminal/protection`, { key, body: { mode } });
export const reprintJob = (id: string, key: string) => send<void>('POST', `/jobs/${id}/reprint`, { key });
export const cancelJob = (id: string, key: string) => send<void>('POST', `/jobs/${id}/cancel`, { key });
export const pairAgent = (_: null, key: string) =>
  send<PairingCode>('POST', '/agents/pair', { key, body: {} });
export const dropAgent = (id: string, key: string) => send<void>('DELETE', `/agents/${id}`, { key });

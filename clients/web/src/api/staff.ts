import { queryOptions } from '@tanstack/react-query';
import { get, send } from './http';
import type { Page, Permission, Role, RoleInput, User, UserInput, UserSession } from './types';

export const staffKeys = {
  all: ['staff'] as const,
  users: ['staff', 'users'] as const,
  user: (id: string) => ['staff', 'user', id] as const,
  sessions: (id: string) => ['staff', 'user', id, 'sessions'] as const,
  roles: ['staff', 'roles'] as const,
  permissions: ['staff', 'permissions'] as const,
};

export const usersQuery = queryOptions({
  queryKey: staffKeys.users,
  queryFn: async ({ signal }) => (await get<Page<User>>('/users', undefined, signal)).items,
});
export const userQuery = (id: string) =>
  queryOptions({
    queryKey: staffKeys.user(id),
    queryFn: ({ signal }) => get<User>(`/users/${id}`, undefined, signal),
  });
export const userSessionsQuery = (id: string) =>
  queryOptions({
    queryKey: staffKeys.sessions(id),
    queryFn: ({ signal }) => get<UserSession[]>(`/users/${id}/sessions`, undefined, signal),
  });
export const rolesQuery = queryOptions({
  queryKey: staffKeys.roles,
  queryFn: ({ signal }) => get<Role[]>('/roles', undefined, signal),
});
export const permissionsQuery = queryOptions({
  queryKey: staffKeys.permissions,
  queryFn: ({ signal }) => get<Permission[]>('/permissions', undefined, signal),
  staleTime: 600_000,
});

export const saveUser = ({ id, ...body }: UserInput & { id?: string }, key: string) =>
  id ? send<User>('PUT', `/users/${id}`, { key, body }) : send<User>('POST', '/users', { key, body });
export const setPassword = ({ id, password }: { id: string; password: string }, key: string) =>
  send<void>('POST', `/users/${id}/password`, { key, body: { password } });
export const setPin = ({ id, pin }: { id: string; pin: string }, key: string) =>
  send<void>('POST', `/users/${id}/pin`, { key, body: { pin } });
export const setActive = ({ id, active }: { id: string; active: boolean }, key: string) =>
  send<User>('POST', `/users/${id}/${active ? 'enable' : 'disable'}`, { key });
export const endSession = (id: string, key: string) => send<void>('DELETE', `/sessions/${id}`, { key });
export const saveRole = ({ id, ...body }: RoleInput & { id?: string }, key: string) =>
  id ? send<Role>('PUT', `/roles/${id}`, { key, body }) : send<Role>('POST', '/roles', { key, body });

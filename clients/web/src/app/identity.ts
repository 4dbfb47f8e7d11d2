import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { sessionQuery } from '@/api/session';
import type { Session } from '@/api/types';

/** The signed-in session: everything inside of the gate may rely on it. */
export const IdentityContext = createContext<Session | null>(null);

export function useIdentity(): Session {
  const session = useContext(IdentityContext);
  if (!session) throw new Error('outside of the gate');
  return session;
}

export function useMay(): (permission: string) => boolean {
  const { permissions } = useIdentity();
  return (permission) => permissions.includes(permission);
}

export const useZone = (): string => useIdentity().store.zone;
export const useCurrency = (): string => useIdentity().store.currency;
/** The session when there is one, for screens on both sides of the gate. */
export const useSessionQuery = () => useQuery(sessionQuery);

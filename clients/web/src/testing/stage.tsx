import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import type { Session } from '@/api/types';
import { IdentityContext } from '@/app/identity';
import { theme } from '@/app/theme';
import { Toasts } from '@/app/toasts';
import { startLanguage, switchLanguage } from '@/i18n';

/** What a browser has and the stage has not. */
function furnish(): void {
  window.matchMedia = (media: string) =>
    ({
      media,
      matches: window.innerWidth <= Number(/max-width: (\d+)px/.exec(media)?.[1] ?? 0),
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }) as unknown as MediaQueryList;
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  globalThis.IntersectionObserver = class {
    observe() {}
    unobserve() {}
    disconnect() {}
  } as unknown as typeof IntersectionObserver;
  if (!document.fonts) Object.assign(document, { fonts: new EventTarget() });
  Element.prototype.scrollIntoView ??= () => undefined;
}

export const PERSON = {
  user: { id: '1', name: 'Aigul', phone: '77010000001', role_ids: [], role_names: [], has_pin: true },
  permissions: ['catalog.view', 'catalog.edit'],
  discount_limit_percent: '10',
  store: { name: 'Store', currency: 'KZT', zone: 'Asia/Almaty', role: 'store' },
  till: null,
  locked: false,
  language: 'en',
} as unknown as Session;

/** What the hub would answer, by method and address; what is not named is not there. */
export type Answers = Record<string, (body: unknown) => unknown>;

let started: Promise<void> | null = null;

/** A part of the screen as a person has it before them: themed, signed in, in English, with a hub that answers as told. */
export async function stage(
  part: ReactNode,
  options: { at?: string; answers?: Answers; width?: number; may?: string[] } = {},
) {
  furnish();
  window.innerWidth = options.width ?? 1280;
  started ??= startLanguage();
  await started;
  await switchLanguage('en');
  const asked: { method: string; path: string; body: unknown }[] = [];
  vi.stubGlobal(
    'fetch',
    vi.fn(async (address: string, init?: RequestInit) => {
      const method = init?.method ?? 'GET';
      const path = address.replace(/^\/api/, '');
      const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      asked.push({ method, path, body });
      const answer = options.answers?.[`${method} ${path.split('?')[0]}`];
      const given = answer ? await answer(body) : { status: 404, code: 'card.not_found', title: 'Not there' };
      const status = answer ? ((given as { status?: number }).status ?? 200) : 404;
      return new Response(JSON.stringify(given), {
        status,
        headers: { 'content-type': 'application/json' },
      });
    }),
  );
  const root = createRootRoute({ component: Outlet });
  const framed = createRoute({
    getParentRoute: () => root,
    id: 'framed',
    component: Outlet,
  });
  const here = createRoute({ getParentRoute: () => framed, path: '/', component: () => part });
  const other = createRoute({
    getParentRoute: () => framed,
    path: '/other',
    component: () => <h1>Other screen</h1>,
  });
  const router = createRouter({
    routeTree: root.addChildren([framed.addChildren([here, other])]),
    history: createMemoryHistory({ initialEntries: [options.at ?? '/'] }),
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const person = { ...PERSON, permissions: [...PERSON.permissions, ...(options.may ?? [])] } as Session;
  const shown = render(
    <MantineProvider theme={theme} env="test">
      <QueryClientProvider client={client}>
        <IdentityContext.Provider value={person}>
          <RouterProvider router={router as never} />
          <Toasts />
        </IdentityContext.Provider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return {
    ...shown,
    asked,
    /** What stands in the address behind its question mark. */
    search: () => router.state.location.search,
    /** Leads to the stage's other screen. */
    leave: () => router.navigate({ to: '/other' } as never),
  };
}

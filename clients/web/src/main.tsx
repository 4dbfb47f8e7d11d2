import '@mantine/core/styles.css';
import '@/app/base.css';
import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { recallWhenSilent } from '@/app/lastKnown';
import { queryClient } from '@/app/queries';
import { router } from '@/app/router';
import { keepShell } from '@/app/shell';
import { theme } from '@/app/theme';
import { Toasts } from '@/app/toasts';
import { startLanguage } from '@/i18n';

await startLanguage();

recallWhenSilent(queryClient);
keepShell();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);

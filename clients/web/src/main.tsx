import '@mantine/core/styles.css';
import '@/app/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { recallWhenSilent } from '@/app/lastKnown';
import { queryClient } from '@/app/queries';
import { router } from '@/app/router';
import { keepShell } from '@/app/shell';
import { Themed } from '@/app/Themed';
import { Toasts } from '@/app/toasts';
import { sweepKept } from '@/components/form/kept';
import { startLanguage } from '@/i18n';

await startLanguage();

recallWhenSilent(queryClient);
keepShell();
sweepKept();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Themed>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </Themed>
  </StrictMode>,
);

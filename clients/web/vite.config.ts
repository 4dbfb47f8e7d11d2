import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds a running hub. */
const hub = process.env.DUKEN_HUB ?? 'http://127.0.0.1:7700';

const BROWSERS = ['chrome109', 'firefox115'];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    // Old tills: the last Chromium for Windows 7 and 8, and Firefox ESR. `npm run browsers` looks at what came out.
    target: BROWSERS,
    cssTarget: BROWSERS,
    manifest: true,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What every screen needs travels in few files; the rest follows its screen.
        codeSplitting: {
          groups: [
            { name: 'base', test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next)\// },
            { name: 'hub', test: /src\/(api|lib|live)\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: hub, ws: true }, '/trust': hub },
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'] },
});

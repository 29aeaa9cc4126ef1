import { defineConfig } from 'vitest/config';

// The planted leaks run apart from the suite: each of these files has to fail, save the tidy one.
export default defineConfig({
  cacheDir: '../../../node_modules/.vite/leaks',
  test: {
    include: ['*.leak.ts'],
    pool: 'forks',
    env: { LEAK_PATIENCE_MS: '300' },
    setupFiles: ['../no-leaks.ts'],
    reporters: [['json', { stdout: true }]],
  },
});

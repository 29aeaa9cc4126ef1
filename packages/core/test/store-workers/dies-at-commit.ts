import { serve } from '../../src/adapters/sqlite-store/serve.ts';

// The store's own thread, which ends before anyone hears of a commit.
serve({ afterCommit: () => process.exit(1) });

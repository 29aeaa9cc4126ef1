import { buildPackage } from '../../tsup.base.ts';

export default buildPackage(
  {
    index: 'src/index.ts',
    http: 'src/http/index.ts',
    'executor-kit': 'src/adapters/shared/executor-kit/index.ts',
    sql: 'src/adapters/shared/sql/index.ts',
    testing: 'src/testing/index.ts',
  },
  {
    'sqlite-worker': 'src/adapters/sqlite-store/worker.ts',
    'lock-worker': 'src/adapters/data-dir/lock-worker.ts',
    'function-worker': 'src/adapters/function-executor/worker.ts',
    'process-launcher': 'src/adapters/process-executor/launcher-process.ts',
    cli: 'src/cli/main.ts',
  },
);

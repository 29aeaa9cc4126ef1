#!/usr/bin/env node
import { quietAboutSqlite } from './quiet-about-sqlite.ts';
import { runCli } from './run-cli.ts';

// The process of the command line. Nothing else may import this file.
quietAboutSqlite();
runCli(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  cwd: process.cwd(),
  now: () => Date.now(),
}).then((code) => {
  process.exitCode = code;
});

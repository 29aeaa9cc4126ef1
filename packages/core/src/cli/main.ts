#!/usr/bin/env node
import { quietAboutSqlite } from './quiet-about-sqlite.ts';
import { runCli } from './run-cli.ts';
import { thisTerminal } from './this-terminal.ts';

// The process of the command line. Nothing else may import this file.
quietAboutSqlite();
runCli(process.argv.slice(2), thisTerminal()).then((code) => {
  process.exitCode = code;
});

#!/usr/bin/env node
// Plain JavaScript: it may start on Node 20, which cannot run cli.ts.
import { bootstrap } from './bootstrap.mjs';

await bootstrap('cli.ts', process.argv.slice(2));

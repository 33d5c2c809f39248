#!/usr/bin/env node
// Plain JavaScript: it may start on Node 20, which cannot run cli.ts.
import { basename } from 'node:path';
import { bootstrap } from './bootstrap.mjs';

// By its name, which npm has put on the PATH: hints then print that name, and npm's script in a clone without it.
if (basename(process.argv[1] ?? '') === 'production-audit') process.env.AUDIT_CALLED_AS = 'production-audit';
await bootstrap('cli.ts', process.argv.slice(2));

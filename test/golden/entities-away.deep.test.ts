import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EntityName } from '../../audit/contract.ts';
import type { HistoryWindow } from '../../audit/evidence.ts';
import { loadEvidence } from '../../sources/collect.ts';
import { mappableEntities, mappingFolder } from '../../sources/database/mapping.ts';
import {
  auditShifts,
  auditWindow,
  createBench,
  fillBench,
  type Audited,
  type Bench,
  type FilledBench,
} from '../support/audit.ts';
import { expectGolden } from '../support/golden.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { differenceText, saidBy, type Said } from './said.ts';

/** For a loaded machine: seconds on a quiet one. */
const PATIENCE_MS = 600_000;

let bench: Bench;
let filled: FilledBench;
let whole: Said;
let history: readonly HistoryWindow[];
beforeAll(async () => {
  bench = await createBench();
  filled = await fillBench(bench, '2026-11-20T08:10:00Z');
  const newest = (await auditShifts(bench, filled))[2];
  if (!newest) throw new Error('the demo has three shifts');
  whole = saidBy(newest);
  ({ history } = (await loadEvidence(bench.artifacts, newest.evidenceHash)).evidence);
}, PATIENCE_MS);
afterAll(async () => {
  await bench.close();
});

/** The newest shift as a mapping without these entities shows it; snapshots, which no mapping has, go from the store. */
async function auditWithout(away: readonly EntityName[]): Promise<Audited> {
  const window = filled.shifts[2];
  if (!window) throw new Error('the demo has three shifts');
  const bot = { ...filled.bot, mappingFolder: mappingWithout(filled.bot.facts.mapping, away) };
  const audit = (): Promise<Audited> => auditWindow(bench, { ...filled, bot, window, history });
  if (!away.includes('snapshot')) return audit();
  const rename = 'update audit.snapshot set bot = $2 where bot = $1';
  await bench.pool.query(rename, [bot.facts.name, 'away']);
  try {
    return await audit();
  } finally {
    await bench.pool.query(rename, ['away', bot.facts.name]);
  }
}

/** A copy of a mapping under its own name, for messages name the folder. */
function mappingWithout(mapping: string, away: readonly EntityName[]): string {
  const folder = join(scratchDirectory('mapping'), mapping);
  mkdirSync(folder);
  for (const entity of mappableEntities().filter((one) => !away.includes(one)))
    copyFileSync(join(mappingFolder(mapping), `${entity}.sql`), join(folder, `${entity}.sql`));
  return folder;
}

const ENTITIES: readonly EntityName[] = [...mappableEntities(), 'snapshot'];

test(
  'with nothing away nothing changes',
  async () => {
    expect(differenceText(saidBy(await auditWithout([])), whole)).toBe('');
  },
  PATIENCE_MS,
);

test.each(ENTITIES)(
  'what changes without %s is what is committed',
  async (entity) => {
    const without = saidBy(await auditWithout([entity]));
    expectGolden(`test/golden/sections/without/${entity}.txt`, differenceText(without, whole));
  },
  PATIENCE_MS,
);

test(
  'what changes with positions alone is what is committed',
  async () => {
    const alone = saidBy(await auditWithout(ENTITIES.filter((entity) => entity !== 'position')));
    expectGolden('test/golden/sections/without/all-but-position.txt', differenceText(alone, whole));
  },
  PATIENCE_MS,
);

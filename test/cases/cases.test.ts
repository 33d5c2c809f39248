import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CLEAN, saidOf, wordsOf, type Case } from './case.ts';
import { caseWorlds, type CaseWorlds } from './worlds.ts';

let worlds: CaseWorlds;
beforeAll(async () => {
  worlds = await caseWorlds();
});
afterAll(async () => {
  await worlds.close();
});

const CASES: readonly Case[] = [{ name: 'the clean world as it is', world: 'clean', sql: [], right: CLEAN }];

test.each(CASES.map((one) => [one.name, one] as const))('%s', async (_, { world, sql, facts, right }) => {
  const { words = [], ...rest } = right;
  const audited = await worlds.audited(world, sql, facts);
  expect(saidOf(audited, right)).toEqual(rest);
  for (const word of words) expect(wordsOf(audited)).toMatch(word);
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { saidOf, wordsOf, type Case } from './case.ts';
import { caseWorlds, type CaseWorlds } from './worlds.ts';

const isWhole = process.env['AUDIT_TRIALS'] === '1';

/** Every other variation, in the time that a gate has; AUDIT_TRIALS=1 tries each. */
export function everyOtherCase(cases: readonly Case[]): void {
  casesTest(cases.filter((_one, index) => isWhole || index % 2 === 0));
}

/** A test each, on worlds that are made once for all of them. */
export function casesTest(cases: readonly Case[]): void {
  let worlds: CaseWorlds;
  beforeAll(async () => {
    worlds = await caseWorlds();
  });
  afterAll(async () => {
    await worlds.close();
  });
  test.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    async (_, { world, sql, facts, mapped, right }) => {
      const { words = [], ...rest } = right;
      const audited = await worlds.audited(world, sql, facts, mapped);
      expect(saidOf(audited, right)).toEqual(rest);
      for (const word of words) expect(wordsOf(audited)).toMatch(word);
    },
  );
}

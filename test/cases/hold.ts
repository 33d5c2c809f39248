import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { saidOf, wordsOf, type Case } from './case.ts';
import { caseWorlds, type CaseWorlds } from './worlds.ts';

/** One test a case, over worlds that are made once. */
export function casesHold(cases: readonly Case[]): void {
  let worlds: CaseWorlds;
  beforeAll(async () => {
    worlds = await caseWorlds();
  });
  afterAll(async () => {
    await worlds.close();
  });

  test.each(cases.map((one) => [one.name, one] as const))(
    '%s',
    async (_, { world, sql, facts, right: { words = [], ...right } }) => {
      const audited = await worlds.audited(world, sql, facts);
      expect(saidOf(audited, right)).toEqual(right);
      for (const word of words) expect(wordsOf(audited)).toMatch(word);
    },
  );
}

import { expect, test } from '@jest/globals';
import { rolesOf } from '../../config/roles.ts';

function read(text: string | undefined, separate = true): readonly string[] {
  const problems: string[] = [];
  const roles = rolesOf({ AUDIT_ROLES: text }, separate, (problem) => problems.push(problem));
  return problems.length > 0 ? problems : roles.map(({ role, slots }) => `${role}:${String(slots)}`);
}

test.each([
  ['nothing, one queue', undefined, false, ['main:16']],
  ['nothing, separate queues', undefined, true, ['main:16', 'collect:8', 'compute:4', 'render:2']],
  ['empty is not set', '', false, ['main:16']],
  ['one', 'collect', true, ['collect:8']],
  ['how many at once', ' render:1 , compute:200', true, ['render:1', 'compute:200']],
] as const)('%s', (_what, text, separate, expected) => {
  expect(read(text, separate)).toEqual(expected);
});

test.each(['collects', 'collect,collect', 'render:0', 'render:201', 'main,', 'render=2'])(
  'what is no role is told with those there are: %s',
  (text) => {
    expect(read(text)).toEqual([
      expect.stringMatching(/AUDIT_ROLES is ".*"\. Expected main, collect, compute, render, each once/),
    ]);
  },
);

test('a role without a queue of its own is told what to set', () => {
  expect(read('collect', false)).toEqual([expect.stringContaining('temporal.separateQueues: true')]);
});

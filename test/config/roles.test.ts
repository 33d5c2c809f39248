import { expect, test } from '@jest/globals';
import type { AuditConfig } from '../../audit/configuration.ts';
import { rolesOf } from '../../config/roles.ts';
import { slotsProblem } from '../../worker-roles.ts';
import { scheduledBot } from '../cli/scheduled-bot.ts';

function read(text: string | undefined, separate = true, monitored = 0): readonly string[] {
  const problems: string[] = [];
  const roles = rolesOf({ AUDIT_ROLES: text }, { separate, monitored }, (problem) => problems.push(problem));
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

test('each monitored bot has a place of its own where light work has its queue, and never more than there may be', () => {
  expect(read(undefined, true, 40)[0]).toBe('main:56');
  expect(read('main,render', true, 40)).toEqual(['main:56', 'render:2']);
  expect(read('main:20', true, 40)).toEqual(['main:20']);
  expect(read(undefined, true, 900)[0]).toBe('main:200');
  expect(read(undefined, false, 40)).toEqual(['main:16']);
});

test('a worker with fewer places than monitored bots says so, with what to set', () => {
  const said = (bots: number, slots: number, separateQueues: boolean): string | null =>
    slotsProblem({
      bots: Array.from({ length: bots }, (_, index) => scheduledBot(`b${String(index)}`)),
      temporal: { separateQueues, roles: [{ role: 'main', slots }] },
    } as unknown as AuditConfig);
  expect(said(15, 16, false)).toBeNull();
  expect(said(16, 16, false)).toContain('Set temporal.separateQueues: true');
  expect(said(40, 20, true)).toContain('Give main more in AUDIT_ROLES');
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

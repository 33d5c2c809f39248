import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { shownMetrics } from '../../audit/metrics.ts';
import { readPromql } from './promql.ts';

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

interface Expression {
  readonly expr: string;
}

async function expressions(): Promise<readonly string[]> {
  const rules = parse(await read('prometheus-alerts.yaml')) as {
    readonly groups: readonly { readonly rules: readonly Expression[] }[];
  };
  const board = JSON.parse(await read('grafana-dashboard.json')) as {
    readonly panels: readonly { readonly targets: readonly Expression[] }[];
  };
  return [
    ...rules.groups.flatMap((group) => group.rules),
    ...board.panels.flatMap(({ targets }) => targets),
  ].map(({ expr }) => expr);
}

test('every metric and label of the dashboard and of the Prometheus rules is one that the worker shows', async () => {
  const known = new Map(shownMetrics().map(({ name, labels }) => [name, labels]));
  for (const expr of await expressions()) {
    const { selected, grouped } = readPromql(expr);
    expect(selected).not.toEqual([]);
    for (const { metric, matched } of selected) {
      expect([expr, metric, known.has(metric)]).toEqual([expr, metric, true]);
      expect([expr, metric, matched.filter((label) => known.get(metric)?.includes(label) !== true)]).toEqual([
        expr,
        metric,
        [],
      ]);
    }
    // `instance` is Prometheus's own.
    const shown = new Set(['instance', ...selected.flatMap(({ metric }) => known.get(metric) ?? [])]);
    expect([expr, grouped.filter((label) => !shown.has(label))]).toEqual([expr, []]);
  }
});

test('a gauge of several workers is read from the one that looked last', async () => {
  const gauges = new Set(shownMetrics().flatMap(({ name, kind }) => (kind === 'gauge' ? [name] : [])));
  for (const expr of await expressions()) {
    const read = readPromql(expr).selected.map(({ metric }) => metric);
    if (!read.some((name) => gauges.has(name))) continue;
    const looked = /^audit_(?:alert_watch|watchdog)_success_timestamp_seconds$/;
    expect([expr, read.some((name) => looked.test(name))]).toEqual([expr, true]);
  }
});

test('what is no PromQL is found', () => {
  expect(() => readPromql('max by (bot (audit_bot_positions)')).toThrow('no PromQL');
  expect(readPromql('sum by (bot) (a{b="c"} unless on (d) e offset 1d)')).toEqual({
    selected: [
      { metric: 'a', matched: ['b'] },
      { metric: 'e', matched: [] },
    ],
    grouped: ['bot', 'd'],
  });
});

test('every Prometheus alert says what to do, and what it leads to is there', async () => {
  const { groups } = parse(await read('prometheus-alerts.yaml')) as {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly alert: string;
        readonly annotations: Readonly<Record<string, string>>;
      }[];
    }[];
  };
  const page = await read('../docs/alerts.md');
  for (const { alert, annotations } of groups.flatMap(({ rules }) => rules)) {
    expect([alert, annotations['summary'], annotations['description']]).toEqual([
      alert,
      expect.stringMatching(/\S+ \S+/),
      expect.stringMatching(/\S+ \S+/),
    ]);
    for (const [, id = ''] of (annotations['description'] ?? '').matchAll(/docs\/alerts\.md, ([a-z-]+)/g))
      expect([alert, page.includes(`| \`${id}\` `)]).toEqual([alert, true]);
  }
});

test('every metric is somewhere on the dashboard', async () => {
  const all = (await expressions()).join(' ');
  expect(shownMetrics().filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(all))).toEqual([]);
});

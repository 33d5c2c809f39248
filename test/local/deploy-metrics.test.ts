import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { shownMetrics } from '../../audit/metrics.ts';

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
    const names = expr.match(/\baudit_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    const [name = ''] = names;
    for (const one of names) expect([expr, known.has(one)]).toEqual([expr, true]);
    const grouped = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? [];
    const matched = [...(/\{([^}]*)\}/.exec(expr)?.[1] ?? '').matchAll(/(\w+)(?:=|!=)/g)].map(
      ([, label]) => label,
    );
    expect([
      expr,
      [...grouped, ...matched].filter((label) => known.get(name)?.includes(label ?? '') !== true),
    ]).toEqual([expr, []]);
  }
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

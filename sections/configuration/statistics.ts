import type { Output } from '../../audit/section.ts';
import { missing } from '../../audit/value.ts';
import { partName } from '../shared/facts/limits.ts';
import { counted, lines, shown, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts, Together } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import { unitOf, type Issue } from './issues.ts';
import type { ConfigChangeRow } from './queries.ts';

/** Figures CF1 to CF3. */
export function statistics(facts: Facts, input: Input) {
  const { limits, issues, blind, changes, unreviewed, together, filters, filtersUnseen } = facts;
  const { rows, bot, has } = input;
  const setting = counted({ id: 'CF1', basis: 'limits and switches', queries: asked('limits', 'states') });
  const change = counted({
    id: 'CF2',
    basis: 'events',
    queries: asked('changes'),
    unseen: reasonOf(rows.changes),
  });
  const noVersions =
    reasonOf(rows.versions) ??
    (has('heartbeat', 'version') ? null : missing('missing_column', 'heartbeat.version'));
  return lines({
    columns: WHOLE_BOT,
    basis: 'limits and switches',
    queries: asked('limits'),
    currency: bot.quoteCurrency,
    lines: [
      setting('limits_set', 'Limits in force', limits.length, {
        formula: 'limits of the operator and of the bot, the strictest of each part',
        unseen: reasonOf(rows.limits),
        row: true,
      }),
      setting(
        'limits_missing',
        'Kinds of limit that nobody set',
        issues.filter(({ kind }) => kind === 'missing').length,
        {
          formula:
            'kinds without a limit of the operator or of the bot, where all names of its limits are read',
          unseen: blind,
          row: true,
        },
      ),
      setting('config_issues', 'Settings with an issue', issues.length, {
        formula: 'rows of the table of issues',
        unseen: issues.length > 0 ? null : (reasonOf(rows.limits) ?? reasonOf(rows.states)),
        row: true,
      }),
      change(
        'config_changes',
        'Changes of settings in the window',
        changes.length,
        'events of kind config_changed',
      ),
      change(
        'config_unreviewed',
        'Of them without a reviewer',
        unreviewed.length,
        'changes whose data name nobody as approved_by or reviewed_by',
      ),
      counted({ id: 'CF2', basis: 'heartbeats', queries: asked('versions'), unseen: noVersions })(
        'versions_together',
        'Services with two versions at once',
        new Set(together.map(({ service }) => service)).size,
        'services of which two versions were heard over one time longer than policy configuration.versionsTogetherMin',
      ),
      shown('CF3', 's', 'filters_age', 'Oldest exchange filters', {
        basis: 'states',
        queries: asked('filterCaches'),
        formula: 'largest age_s of states of kind filter_cache in the window',
        unseen: filtersUnseen,
        of: () => Math.max(...filters.map(({ age_s: age }) => age)),
        note: `at most ${String(input.settings.filtersMaxAgeS)} s`,
      }),
    ],
  });
}

const issueTable = table<Issue>({
  parameter: col.text('Parameter', ({ parameter }) => parameter),
  current: col.quantity('Current value', ({ current }) => current),
  rule: col.text('Rule', ({ rule }) => rule),
  recommended: col.quantity('Recommended value', ({ recommended }) => recommended),
  unit: col.text('Unit', ({ unit }) => unit),
  reason: col.text('Reason', ({ reason }) => reason),
  kind: col.text('Kind', ({ kind }) => kind),
});

const limitTable = table<Facts['limits'][number] & { readonly unit: string }>({
  kind: col.text('Parameter', ({ kind }) => kind),
  value: col.quantity('Value', ({ limit }) => limit.value),
  unit: col.text('Unit', ({ unit }) => unit),
  of: col.text('For', ({ limit }) => (limit.scope === 'bot' ? 'whole bot' : partName(limit))),
  by: col.text('Set by', ({ limit }) => limit.by),
  judged: col.text('Judged by', ({ kind }) => JUDGED[kind]),
});

const JUDGED: Readonly<Record<Facts['limits'][number]['kind'], string>> = {
  max_positions: 'PM-01',
  max_position_size: 'PM-01',
  exposure: 'PM-01',
  leverage: 'PM-01',
  daily_loss: 'PN-02',
  per_trade_loss: 'PN-03',
  max_age: 'AG-01',
};

const changeTable = table<ConfigChangeRow>({
  at: col.time('When', ({ at }) => at),
  name: col.text('Parameter', ({ name, type }) => name ?? type),
  old: col.text('Before', ({ old_value: old }) => old),
  new: col.text('After', ({ new_value: now }) => now),
  writer: col.text('Written by', ({ writer }) => writer),
  reviewed: col.text('Reviewed by', ({ reviewed_by: by }) => by),
  event: col.text('Event', ({ id }) => id),
});

export const togetherTable = table<Together>({
  service: col.text('Service', ({ service }) => service),
  one: col.text('Version', ({ versions }) => versions[0]),
  other: col.text('Beside', ({ versions }) => versions[1]),
  from: col.time('From', ({ from }) => from),
  to: col.time('To', ({ to }) => to),
});

export function defineTables({ issues, limits, changes }: Facts, input: Input, out: Output): void {
  const define = tablesOf(out, SECTION, input.bot.quoteCurrency, asked);
  define(issueTable, 'issues', 'Settings with an issue', issues, 'limits', 'states');
  const withUnits = limits.map((one) => ({ ...one, unit: unitOf(one.kind, input) }));
  define(limitTable, 'limits', 'Limits in force', withUnits, 'limits');
  define(changeTable, 'changes', 'Changes of settings', changes, 'changes');
}

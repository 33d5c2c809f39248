import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import type { Facts, Input } from './facts.ts';

/** MC-03: open positions of the snapshots do not follow from their own counters. */
export function gaugeIdentityBroken(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const identity = facts.snapshots?.identity;
  const rows = facts.snapshots?.rows;
  const [first, last] = [rows?.[0], rows?.at(-1)];
  if (!identity || !first || !last || Math.abs(identity.residual) <= identity.tolerance) return [];
  const closesNeverCounted = identity.closed === 0 && identity.opened > 0;
  const opensNeverCounted = identity.opened === 0 && identity.closed > 0;
  const figure = ruleFigures(out, {
    rule: 'MC-03',
    exchange: null,
    basis: 'snapshots',
    queries: [snapshotsQuery.id],
    currency: '',
  });
  const off = figure(
    'gauge_off',
    Math.abs(identity.residual),
    'count',
    'Positions off',
    '|change of the gauge - opened + closed|',
  );
  const gaugeChange = figure(
    'gauge_change',
    identity.residual + identity.opened - identity.closed,
    'count',
    'Change of the gauge',
    'change of total over adjacent snapshots',
  );
  const opened = figure(
    'gauge_opened',
    identity.opened,
    'count',
    'Opened by the counter',
    'sum of new_opened over adjacent snapshots',
  );
  const closed = figure(
    'gauge_closed',
    identity.closed,
    'count',
    'Closed by the counter',
    'sum of closed over adjacent snapshots',
  );
  const stopped = !closesNeverCounted && Math.abs(identity.residualBeforeLastClose) <= identity.tolerance;
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'closes-never-counted',
            text: ['The counter of closed positions is never written.'],
            predicates: [
              { text: 'closed is 0 in every snapshot while openings are counted', held: closesNeverCounted },
            ],
          },
          {
            id: 'closes-stopped',
            text: ['The counter of closed positions stopped during the window.'],
            predicates: [
              { text: 'counters and gauge agree up to the last close that was counted', held: stopped },
              { text: 'the gauge says that more positions ended', held: identity.residual < 0 },
            ],
          },
          {
            id: 'opens-never-counted',
            text: ['The counter of opened positions is never written.'],
            predicates: [
              { text: 'new_opened is 0 in every snapshot while closes are counted', held: opensNeverCounted },
            ],
          },
        ],
        ['Both counters move, but not as the gauge does; missed minutes are not in the residual.'],
      ),
      severity: closesNeverCounted ? 'HIGH' : 'MEDIUM',
      title: text`${off} open positions that the snapshots’ own counters do not explain`,
      description: text`Over adjacent snapshots the open positions changed by ${gaugeChange}, while ${opened} openings and ${closed} closes were counted; the tolerance is ${fig('snapshot_residual_tolerance')}.`,
      occurrences: [{ subject: 'open positions', at: first.row.at, until: last.row.at }],
      frequency: 1,
      evidence: 'monitoring-coverage.gauges',
      impact: {
        financial: ['None by itself.'],
        operational: ['Opened and closed counts from snapshots cannot be trusted.'],
        risk: ['A position that appears or ends without being counted is not noticed.'],
      },
      detection: ['No alert fired: nothing compares the gauge with the counters.'],
      recommendation: closesNeverCounted
        ? [
            'Write the counter of closed positions where positions are closed, and compare it with the gauge each minute.',
          ]
        : ['Write both counters in the transaction that opens or closes the position.'],
      verification: ['The residual of the gauge identity is within its tolerance in the next window.'],
      see: {
        language: 'sql',
        text: `select max(at) as last, sum(new_opened) as opened, sum(closed) as closed, (array_agg(total order by at desc))[1] - (array_agg(total order by at))[1] as change from snapshot where at >= '${input.window.from}' and at < '${input.window.to}'`,
      },
      effort: 'low',
    },
  ];
}

import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { rule, hypothesis } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { missing } from '../../audit/value.ts';
import { text, fig } from '../../audit/text.ts';
import type { Facts, GaugeIdentity } from './facts.ts';
import { type Input, asked } from './input.ts';

const neverCounted = ({ opened, closed }: GaugeIdentity, counter: 'opened' | 'closed'): boolean =>
  counter === 'closed' ? closed === 0 && opened > 0 : opened === 0 && closed > 0;

export const gaugeIdentityBroken = rule<Facts, Input>()({
  id: 'MC-03',
  title: 'Gauge identity broken',
  dimension: 'integrity',
  condition: 'open(to) differs from open(from) + opened - closed of the snapshots',
  effort: 'low',
  find: ({ snapshots }) => {
    const { rows = [], identity = null } = snapshots ?? {};
    const [first, last] = [rows[0], rows.at(-1)];
    return identity && first && last && Math.abs(identity.residual) > identity.tolerance
      ? [{ venue: null, found: [{ first, last }], of: identity }]
      : [];
  },
  unseen: ({ snapshots }, { rows }) =>
    reasonOf(rows.snapshots) ??
    (snapshots?.identity ? null : missing('no_data', 'no two snapshots in a row carry the counters')),
  from: { basis: 'snapshots', queries: asked('snapshots') },
  numbers: ({ of: { residual, opened, closed } }) => ({
    gauge_off: num.count('Positions off', Math.abs(residual), '|change of the gauge - opened + closed|'),
    gauge_change: num.count('Change of the gauge', residual + opened - closed, {
      formula: 'change of total over adjacent snapshots',
    }),
    gauge_opened: num.count('Opened by the counter', opened, 'sum of new_opened over adjacent snapshots'),
    gauge_closed: num.count('Closed by the counter', closed, 'sum of closed over adjacent snapshots'),
  }),
  severity: ({ of }) => (neverCounted(of, 'closed') ? 'HIGH' : 'MEDIUM'),
  causes: ({ of }) => [
    hypothesis('closes-never-counted', 'The counter of closed positions is never written.', [
      'closed is 0 in every snapshot while openings are counted',
      neverCounted(of, 'closed'),
    ]),
    hypothesis(
      'closes-stopped',
      'The counter of closed positions stopped during the window.',
      [
        'counters and gauge agree up to the last close that was counted',
        !neverCounted(of, 'closed') && Math.abs(of.residualBeforeLastClose) <= of.tolerance,
      ],
      ['the gauge says that more positions ended', of.residual < 0],
    ),
    hypothesis('opens-never-counted', 'The counter of opened positions is never written.', [
      'new_opened is 0 in every snapshot while closes are counted',
      neverCounted(of, 'opened'),
    ]),
  ],
  otherwise: 'Both counters move, but not as the gauge does; missed minutes are not in the residual.',
  occurrence: ({ first, last }) => ({ subject: 'open positions', at: first.row.at, until: last.row.at }),
  frequency: () => 1,
  evidence: 'monitoring-coverage.identity',
  see: ({ input }) =>
    `select max(at) as last, sum(new_opened) as opened, sum(closed) as closed, (array_agg(total order by at desc))[1] - (array_agg(total order by at))[1] as change from snapshot where ${during(input, 'at')}`,
  words: (n, { of }) => ({
    title: text`${n.gauge_off} open positions that the snapshots’ own counters do not explain`,
    description: text`Over adjacent snapshots the open positions changed by ${n.gauge_change}, while ${n.gauge_opened} openings and ${n.gauge_closed} closes were counted; the tolerance is ${fig('snapshot_residual_tolerance')}.`,
    financial: 'None by itself.',
    operational: 'Opened and closed counts from snapshots cannot be trusted.',
    risk: 'A position that appears or ends without being counted is not noticed.',
    detection: 'No alert is known to have fired for it; this audit compared the gauge with the counters.',
    recommendation: neverCounted(of, 'closed')
      ? 'Write the counter of closed positions where positions are closed, and compare it with the gauge each minute.'
      : 'Write both counters in the transaction that opens or closes the position.',
    verification: 'The residual of the gauge identity is within its tolerance in the next window.',
  }),
});

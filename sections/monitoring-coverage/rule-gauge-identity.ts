import { fig, text } from '../../audit/text.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import type { Facts, GaugeIdentity } from './facts.ts';
import { asked, type Input } from './input.ts';

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
  from: { basis: 'snapshots', queries: asked('snapshots') },
  numbers: ({ of: { residual, opened, closed } }) => ({
    gauge_off: num.count('Positions off', '|change of the gauge - opened + closed|', Math.abs(residual)),
    gauge_change: num.count(
      'Change of the gauge',
      'change of total over adjacent snapshots',
      residual + opened - closed,
    ),
    gauge_opened: num.count('Opened by the counter', 'sum of new_opened over adjacent snapshots', opened),
    gauge_closed: num.count('Closed by the counter', 'sum of closed over adjacent snapshots', closed),
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
  evidence: 'monitoring-coverage.gauges',
  see: ({ input }) =>
    `select max(at) as last, sum(new_opened) as opened, sum(closed) as closed, (array_agg(total order by at desc))[1] - (array_agg(total order by at))[1] as change from snapshot where ${during(input, 'at')}`,
  words: (n, { of }) => ({
    title: text`${n.gauge_off} open positions that the snapshots’ own counters do not explain`,
    description: text`Over adjacent snapshots the open positions changed by ${n.gauge_change}, while ${n.gauge_opened} openings and ${n.gauge_closed} closes were counted; the tolerance is ${fig('snapshot_residual_tolerance')}.`,
    financial: 'None by itself.',
    operational: 'Opened and closed counts from snapshots cannot be trusted.',
    risk: 'A position that appears or ends without being counted is not noticed.',
    detection: 'No alert fired: nothing compares the gauge with the counters.',
    recommendation: neverCounted(of, 'closed')
      ? 'Write the counter of closed positions where positions are closed, and compare it with the gauge each minute.'
      : 'Write both counters in the transaction that opens or closes the position.',
    verification: 'The residual of the gauge identity is within its tolerance in the next window.',
  }),
});

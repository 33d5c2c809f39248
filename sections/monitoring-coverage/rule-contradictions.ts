import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { during, quoted } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { names } from '../shared/vocabulary/words.ts';
import { causesOf, OTHERWISE, sayOf } from './contradiction-words.ts';
import {
  CONTRADICTIONS,
  contradictionsOf,
  restarts,
  type Contradiction,
  type ContradictionKind,
} from './contradictions.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** One in ten of its heartbeats is the first after a restart: it does not come to work. */
const isCrashLoop = ({ beats, of }: Contradiction): boolean => 10 * beats >= of;

/** Heartbeats that come and say that all is not well: one finding a kind of contradiction. */
export const heartbeatContradictions = rule<Facts, Input>()({
  id: 'NA-05',
  title: 'Heartbeats contradict liveness',
  dimension: 'stability',
  condition: ({ notWellPercent, cycleStillS, togetherBeats, restartsMost }) =>
    `over ${String(notWellPercent)} % of a service's heartbeats are not well, one cycle is repeated for over ${String(cycleStillS / 60)} min, two instances beat at once (${String(togetherBeats)} returns), or over ${String(restartsMost)} restarts`,
  effort: 'medium',
  find(_facts, input) {
    const all = contradictionsOf(input);
    return CONTRADICTIONS.flatMap((kind) => {
      const found = all.filter((one) => one.kind === kind);
      return found.length === 0
        ? []
        : [{ venue: null, found, kind, labels: { contradiction: kind }, of: { kind } }];
    });
  },
  unseen: (_facts, { rows, has }) =>
    reasonOf(rows.heartbeatHabits) ??
    (['status', 'kind', 'cycle', 'instance_id'].some((column) => has('heartbeat', column))
      ? null
      : missing('missing_column', 'heartbeat.status, heartbeat.cycle and heartbeat.instance_id')),
  from: { basis: 'heartbeats', queries: asked('heartbeatHabits') },
  numbers: ({ found }) => {
    const beats = found.reduce((total, one) => total + one.beats, 0);
    const all = found.reduce((total, { of }) => total + of, 0);
    const longest = Math.max(...found.map(({ from, to }) => to - from)) / 1000;
    return {
      contradicting: num.count('Heartbeats that say so', beats, 'heartbeats, or restarts, of these services'),
      of_heartbeats: num.count('Heartbeats of these services', all, 'heartbeats in the window'),
      contradicted_for: num.s('Longest time of one service', longest, 'last - first of these heartbeats'),
    };
  },
  // A counter that stands while the bot trades is a broken counter, not a standing loop.
  severity: ({ of: { kind }, found }) =>
    kind === 'two-instances' ||
    (kind === 'cycle-still' && found.some(({ opened }) => opened === 0)) ||
    (kind === 'restarts' && found.some(isCrashLoop))
      ? 'HIGH'
      : 'MEDIUM',
  causes: ({ of: { kind }, found }) => causesOf(kind, found),
  otherwise: ({ of: { kind } }) => OTHERWISE[kind],
  occurrence: ({ service, from, to }) => ({ subject: service, at: from, until: to }),
  frequency: ({ found }) => found.reduce((total, { beats }) => total + beats, 0),
  evidence: {
    id: 'heartbeat.contradictions',
    suffix: ({ of: { kind } }) => kind,
    title: 'Heartbeats that contradict liveness',
    table: table<Contradiction>({
      service: col.text('Service', ({ service }) => service),
      from: col.time('First', ({ from }) => from),
      to: col.time('Last', ({ to }) => to),
      beats: col.count('Times', ({ beats }) => beats),
      of: col.count('Heartbeats', (one) => one.of),
      word: col.text('Status most often', ({ habit }) => habit.word),
      instances: col.count('Instances', ({ habit }) => habit.instances),
      restarts: col.count('Restarts', ({ habit }) => restarts(habit)),
      opened: col.count('Positions opened meanwhile', ({ opened }) => opened),
    }),
  },
  see: ({ of: { kind }, found, input }) => {
    const services = [...new Set(found.map(({ service }) => quoted(service)))].slice(0, 12).join(', ');
    return SEE[kind](`${during(input, 'at')} and service in (${services})`);
  },
  words: (n, { of: { kind }, found, input }) => {
    const say = sayOf(kind, found, ms(input.window.to));
    const services = names(found.map(({ service }) => service));
    return {
      title: text`${services}: ${say.title(n)}`,
      description: text`${services} wrote ${n.of_heartbeats} heartbeats in the window, and ${say.title(n)}${kind === 'cycle-still' ? '' : text`, over ${n.contradicted_for}`}.`,
      financial: 'Not known: what was not done in this time is in no row.',
      operational: say.operational,
      risk: say.risk,
      detection: 'Uptime counts these heartbeats as life, and no alert is known to have fired.',
      recommendation: say.recommendation,
      verification: say.verification,
    };
  },
});

const SEE: Readonly<Record<ContradictionKind, (where: string) => string>> = {
  'not-well': (where) =>
    `select service, status, kind, count(*) as heartbeats, min(at) as first, max(at) as last from heartbeat where ${where} group by service, status, kind order by heartbeats desc limit 20`,
  'cycle-still': (where) =>
    `select service, instance_id, cycle, count(*) as heartbeats, min(at) as first, max(at) as last from heartbeat where ${where} group by service, instance_id, cycle order by max(at) - min(at) desc limit 20`,
  'two-instances': (where) =>
    `select service, date_trunc('minute', at) as minute, count(distinct instance_id) as instances, string_agg(distinct instance_id, ', ') as ids from heartbeat where ${where} group by service, minute order by instances desc, minute limit 20`,
  restarts: (where) =>
    `select service, instance_id, at, cycle, lag(cycle) over (partition by service, instance_id order by at) as cycle_before, lag(instance_id) over (partition by service order by at) as instance_before from heartbeat where ${where} order by cycle - lag(cycle) over (partition by service, instance_id order by at), at limit 20`,
};

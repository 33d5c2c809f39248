import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import type { StoppedTradingRow } from '../shared/queries/stopped-trading.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { entriesHeld } from './rule-errors.ts';

/** All trading was stopped in the window and is allowed again at its end; one that stands is the business of gate (e). */
export const tradingStopped = rule<Facts, Input>()({
  id: 'HC-02',
  dimension: 'stability',
  title: entriesHeld.title,
  condition: entriesHeld.condition,
  effort: 'low',
  find: ({ states }, { rows }) => {
    const standing = new Set(states.filter(({ says }) => says !== 'free').map(({ name }) => name));
    return wholeBot(rowsOf(rows.stopped).filter(({ name }) => !standing.has(name))).map((group) => ({
      ...group,
      kind: 'stopped',
      labels: { what: 'stopped' },
    }));
  },
  from: { basis: 'states', queries: asked('states', 'stopped') },
  numbers: ({ found }) => ({
    stopped: num.count('Switches that stopped all trading in the window', found.length, {
      formula: 'kill switches and blockers that were on, trading that was not allowed, and free at the end',
    }),
  }),
  severity: () => 'HIGH',
  causes: ({ found }) => [
    {
      ...hypothesis(
        'reason-recorded',
        `The bot recorded why: ${names(found.flatMap(({ reason }) => reason ?? []))}.`,
        ['a reason is recorded with every one of them', found.every(({ reason }) => reason !== null)],
      ),
      direct: true,
    },
  ],
  otherwise: 'Why trading was stopped is not recorded.',
  occurrence: ({ name, first_at: at, last_at: until }) => ({ subject: name, at, until }),
  evidence: {
    id: 'critical-events.stopped',
    title: 'Switches that stopped all trading in the window',
    table: table<StoppedTradingRow>({
      name: col.text('Name', ({ name }) => name),
      rows: col.count('Rows', ({ rows }) => rows),
      first: col.time('First', ({ first_at: at }) => ms(at)),
      last: col.time('Last', ({ last_at: at }) => ms(at)),
      reason: col.text('Reason', ({ reason }) => reason),
    }),
  },
  see: ({ input }) =>
    `select at, name, value, since, reason from state where ${during(input, 'at')} order by at, name`,
  words: (n, { found, input }) => ({
    title: text`${n.stopped} ${noun(found.length, 'switch', 'switches')} stopped all trading in the window`,
    description: text`${names(found.map(({ name }) => name))}: engaged in the window, and free again at its end.`,
    financial: 'Not known; what was open meanwhile was not managed, and signals were not traded.',
    operational: 'The bot did not trade for a part of the window.',
    risk: 'What tripped the switch may come back.',
    detection: alertsStandIn(input, 'the alerts of the window'),
    recommendation: `Find what tripped ${names(found.map(({ name }) => name))} and who set it back, and whether the positions that were open then were watched.`,
    verification: 'No switch stops all trading in the next window.',
  }),
});

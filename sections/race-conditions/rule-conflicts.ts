import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun, on } from '../shared/vocabulary/words.ts';
import type { Conflict } from './conflicts.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** Two writers changed one position at the same time: one finding an exchange and class. */
export const conflictingWrites = rule<Facts, Input>()({
  id: 'RC-01',
  title: 'Conflicting writes',
  dimension: 'risk',
  condition: ({ raceS }) =>
    `two writers change one position less than ${String(raceS)} s apart: its quantity (HIGH; CRITICAL where its fills exceed what it held) or its stop (MEDIUM)`,
  effort: 'high',
  find: ({ ofTwo }) =>
    groupsByVenue(
      ofTwo,
      ({ venue }) => venue,
      ({ kind }) => ({ class: kind }),
    ).map((group) => ({ ...group, kind: `class-${String(group.labels?.['class']).toLowerCase()}` })),
  unseen: ({ blind, conflicts, ofTwo }) => {
    const unnamed = conflicts.length - ofTwo.length;
    if (blind !== null || unnamed === 0) return blind;
    return missing('inadequate_basis', `of ${String(unnamed)} such pairs no row names both writers`);
  },
  from: { basis: 'events, orders and fills', queries: asked('pairs') },
  numbers: ({ found, policy }) => ({
    conflicts: num.count('Conflicting pairs', found.length, 'pairs of two writers on one position'),
    nearest: num.s(
      'Nearest pair',
      Math.min(...found.map(({ apartS }) => apartS)),
      'least time between the two rows',
    ),
    limit: policy('raceS', 'Rows nearer than this are concurrent'),
  }),
  severity: ({ found }) =>
    found.some(({ bad }) => bad) ? 'CRITICAL' : found[0]?.kind === 'C' ? 'HIGH' : 'MEDIUM',
  causes: ({ found, facts }) => {
    const services = facts.instances.map(({ service }) => service);
    const writers = new Set(found.flatMap(({ first, second }) => [first.writer, second.writer]));
    return [
      hypothesis('several-instances', 'A service ran in more than one instance, and each of them acted.', [
        'a writer of these rows is a service whose heartbeats name several instances',
        services.length === 0 ? false : services.some((service) => writers.has(service)),
      ]),
      hypothesis(
        'no-serialisation',
        'Two parts of the bot act on one position without a lock or a version between them.',
        ['the two rows name different writers', found.every(({ known }) => known)],
        ['all pairs are of the same two writers', isOfOnePair(found)],
      ),
    ];
  },
  otherwise: 'Which of the writers acted without the other’s knowledge is not recorded.',
  occurrence: ({ symbol, first, second }) => ({
    subject: symbol,
    at: first.at,
    until: second.at,
  }),
  evidence: {
    of: 'race-conditions.conflicts',
    accused: (cell, { found }) =>
      found.some(
        ({ position, first, apartS, what }) =>
          cell('position') === position &&
          cell('at') === iso(first.at) &&
          cell('apart') === apartS &&
          cell('what') === what,
      ),
  },
  see: ({ found }) =>
    seeRows(
      'event',
      'position_id, at, type, writer, order_id, correlation_id',
      'position_id',
      found.map(({ position }) => position),
      'position_id, at',
    ),
  words: (n, { found, venue, input, occurrences }) => {
    const isMoney = found[0]?.kind === 'C';
    const what = [...new Set(found.map((one) => one.what.toLowerCase()))].join(', ');
    return {
      title: text`${n.conflicts} ${noun(found.length, 'position was', 'times positions were')} changed by two writers at once${on(venue)}`,
      description: text`${names(found.map(({ symbol }) => symbol))}: ${what}, the nearest ${n.nearest} apart; rows of two writers nearer than ${n.limit} are concurrent.`,
      financial: isMoney
        ? 'A quantity may have been bought or sold twice; the fills of these positions say whether it was.'
        : 'The stop that stands may not be the one that was meant.',
      operational: 'Each of the two acted on a state that the other was changing.',
      risk: isMoney
        ? 'The same race can close a position twice, and so open one in the other direction.'
        : 'The same race can leave a position without a stop, or a stop without a position.',
      detection: detectionOf(input, occurrences),
      recommendation:
        'Let one worker alone act on a position (a queue or a lock by its id), and refuse a write whose version is not the one that was read.',
      verification: text`No two writers change one position within ${n.limit} in the next window.`,
    };
  },
});

function isOfOnePair(found: readonly Conflict[]): boolean {
  const pairs = found.map(({ first, second }) => [first.writer, second.writer].sort().join(' '));
  return new Set(pairs).size === 1;
}

import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { quoted } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { ABOVE_LIMIT, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { missing } from '../../audit/value.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

/** More positions at once than the limit allows. */
export const maxConcurrent = rule<Facts, Input>()({
  id: 'PM-01',
  title: 'Limit exceeded',
  dimension: 'risk',
  condition: ({ concurrentCriticalFactor }) =>
    `more positions, exposure or leverage than a limit of the bot, an exchange, a symbol or a strategy; CRITICAL above ${String(concurrentCriticalFactor)} times the limit, else HIGH`,
  effort: 'medium',
  find: ({ above }) => wholeBot(above.spells),
  unseen: ({ source, limits }) =>
    reasonOf(source) ?? (limits.positions ? null : missing('no_data', 'no limit of open positions is set')),
  from: ({ from }) => from,
  numbers: ({ found, facts: { limits, of } }) => ({
    most_open: num.count('Most open at once', of(null).concurrency.max, 'see positions_max_concurrent'),
    limit: num.count(
      `Limit of open positions (${limits.positions?.by ?? 'none'})`,
      limits.positions?.value.toNumber() ?? 0,
      'as set',
    ),
    time_above: num.s(
      'Time above the limit',
      found.reduce((total, { from, to }) => total + to - from, 0) / 1000,
      'sum of the time with more open positions than the limit',
    ),
  }),
  severity({ facts: { of, limits, above }, input }, register) {
    const critical = limits.positions?.value.times(input.settings.concurrentCriticalFactor);
    const isCritical = critical?.lessThan(of(null).concurrency.max) === true;
    // The ladder grades the excess, so a small exposure does not lower it.
    const grading = { lowers: false, thresholds: input.shared.thresholds };
    return withExposure(isCritical ? 'CRITICAL' : 'HIGH', above.exposure, grading, register);
  },
  causes: ({ facts: { above, limits }, input }) => [
    hypothesis(
      'entry-race',
      'Entries check the limit and act on it later, so that two of them can pass the same check.',
      [`two entries within ${String(input.settings.entryRaceMs)} ms on the way to the maximum`, above.raced],
      [
        'the limit is one of the bot itself, so it was to be enforced',
        limits.positions?.by === 'limit of the bot' ? true : null,
      ],
    ),
    hypothesis('limit-not-enforced', 'The limit is not enforced when a position is opened.', [
      'entries on the way to the maximum came one after the other',
      !above.raced,
    ]),
  ],
  otherwise: 'The data does not say why entries went past the limit.',
  occurrence: ({ from, to }) => ({ subject: 'bot', at: from, until: to }),
  evidence: ABOVE_LIMIT,
  see({ facts }) {
    const at = quoted(iso(facts.of(null).concurrency.maxAt));
    return `select id, exchange, symbol, opened_at, closed_at\nfrom position\nwhere opened_at <= ${at}\n  and (closed_at is null or closed_at > ${at})\norder by opened_at;`;
  },
  words: (n, { input, note, occurrences }) => ({
    title: text`${n.most_open} positions open at once, the limit is ${n.limit}`,
    description: text`At most ${n.most_open} positions were open at once; the limit is ${n.limit}. It was exceeded for ${n.time_above} of the window.${note}`,
    financial: 'More capital is bound than was planned for.',
    operational: 'Every further entry is sized against a limit that does not hold.',
    risk: 'A common move of the market hits more positions than the risk plan allows.',
    detection: detectionOf(input, occurrences),
    recommendation:
      'Reserve a slot in the same transaction that sends the entry order, and let one process alone open positions.',
    verification: text`The largest number of open positions stays at or below ${n.limit} in the next windows.`,
  }),
});

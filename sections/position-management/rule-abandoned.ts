import { amount, sum } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import type { Abandoned } from './abandoned.ts';
import type { Facts, Input } from './facts.ts';

/** PM-04: open positions that nothing evaluates any more, per exchange. */
export function abandonedPosition(
  { abandoned, venues, market }: Facts,
  input: Input,
  out: Output,
): readonly FindingDraft[] {
  if (!abandoned.ok) return [];
  return venues.flatMap((venue): FindingDraft[] => {
    const found = abandoned.found.filter(({ fact }) => fact.venue === venue);
    if (found.length === 0) return [];
    const watched = abandoned.open.length - abandoned.found.length;
    return [draftOf(venue, found, { watched, market }, input, out)];
  });
}

function draftOf(
  venue: string,
  found: readonly Abandoned[],
  { watched, market }: { readonly watched: number } & Pick<Facts, 'market'>,
  input: Input,
  out: Output,
): FindingDraft {
  const { bot, settings, window } = input;
  const queries = [positionsQuery.id];
  const figure = ruleFigures(out, {
    rule: 'PM-04',
    exchange: venue,
    basis: 'bot-reported positions',
    queries,
    currency: bot.quoteCurrency,
  });
  const n = figure(
    'abandoned',
    found.length,
    'count',
    'Open positions without an evaluation',
    'open at the end, last evaluation longer ago than the limit',
  );
  const longest = figure(
    'longest_silence',
    Math.max(...found.map(({ silentMs }) => silentMs)) / 1000,
    's',
    'Longest time without an evaluation',
    'max of end of window - last evaluation',
  );
  const limit = figure(
    'limit',
    settings.abandonedAfterMin * 60,
    's',
    'Longest accepted time without an evaluation',
    'policy position-management.abandonedAfterMin',
  );
  const notional = figure(
    'notional',
    amount(sum(found.map(({ fact }) => fact.notional))),
    'money',
    'Entry notional of these positions',
    'sum of entry price x quantity',
  );
  const evidence = out.dataset({
    id: `position-management.abandoned.${venueSlug(venue)}`,
    title: `Open positions without an evaluation, ${capitalised(venue)}`,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'strategy', title: 'Strategy', unit: 'text' },
      { key: 'notional', title: 'Notional', unit: 'money', currency: bot.quoteCurrency },
      { key: 'opened', title: 'Opened', unit: 'time' },
      { key: 'last', title: 'Last evaluation', unit: 'time' },
      { key: 'stop', title: 'Stop at the end', unit: 'text' },
    ],
    rows: found.map(({ fact, unprotected }) => [
      fact.id,
      fact.symbol,
      fact.strategy,
      fact.notional.toFixed(),
      iso(fact.openedAt),
      fact.row.last_evaluated_at,
      unprotected === null ? 'unknown' : unprotected ? 'none' : 'in place',
    ]),
    queries,
  });
  const occurrences = found.map(({ fact, lastAt }) => ({
    subject: fact.symbol,
    at: iso(Math.max(lastAt, fact.openedAt)),
    until: window.to,
  }));
  const bare = found.some(({ unprotected }) => unprotected === true);
  const exposure = exposureOf(
    sum(found.map(({ fact, silentMs }) => notionalMinutes(fact.notional, silentMs))),
    market.equityAt(venue, Math.min(...found.map(({ lastAt }) => Math.max(lastAt, ms(window.from))))),
  );
  // Without a stop it is CRITICAL whatever the exposure, and where stops cannot be seen a small one does not lower it.
  const lowers = found.every(({ unprotected }) => unprotected === false);
  const { severity, note } = withExposure(bare ? 'CRITICAL' : 'HIGH', exposure, { lowers }, figure);
  const lastTimes = found.map(({ lastAt }) => lastAt);
  const together = found.length > 1 && Math.max(...lastTimes) - Math.min(...lastTimes) <= 60_000;
  return {
    venue: venue === 'unknown' ? null : venue,
    severity,
    cause: rootCause(
      [
        {
          id: 'worker-stopped',
          text: text`The worker that evaluates positions stopped: no open position is evaluated any more.`,
          predicates: [
            { text: 'no other open position was evaluated within the limit', held: watched === 0 },
            {
              text: 'the last evaluations of all of them lie within one minute',
              held: found.length > 1 ? together : null,
            },
          ],
        },
        {
          id: 'position-dropped',
          text: text`These positions were dropped from the list that the worker evaluates; others still are.`,
          predicates: [{ text: 'other open positions were evaluated within the limit', held: watched > 0 }],
        },
      ],
      text`The data does not say why the evaluations stopped.`,
    ),
    title: text`${n} open ${noun(found.length, 'position')} without an evaluation at ${capitalised(venue)}`,
    description: text`${names(found.map(({ fact }) => fact.symbol))} on ${capitalised(venue)} ${found.length === 1 ? 'was' : 'were'} not evaluated for up to ${longest} before the end of the window. The limit is ${limit}.${note}`,
    occurrences,
    evidence,
    atStake: notional.figure,
    impact: {
      financial: text`${notional} is held without anyone deciding about it.`,
      operational: text`Exits by signal, target and time do not happen for these positions.`,
      risk: bare
        ? text`At least one of them has no stop either.`
        : text`Only a stop at the exchange, where there is one, ends them.`,
    },
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation: text`Take these positions back into the evaluation or close them, and let a watchdog raise an alert for each position that is not evaluated in time.`,
    verification: text`The last evaluation of every open position is younger than ${limit} at the end of the next windows.`,
    see: seeRows(
      'position',
      'id, exchange, symbol, opened_at, last_evaluated_at, stop_loss_price',
      'id',
      found.map(({ fact }) => fact.id),
      'last_evaluated_at',
    ),
    effort: 'medium',
  };
}

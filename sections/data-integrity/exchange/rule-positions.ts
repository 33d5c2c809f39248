import { hypothesis } from '../../shared/vocabulary/rule.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';
import { matchRule } from './rule-match.ts';

/** Open for the bot and flat at the exchange. */
export const phantomPosition = matchRule({
  id: 'DI-01',
  title: 'Phantom position',
  condition: 'open in the bot’s rows at the end, flat at the exchange',
  kinds: ['phantom'],
  says: ['is open for the bot and not at the exchange', 'are open for the bot and not at the exchange'],
  severity: () => 'CRITICAL',
  causes: () => [
    hypothesis(
      'exit-not-seen',
      'They were closed at the exchange, by a stop, a person or a liquidation, and the bot did not see it.',
      ['the exchange has a fill that closes them and that the bot does not', null],
    ),
  ],
  risk: 'The bot manages, and sends exits for, what it no longer holds: a plain exit order opens the opposite position.',
  recommendation: (symbols, place) =>
    `Close ${symbols} in the database from the closing fills of ${capitalised(place)}, and read fills that no order of the bot explains.`,
});

export const untrackedPosition = matchRule({
  id: 'DI-02',
  title: 'Untracked position',
  condition: 'open at the exchange at the end and in no row of the bot; HIGH when it has a stop',
  kinds: ['untracked'],
  says: ['is open at the exchange and unknown to the bot', 'are open at the exchange and unknown to the bot'],
  severity: (found) => (found.every(({ hasStop }) => hasStop === true) ? 'HIGH' : 'CRITICAL'),
  causes: (found) => [
    hypothesis(
      'stop-fired-twice',
      'A stop fired after its position was closed and opened the opposite one.',
      [
        'the exchange has no stop of them',
        found.every(({ hasStop }) => hasStop !== null)
          ? found.every(({ hasStop }) => hasStop === false)
          : null,
      ],
      ['the order that opened it is known', null],
    ),
    hypothesis('entry-not-seen', 'An entry filled and the bot did not see it, or a person opened it.', [
      'the order that opened it is known',
      null,
    ]),
  ],
  risk: 'Nobody looks after it: the bot neither moves its stop nor closes it.',
  recommendation: (symbols, place) =>
    `Decide on ${symbols} on ${place} now: adopt it with a stop, or close it. Send every exit reduce-only.`,
});

export const mismatchedPosition = matchRule({
  id: 'DI-03',
  title: 'Position mismatch',
  condition: 'open on both sides; side CRITICAL, quantity HIGH, entry price, leverage and margin mode MEDIUM',
  kinds: ['side', 'quantity', 'details'],
  says: ['differs from what the exchange has', 'differ from what the exchange has'],
  severity: (found) =>
    found.some(({ kind }) => kind === 'side')
      ? 'CRITICAL'
      : found.some(({ kind }) => kind === 'quantity')
        ? 'HIGH'
        : 'MEDIUM',
  causes: (found) => [
    hypothesis(
      'fill-missed',
      'A fill was missed or counted twice.',
      ['quantities differ', found.every(({ kind }) => kind === 'quantity' || kind === 'side')],
      ['the exchange’s fills show which', null],
    ),
  ],
  risk: 'Stops and exits are sent for a size or a side that the exchange does not have.',
  recommendation: (symbols, place) =>
    `Compare the fills of ${symbols} with those of ${place}, correct the rows, and reconcile positions with the exchange on a schedule.`,
});

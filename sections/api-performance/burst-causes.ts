import { ms } from '../../audit/time.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import type { Facts } from './facts.ts';
import type { Burst } from './bursts.ts';
import type { Input } from './input.ts';

/** Classes of a call that got no answer, or one that says that nobody is there. */
const NO_ANSWER: ReadonlySet<string> = new Set(['timeout', 'network', 'venue_down', 'unknown_outcome']);

/** What may have broken: the class says much, and the other exchanges say whether it was on this side. */
export function rootCauses(found: readonly Burst[], facts: Facts, input: Input): readonly Hypothesis[] {
  const { mainSharePct } = input.settings;
  const share = (isOne: (name: string) => boolean): boolean => {
    const classes = found.flatMap((one) => one.classes);
    const own = classes.filter(([name]) => isOne(name)).reduce((total, [, calls]) => total + calls, 0);
    return 100 * own >= mainSharePct * classes.reduce((total, [, calls]) => total + calls, 0);
  };
  const of = (id: string, text: string, name: string): Hypothesis => ({
    ...hypothesis(id, text, [
      `at least ${String(mainSharePct)} % of the failures were of this class`,
      share((one) => one === name),
    ]),
    direct: true,
  });
  const silent = share((name) => NO_ANSWER.has(name));
  const others = othersAnswered(found, facts);
  const noAnswer = [
    `at least ${String(mainSharePct)} % of the failures had no answer of the exchange`,
    silent,
  ] as const;
  return [
    of(
      'keys',
      'The exchange refused the keys: they expired, lack a permission, or the address is not allowed.',
      'auth',
    ),
    of('clock', 'The clock of the host is off: the exchange refused the time of the requests.', 'timestamp'),
    of('rate-limit', 'More calls were made than the exchange allows.', 'rate_limit'),
    of('unreadable', 'The bot could not read the answers.', 'parse'),
    hypothesis('exchange', 'The exchange was down or did not answer.', noAnswer, [
      'the other exchanges answered at the same time',
      others,
    ]),
    hypothesis('local', "The bot's own network or host failed, not an exchange.", noAnswer, [
      'calls to several exchanges failed at the same time',
      others === null ? null : !others && found.some(({ venues }) => venues.length > 1),
    ]),
  ];
}

/** Whether exchanges without such failures answered meanwhile; null where none was called. */
function othersAnswered(found: readonly Burst[], { steps }: Facts): boolean | null {
  const meanwhile = steps.filter((step) =>
    found.some(({ from, until }) => ms(step.at) >= from && ms(step.at) <= until),
  );
  const broken = new Set(found.flatMap(({ venues }) => venues));
  const others = meanwhile.filter(({ venue }) => !broken.has(venue));
  if (others.length > 0) return others.some(({ calls, failed }) => calls > failed);
  return broken.size > 1 ? false : null;
}

/** Whether an exchange refused the keys all that time, while a position was open there; null where positions are not known. */
export function keysRefused(
  found: readonly Burst[],
  { steps }: Facts,
  { settings, shared }: Input,
): boolean | null {
  const { positions } = shared;
  const spans = found.flatMap(({ venues, from, until }) =>
    venues.flatMap((venue) => {
      const own = steps.filter(
        (step) => step.venue === venue && ms(step.at) > from - 60_000 && ms(step.at) <= until,
      );
      const refused = own.filter(({ auth_failed: failed }) => failed > 0).map(({ at }) => ms(at));
      const [first = 0, last = first] = [refused[0], refused.at(-1)];
      const isLong = last - first > settings.authMin * 60_000;
      const worked = own.some((step) => step.signed_ok > 0 && ms(step.at) > first && ms(step.at) < last);
      return isLong && !worked ? [{ venue, from: first, until: last }] : [];
    }),
  );
  if (spans.length === 0) return false;
  if (!positions.ok) return null;
  return spans.some((span) =>
    positions.positions.some(
      ({ venue, openedAt, closedAt }) =>
        venue === span.venue && openedAt < span.until && (closedAt === null || closedAt > span.from),
    ),
  );
}

/** What to do by the class of the failures. */
const ADVICE: Readonly<Record<string, string>> = {
  auth: 'Check the keys, their permissions and the addresses that the exchange allows; let the bot stop at the first refusal.',
  timestamp:
    'Synchronise the clock of the host (NTP), and let the bot ask the exchange for its time at start.',
  rate_limit: 'Back off at the first such answer, and give each caller a budget of calls.',
  timeout:
    'Compare with the status page of the exchange; retry with a growing pause, and alert on the second failure in a row.',
  network:
    "Check the host's network at that time; retry with a growing pause, and alert on the second failure in a row.",
  venue_down: 'Compare with the status page of the exchange; open nothing new while it does not answer.',
  unknown_outcome: 'Ask the exchange for each order by its client id before it is sent again.',
  parse: 'Write the answer that could not be read into the log, and read unknown fields as none.',
};

export function adviceFor(classes: readonly string[]): string {
  const known = classes.map((name) => ADVICE[name]).find((advice) => advice !== undefined);
  return known ?? 'Read the log of that time for the codes in the table, and treat each of them on its own.';
}

import { ladder, latencyScore } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown, missing, type Missing } from '../../audit/value.ts';
import { check, counted, numberOf, score, unrecorded } from '../shared/vocabulary/check.ts';
import { callsOf, faults, type Facts } from './facts.ts';
import { titleOf, type Input, type OperationKind } from './input.ts';
import { operationsOf } from './operations.ts';
import { submitsUnseen } from './statistics.ts';

const ON_CALLS = { dimension: 'performance', source: 'database', rung: 1 } as const;

/** Share of failed calls by the ladder; calls whose outcome nothing reads may have failed. */
const errorRate = check<Facts, Input>({
  ...ON_CALLS,
  id: 'AP2',
  title: 'Error rate of calls',
  weight: 7.5,
  judge(facts, input, out) {
    if (facts.unseen !== null) return unrecorded(facts.unseen);
    const { errorGoodPct: good, errorWarnPct: warn, errorBadPct: bad } = input.settings;
    const rate = numberOf(out, 'api_error_rate');
    if (typeof rate !== 'number') return rate;
    if (facts.unread > 0)
      return missing(
        'inadequate_basis',
        `the outcome of ${String(facts.unread)} calls is a word that nothing reads`,
      );
    return score(
      ladder(rate, good, warn, bad),
      text`${fig('api_failed')} of ${fig('api_calls')} calls failed, ${fig('api_error_rate')}.`,
    );
  },
});

/** P95 against the objective on the log-normal curve; of fewer calls than a P95 needs, the slowest. */
function inTime(kind: OperationKind, id: string, weight: number) {
  const title = `Duration of calls: ${titleOf(kind).toLowerCase()}`;
  return check<Facts, Input>({
    ...ON_CALLS,
    id,
    title,
    weight,
    judge(facts, input) {
      if (facts.unseen !== null) return unrecorded(facts.unseen);
      const use = operationsOf(facts.groups, input).find((one) => one.kind === kind);
      if (use === undefined) return none(facts);
      const { p95, max, sloMs } = use;
      if (sloMs === null || !isKnown(max)) return unrecorded(missing('no_data', 'no duration is recorded'));
      const labels = `{operation=${kind}}`;
      return score(
        latencyScore(isKnown(p95) ? p95.value : max.value, sloMs),
        isKnown(p95)
          ? text`P95 is ${fig(`api_p95${labels}`)}; ${fig(`api_attained${labels}`)} were answered within the objective.`
          : text`${fig(`api_operation_calls${labels}`)} calls, too few for a P95; the slowest took ${fig(`api_max${labels}`)}.`,
      );
    },
  });
}

/** Without a call of the kind there is nothing to be slow, if every call says what it is for. */
function none({ unknownKind }: Facts): ReturnType<typeof score> | Missing {
  return unknownKind === 0
    ? score(1, text`No such call was made.`, true)
    : missing('inadequate_basis', `what ${String(unknownKind)} calls are for is not told`);
}

/** Full without a submit of unknown outcome, half where each was cleared up, none where one still is open. */
const unclearOrders = check<Facts, Input>({
  ...ON_CALLS,
  id: 'AP7',
  title: 'Orders without a known outcome',
  weight: 7.5,
  judge(facts, input, out) {
    const unseen = submitsUnseen(facts) ?? (input.rows.submits.ok ? null : input.rows.submits);
    if (unseen !== null) return unrecorded(unseen);
    const { unclear } = facts;
    if (unclear.length === 0)
      return facts.unknownKind === 0
        ? score(1, text`Every order that was sent has a known outcome.`)
        : missing('inadequate_basis', `what ${String(facts.unknownKind)} calls are for is not told`);
    const isOpen = unclear.some(({ fate }) => fate === 'unresolved');
    const seen = text`${counted(out, 'api_unclear', 'order was', 'orders were')} sent without a known outcome; ${counted(out, 'api_unclear_unresolved', 'is', 'are')} not resolved, of ${fig('api_unclear_untold')} nothing tells.`;
    if (isOpen) return score(0, seen);
    return unclear.some(({ fate }) => fate === 'untold')
      ? missing('inadequate_basis', 'no order names the calls that had no known outcome')
      : score(0.5, seen);
  },
});

/** The used share of the limit by the ladder; being refused for it is at most half, a ban none. */
const headroom = check<Facts, Input>({
  ...ON_CALLS,
  id: 'AP5',
  title: 'Headroom below rate limits',
  weight: 5,
  judge(facts, input, out) {
    if (facts.unseen !== null) return unrecorded(facts.unseen);
    const limited = faults(facts.errors).filter((one) => one.class === 'rate_limit');
    const peak = numberOf(out, 'api_limit_peak');
    if (limited.some(({ http_status: status }) => status === 418))
      return score(0, text`An exchange banned the bot for its number of calls.`);
    if (callsOf(limited) > 0 && typeof peak !== 'number')
      return score(
        0.5,
        text`${counted(out, 'api_limited', 'call was', 'calls were')} refused for the rate limit.`,
      );
    if (typeof peak !== 'number') return unrecorded(peak);
    const r = ladder(peak, input.settings.limitGoodPct, input.settings.limitWarnPct, 100);
    return score(
      callsOf(limited) > 0 ? Math.min(r, 0.5) : r,
      text`At most ${fig('api_limit_peak')} of a rate limit was used; ${counted(out, 'api_limited', 'call was', 'calls were')} refused for it.`,
    );
  },
});

export const checks = [
  errorRate,
  inTime('open_position', 'AP4-OPEN', 7.5),
  inTime('close_position', 'AP4-CLOSE', 7.5),
  inTime('fetch_price', 'AP4-PRICE', 5),
  unclearOrders,
  headroom,
];

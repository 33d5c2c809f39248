import { ms } from '../time.ts';
import { lasting, many } from '../counted-words.ts';
import { lacking, numberIn, textIn, type AlertRule } from './rule.ts';

const DAY = 1_440;
/** What stops the bot makes decisions fail or wait; it is told instead. */
const STOPPED = ['heartbeat-gap', 'global-blocker'];

export const failureRate: AlertRule = {
  id: 'failure-rate',
  title: 'Many decisions fail',
  level: 'critical',
  reads: ['decision'],
  inhibitedBy: STOPPED,
  condition: ({ failureRatePercent: limit, leastDecisions: least }) =>
    `more than ${String(limit)} % of the decisions of 24 hours failed, of those executed or failed (${String(least)} or more)`,
  todo: 'See why they failed (`production-audit run --kind failures`): too little buying power: smaller positions or more capital; rate limit: slow down; market closed: trading hours; invalid symbol: block list.',
  ask(_limits, provided) {
    const lacks = lacking(provided, 'decision');
    if (lacks !== null) return { lacks };
    return {
      entities: ['decision'],
      minutes: DAY,
      sql: `select (count(*) filter (where d.status = 'failed'))::int as failed, (count(*) filter (where d.status = 'executed'))::int as executed
from @decision d
where d.at >= :from and d.at < :to`,
    };
  },
  judge([row], { limits: { failureRatePercent: limit, leastDecisions: least } }) {
    const failed = numberIn(row, 'failed');
    const decided = failed + numberIn(row, 'executed');
    if (decided < least || failed * 100 <= limit * decided) return { crossings: [] };
    const text = `${String(failed)} of ${many(decided, 'decision')} failed in the last 24 hours, ${percent(failed, decided)}; more than ${String(limit)} % is too many.`;
    return { crossings: [{ subject: 'decisions', text }] };
  },
};

export const strategySuccess: AlertRule = {
  id: 'strategy-success',
  title: 'A strategy seldom succeeds',
  level: 'warning',
  reads: ['decision'],
  inhibitedBy: [...STOPPED, 'failure-rate'],
  condition: ({ strategySuccessPercent: limit, leastDecisions: least }) =>
    `fewer than ${String(limit)} % of a strategy’s decisions of 24 hours were executed, of those executed or failed (${String(least)} or more)`,
  todo: 'Review the strategy’s logic and the data that it gets (`production-audit run --kind strategy`).',
  ask(_limits, provided) {
    const lacks = lacking(provided, 'decision', 'strategy');
    if (lacks !== null) return { lacks };
    return {
      entities: ['decision'],
      minutes: DAY,
      sql: `select left(d.strategy, 120) as strategy, (count(*) filter (where d.status = 'failed'))::int as failed,
  (count(*) filter (where d.status = 'executed'))::int as executed
from @decision d
where d.at >= :from and d.at < :to and d.strategy is not null
group by 1
order by 1
limit 500`,
    };
  },
  judge(rows, { limits: { strategySuccessPercent: limit, leastDecisions: least } }) {
    const crossings = rows.flatMap((row) => {
      const executed = numberIn(row, 'executed');
      const decided = executed + numberIn(row, 'failed');
      if (decided < least || executed * 100 >= limit * decided) return [];
      const strategy = textIn(row, 'strategy') ?? '?';
      const text = `Strategy ${strategy} executed ${String(executed)} of ${many(decided, 'decision')} in the last 24 hours, ${percent(executed, decided)}; less than ${String(limit)} % is too few.`;
      return [{ subject: strategy, text }];
    });
    return { crossings };
  },
};

export const stuckDecisions: AlertRule = {
  id: 'stuck-decisions',
  title: 'Decisions are stuck',
  level: 'critical',
  reads: ['decision'],
  inhibitedBy: STOPPED,
  condition: ({ stuckDecisions: limit, stuckMinutes: age }) =>
    `more than ${many(limit, 'decision')} of the last 7 days pending for more than ${many(age, 'minute')}`,
  todo: 'See whether trading is paused and the job queue runs. Do not execute old decisions afterwards: cancel them, their prices are gone.',
  ask({ stuckMinutes }, provided) {
    const lacks = lacking(provided, 'decision');
    if (lacks !== null) return { lacks };
    return {
      entities: ['decision'],
      minutes: 7 * DAY,
      sql: `select count(*)::int as stuck, min(d.at) as oldest
from @decision d
where d.at >= :from and d.at < :to::timestamptz - interval '${String(stuckMinutes)} minutes' and d.status = 'pending'`,
    };
  },
  judge([row], { limits: { stuckDecisions: limit, stuckMinutes: age }, at }) {
    const stuck = numberIn(row, 'stuck');
    if (stuck <= limit) return { crossings: [] };
    const oldest = lasting(ms(at) - ms(textIn(row, 'oldest') ?? at));
    const text = `${many(stuck, 'decision')} are pending for more than ${many(age, 'minute')}, the oldest for ${oldest}; more than ${String(limit)} is too many.`;
    return { crossings: [{ subject: 'decisions', text }] };
  },
};

export const apiErrors: AlertRule = {
  id: 'api-errors',
  title: 'API errors',
  level: 'critical',
  reads: ['api_call'],
  inhibitedBy: ['heartbeat-gap'],
  condition: ({ apiErrors: limit }) =>
    `more than ${many(limit, 'call')} answered with status 400 or above in an hour`,
  todo: 'Look at the status page of the API, check that the keys are valid and how much of the rate limit is used; see which errors repeat.',
  ask(_limits, provided) {
    const lacks = lacking(provided, 'api_call');
    if (lacks !== null) return { lacks };
    const failed = provided('api_call', 'http_status')
      ? `(c.http_status >= 400 or (c.http_status is null and c.outcome in ('error', 'timeout')))`
      : `c.outcome in ('error', 'timeout')`;
    return {
      entities: ['api_call'],
      minutes: 60,
      sql: `select count(*)::int as calls, (count(*) filter (where ${failed}))::int as errors
from @api_call c
where c.at >= :from and c.at < :to`,
    };
  },
  judge([row], { limits: { apiErrors: limit } }) {
    const errors = numberIn(row, 'errors');
    if (errors <= limit) return { crossings: [] };
    const text = `${String(errors)} of ${many(numberIn(row, 'calls'), 'call')} failed in the last hour; more than ${String(limit)} is too many.`;
    return { crossings: [{ subject: 'calls', text }] };
  },
};

function percent(part: number, whole: number): string {
  return `${((part * 100) / whole).toFixed(1)} %`;
}

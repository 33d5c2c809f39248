import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { LOOK_BACK_DAYS } from './queries.ts';
import { col, table } from '../shared/vocabulary/table.ts';

/** Since when nothing came: the last run that did not fail, or the beginning of the days that were looked at. */
interface Silence {
  readonly since: number;
  readonly failedAt: number | null;
  readonly error: string | null;
}

const silences = table<Silence>({
  since: col.time('Last that did not fail', ({ since }) => since),
  failed: col.time('Last that failed', ({ failedAt }) => failedAt),
  error: col.text('Its error', ({ error }) => error ?? ''),
});

/** No data come any more: strategies decide on old ones, or not at all. */
export const noIngestion = rule<Facts, Input>()({
  id: 'OP-01',
  title: 'Zero ingestion',
  dimension: 'stability',
  condition: ({ zeroIngestionH }) =>
    `no ingestion run that did not fail in the ${String(zeroIngestionH)} h before the end`,
  effort: 'low',
  find: ({ unseen, goodAt, ageH, lookedFrom, failedAt, error }, { settings }) =>
    unseen === null && (ageH === null || ageH > settings.zeroIngestionH)
      ? wholeBot<Silence>([{ since: goodAt ?? lookedFrom, failedAt, error }])
      : [],
  unseen: ({ unseen }) => unseen,
  from: { basis: 'ingestion runs', queries: asked('last') },
  numbers: ({ found, facts, input, policy }) => ({
    age:
      facts.ageH === null
        ? num.h('Time without a run, at least', 24 * LOOK_BACK_DAYS, 'days that were looked at')
        : num.h(
            'Time without a run',
            facts.ageH,
            'end of the window - start of the last run that did not fail',
          ),
    last: num.time(
      'Last sign of it',
      found[0]?.since ?? ms(input.window.to),
      'start of the last run that did not fail',
    ),
    limit: policy('zeroIngestionH', 'Accepted time without a run'),
  }),
  severity: () => 'CRITICAL',
  causes: ({ facts: { failedAt, goodAt } }) => {
    const failedSince = failedAt !== null && failedAt > (goodAt ?? -Infinity);
    return [
      hypothesis(
        'runs-fail',
        'Runs are started, and all of them fail: the source, its credentials or its quota.',
        ['a run failed after the last that did not', failedSince],
      ),
      hypothesis('not-started', 'Nothing starts the runs any more: the scheduler or its host.', [
        'no run of any status was started since',
        !failedSince,
      ]),
    ];
  },
  otherwise: 'Why no run was made is not recorded.',
  occurrence: ({ since }: Silence, { input }) => ({
    subject: 'ingestion',
    at: since,
    until: input.window.to,
  }),
  evidence: { id: 'ingestion.silent', title: 'The newest runs before the end', table: silences },
  see: ({ input }) =>
    `select id, task, source, status, started_at, records_fetched, error from ingestion_run where ${during(
      { window: { from: iso(ms(input.window.to) - 3 * 86_400_000), to: input.window.to } },
      'started_at',
    )} order by started_at desc`,
  standing: true,
  words: (n, { facts: { error } }) => ({
    title: text`No data were ingested for ${n.age}`,
    description: text`The last run that did not fail was started at ${n.last}; more than ${n.limit} without one is not accepted.${error === null ? '' : ` The last error was: ${error}`}`,
    financial: 'Trades that were not made, or made on data of yesterday.',
    operational: 'Strategies have no fresh data to decide on.',
    risk: 'A decision on old data looks like any other.',
    detection: 'No alert is known to have fired for it.',
    recommendation:
      'Look whether the schedule of the tasks still runs, then at their logs, the credentials of the source and its quota; run one task by hand.',
    verification: text`A completed run within ${n.limit} before the end of the next window.`,
  }),
});

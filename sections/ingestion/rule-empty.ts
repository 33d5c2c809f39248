import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { during, quoted } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { TaskRow } from './queries.ts';
import { taskTable } from './statistics.ts';

/** Runs that end well and bring nothing: no error is seen, and the data get old. */
export const emptyIngestion = rule<Facts, Input>()({
  id: 'OP-08',
  title: 'Ingestion without records',
  dimension: 'stability',
  condition: 'a task whose completed runs of the window all fetched 0 records',
  effort: 'low',
  find: ({ empty }) => wholeBot(empty),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'ingestion runs', queries: asked('runs') },
  numbers: ({ found }) => ({
    tasks: num.count(
      'Tasks without a record',
      found.length,
      'tasks whose completed runs all fetched 0 records',
    ),
    runs: num.count(
      'Their runs',
      found.reduce((total, { empty }) => total + empty, 0),
      'completed runs of these tasks in the window',
    ),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found, facts: { tasks } }) => [
    hypothesis(
      'source-empty',
      'The source answers and has nothing to give: its key, its plan, or what is asked for.',
      ['other tasks of the window fetched records', tasks.length > found.length],
    ),
  ],
  otherwise: 'No task fetched a record; why is not recorded.',
  occurrence: ({ task, source, first_at: first, last_at: last }: TaskRow) => ({
    subject: `${task ?? 'unknown'}/${source ?? 'unknown'}`,
    at: ms(first),
    until: ms(last),
  }),
  frequency: ({ found }) => found.reduce((total, { empty }) => total + empty, 0),
  evidence: { id: 'ingestion.empty', title: 'Tasks without a record', table: taskTable },
  see: ({ found, input }) =>
    `select id, task, source, status, started_at, records_fetched from ingestion_run where ${during(input, 'started_at')} and task in (${found.map(({ task }) => quoted(task ?? '')).join(', ')}) order by started_at`,
  words: (n, { found }) => ({
    title: text`${n.tasks} ${found.length === 1 ? 'task' : 'tasks'} fetched no record in ${n.runs} ${found.length === 1 && found[0]?.empty === 1 ? 'run' : 'runs'}`,
    description: text`${names(found.map(({ task, source }) => `${task ?? 'unknown'} of ${source ?? 'unknown'}`))}: every run ended as completed, and brought nothing.`,
    financial: 'Not known: what was missed is not recorded.',
    operational: 'Strategies decide on what was fetched before.',
    risk: 'A run that brings nothing looks as well as one that does.',
    detection: 'No alert is known to have fired for it.',
    recommendation:
      'Ask the source by hand for the same; check the key, the plan, and what the task asks for.',
    verification: 'Every task fetches a record in the next window.',
  }),
});

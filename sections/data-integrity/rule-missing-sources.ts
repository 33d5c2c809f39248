import type { SourceName } from '../../audit/query.ts';
import { text } from '../../audit/text.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { FOUND_BY_PREFLIGHT, PREFLIGHT, preflightCount } from './preflight.ts';

export const missingSources = rule<Facts, Input>()({
  ...PREFLIGHT,
  id: 'DQ-03',
  title: 'Source not read',
  condition:
    'a declared source or a mapped entity failed, is absent or has columns of a wrong type; positions, orders or fills are at an exchange that is not configured; one on which no gate rests has no row for over three times its longest pause of the seven days before; or rows end early, while others tell of later ones that are not stored',
  find: (_facts, input) => wholeBot([...unreadSources(input), ...unreadEntities(input)]),
  numbers: ({ found }) => ({
    broken_sources: preflightCount('Sources and entities that could not be read', found.length),
  }),
  severity: ({ found }) => (found.some(({ declared }) => declared === 'required') ? 'HIGH' : 'MEDIUM'),
  causes: ({ found }) => {
    const error = found.find((one) => one.error !== undefined)?.error;
    const answer = error === undefined ? undefined : `The source answered: ${error.slice(0, 300)}`;
    const silence = answer ?? 'The source is declared and holds no data.';
    const cause = found.some(({ failed }) => failed)
      ? hypothesis('read-failed', silence, ['the source or entity answered with an error', true])
      : hypothesis('never-set-up', silence, ['the source is declared and holds no data', true]);
    return [{ ...cause, direct: answer !== undefined }];
  },
  occurrence: ({ name }, { input: { window } }) => ({ subject: name, at: window.from, until: window.to }),
  evidence: {
    id: 'monitoring-coverage.not-read',
    title: 'Sources and entities that could not be read',
    queries: [],
    table: table<Unread>({
      name: col.text('Source or entity', ({ name }) => name),
      declared: col.text('Declared', ({ declared }) => declared),
      failed: col.text('Read', ({ failed }) => (failed ? 'failed' : 'no data')),
      error: col.text('Error', ({ error }) => error ?? ''),
    }),
  },
  // The doctor looks at the bot's database; snapshots are in the audit's own.
  see: ({ found }) =>
    found.every(({ name }) => name === 'source snapshots')
      ? 'select count(*) as snapshots, min(at) as first, max(at) as last from snapshot'
      : { language: 'sh', text: 'production-audit doctor' },
  words: (n, { found }) => {
    const names = found.slice(0, 6).map(({ name }) => name);
    return {
      title: text`${n.broken_sources} declared ${noun(found.length, 'source or mapped entity', 'sources or mapped entities')} could not be read`,
      description: text`Not seen: ${names.join(', ')}. Every number that needs them is missing with its reason, and their checks count as unseen.`,
      financial: 'Not known.',
      operational: 'The coverage of this audit is lower, and its verdict may be inconclusive.',
      risk: 'What lies in these sources is not audited.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Make ${names.join(', ')} readable, or declare ${noun(found.length, 'it', 'them')} none in the configuration. What ${noun(found.length, 'it', 'each')} answered stands in the evidence.`,
      verification: 'All declared sources and mapped entities are ok in the next report.',
    };
  },
});

type Unread = ReturnType<typeof unreadSources>[number] | ReturnType<typeof unreadEntities>[number];

const unreadSources = ({ sources }: Input) =>
  (Object.entries(sources) as [SourceName, Input['sources'][SourceName]][])
    .filter(([, { declared, status }]) => declared !== 'none' && (status === 'failed' || status === 'absent'))
    .map(([name, { declared, status, error }]) => ({
      name: `source ${name}`,
      declared,
      failed: status === 'failed',
      error,
    }));

function unreadEntities({ sources: { database }, entities }: Input) {
  if (database.status !== 'ok') return [];
  return entities
    .filter(({ status, wrongTypes }) => status === 'error' || wrongTypes.length > 0)
    .map(({ entity, error, wrongTypes: [wrong] }) => ({
      name: `entity ${entity}`,
      declared: database.declared,
      failed: true,
      error: error ?? (wrong && `column ${wrong.column} is ${wrong.type}, ${wrong.expected} is needed`),
    }));
}

import type { EntityState } from '../../audit/evidence.ts';
import type { SourceName } from '../../audit/query.ts';
import { text } from '../../audit/text.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import { rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { FOUND_BY_PREFLIGHT, PREFLIGHT, preflightCount, throughout } from './preflight.ts';

/** A source, or an entity of the database, that gave nothing. */
interface Unread {
  readonly name: string;
  readonly isSource: boolean;
  readonly isRequired: boolean;
  readonly failed: boolean;
  readonly error: string | undefined;
}

/** A declared source or a mapped entity that failed, is absent, or has columns of a wrong type. */
export const missingSources = rule<Facts, Input>()({
  ...PREFLIGHT,
  id: 'DQ-03',
  title: 'Source not read',
  condition: 'a declared source or a mapped entity failed, is absent or has columns of a wrong type',
  find: (_facts, input) => wholeBot([...unreadSources(input), ...unreadEntities(input)]),
  numbers: ({ found }) => ({
    broken_sources: preflightCount('Sources and entities that could not be read', found.length),
  }),
  severity: ({ found }) => (found.some(({ isRequired }) => isRequired) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found }) => {
    const error = found.find((one) => one.error !== undefined)?.error;
    const answer = error === undefined ? undefined : `The source answered: ${error.slice(0, 300)}`;
    const silence = answer ?? 'The source is declared and holds no data.';
    const cause = found.some(({ failed }) => failed)
      ? hypothesis('read-failed', silence, ['the source or entity answered with an error', true])
      : hypothesis('never-set-up', silence, ['the source is declared and holds no data', true]);
    return [{ ...cause, direct: answer !== undefined }];
  },
  otherwise: '',
  occurrence: ({ name }, { input }) => throughout(name, input),
  evidence: ({ found }) =>
    `monitoring-coverage.${found.some(({ isSource }) => isSource) ? 'sources' : 'entities'}`,
  see: () => ({ language: 'sh', text: 'production-audit doctor' }),
  words: (n, { found }) => ({
    title: text`${n.broken_sources} declared ${noun(found.length, 'source or mapped entity', 'sources or mapped entities')} could not be read`,
    description: text`Not seen: ${found
      .slice(0, 6)
      .map(({ name }) => name)
      .join(
        ', ',
      )}. Every number that needs them is missing with its reason, and their checks count as unseen.`,
    financial: 'Not known.',
    operational: 'The coverage of this audit is lower, and its verdict may be inconclusive.',
    risk: 'What lies in these sources is not audited.',
    detection: FOUND_BY_PREFLIGHT,
    recommendation:
      'Repair the source or the mapping named in the evidence, or declare the source none in the configuration.',
    verification: 'All declared sources and mapped entities are ok in the next report.',
  }),
});

function unreadSources({ sources }: Input): readonly Unread[] {
  return (Object.entries(sources) as [SourceName, Input['sources'][SourceName]][])
    .filter(([, { declared, status }]) => declared !== 'none' && (status === 'failed' || status === 'absent'))
    .map(([name, { declared, status, error }]) => ({
      name: `source ${name}`,
      isSource: true,
      isRequired: declared === 'required',
      failed: status === 'failed',
      error,
    }));
}

function unreadEntities({ sources: { database }, entities }: Input): readonly Unread[] {
  if (database.status !== 'ok') return [];
  return entities
    .filter(({ status, wrongTypes }) => status === 'error' || wrongTypes.length > 0)
    .map((state) => ({
      name: `entity ${state.entity}`,
      isSource: false,
      isRequired: database.declared === 'required',
      failed: true,
      error: errorOf(state),
    }));
}

function errorOf({ error, wrongTypes }: EntityState): string | undefined {
  const [first] = wrongTypes;
  return error ?? (first && `column ${first.column} is ${first.type}, ${first.expected} is needed`);
}

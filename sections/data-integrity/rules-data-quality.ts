import type { EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import type { FindingDraft, Occurrence } from '../../audit/finding.ts';
import type { SourceName } from '../../audit/query.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { known } from '../../audit/value.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

type Draft = Pick<
  FindingDraft,
  'severity' | 'title' | 'description' | 'impact' | 'recommendation' | 'verification' | 'cause' | 'see'
>;

export function draft(
  parts: Draft,
  occurrences: readonly Occurrence[],
  evidence: string,
  frequency: number,
): FindingDraft {
  return {
    venue: null,
    occurrences,
    frequency,
    evidence,
    detection: ['No alert fired: the preflight of this audit found it.'],
    effort: 'low',
    ...parts,
  };
}

export function countFigure(out: Output, rule: string, name: string, title: string, value: number): string {
  return out.figure({
    name,
    labels: { rule },
    value: known(value),
    unit: 'count',
    title,
    basis: 'preflight',
    formula: 'sum over the entities of the preflight, in the window',
  });
}

/** DQ-01: spellings that no normal form knows; their rows are read as `unknown`. */
export function unknownSpellings(_facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const found = input.entities.flatMap(({ entity, unknownSpellings: list }) =>
    list.map((spelling) => ({ entity, ...spelling })),
  );
  const [worst] = [...found].sort((a, b) => b.rows - a.rows);
  if (!worst) return [];
  const total = found.reduce((rows, spelling) => rows + spelling.rows, 0);
  const rows = countFigure(out, 'DQ-01', 'unknown_spelling_rows', 'Rows with an unknown spelling', total);
  const spellings = countFigure(out, 'DQ-01', 'unknown_spellings', 'Unknown spellings', found.length);
  return [
    draft(
      {
        severity: 'MEDIUM',
        cause: {
          id: 'unknown-spelling',
          text: ['The bot writes a value that the mapping does not translate.'],
          confidence: 'CONFIRMED',
          predicates: [{ text: 'the value is in the mapped column and in no normal form', held: true }],
        },
        title: text`${fig(rows)} ${noun(total, 'row has', 'rows have')} a value that no normal form knows`,
        description: text`${fig(spellings)} ${noun(found.length, 'spelling is', 'spellings are')} read as unknown, most often ${worst.value.slice(0, 60)} in ${worst.entity}.${worst.column}.`,
        impact: {
          financial: ['None by itself.'],
          operational: ['These rows are missing from counts by status, side, type or severity.'],
          risk: ['A position or order in an unknown state is not judged.'],
        },
        recommendation: text`Translate the value in the mapping of ${worst.entity}, or correct it where the bot writes it.`,
        verification: ['The preflight lists no unknown spelling in the next window.'],
        see: {
          language: 'sql',
          text: `select m."${worst.column}", count(*)\nfrom (\n${selectOf(worst.entity, input)}\n) as m\ngroup by 1\norder by 2 desc`,
        },
      },
      found.map(({ entity, column, value }) => ({
        subject: `${entity}.${column}: ${value}`,
        at: input.window.from,
        until: input.window.to,
      })),
      'monitoring-coverage.unusable',
      total,
    ),
  ];
}

/** DQ-02: NaN, infinite or impossible values; they are read as missing. */
export function unusableValues(_facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const found = input.entities
    .flatMap(({ entity, unusable }) => unusable.map((column) => ({ entity, ...column })))
    .filter(({ rows }) => rows > 0);
  const [worst] = [...found].sort((a, b) => b.rows - a.rows);
  if (!worst) return [];
  const total = found.reduce((rows, column) => rows + column.rows, 0);
  const rows = countFigure(out, 'DQ-02', 'unusable_values', 'Unusable values', total);
  return [
    draft(
      {
        severity: 'MEDIUM',
        cause: {
          id: 'unusable-value',
          text: ['The bot stores a value that is not a number or not a time.'],
          confidence: 'CONFIRMED',
          predicates: [{ text: 'the stored value is NaN, infinite or out of range', held: true }],
        },
        title: text`${fig(rows)} ${noun(total, 'value is not a usable number or time', 'values are not usable numbers or times')}`,
        description: text`They are read as missing, never as 0; most are in ${worst.entity}.${worst.column}.`,
        impact: {
          financial: ['Sums over these columns do not contain these rows.'],
          operational: ['Numbers that need them are incomplete or missing.'],
          risk: ['A NaN in the bot’s own arithmetic spreads to everything computed from it.'],
        },
        recommendation: text`Find where ${worst.entity}.${worst.column} is computed, refuse the value there, and repair the stored rows.`,
        verification: ['The preflight counts no unusable value in the next window.'],
        see: {
          language: 'sql',
          text: `select *\nfrom (\n${selectOf(worst.entity, input)}\n) as m\nwhere m."${worst.column}" is not null\n  and ${unusableIn(worst, input)}`,
        },
      },
      found.map(({ entity, column }) => ({
        subject: `${entity}.${column}`,
        at: input.window.from,
        until: input.window.to,
      })),
      'monitoring-coverage.unusable',
      total,
    ),
  ];
}

/** DQ-03: a declared source or a mapped entity that failed, is absent, or has columns of a wrong type. */
export function missingSources(_facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const sources = (Object.entries(input.sources) as [SourceName, Input['sources'][SourceName]][]).filter(
    ([, { declared, status }]) => declared !== 'none' && (status === 'failed' || status === 'absent'),
  );
  const entities = input.sources.database.status === 'ok' ? input.entities.filter(isBroken) : [];
  if (sources.length + entities.length === 0) return [];
  const required =
    sources.some(([, { declared }]) => declared === 'required') ||
    (entities.length > 0 && input.sources.database.declared === 'required');
  const broken = countFigure(
    out,
    'DQ-03',
    'broken_sources',
    'Sources and entities that could not be read',
    sources.length + entities.length,
  );
  const names = [
    ...sources.map(([name]) => `source ${name}`),
    ...entities.map(({ entity }) => `entity ${entity}`),
  ];
  const failed = sources.some(([, { status }]) => status === 'failed') || entities.length > 0;
  const errors = [...sources.map(([, { error }]) => error), ...entities.map(errorOf)].flatMap(
    (error) => error ?? [],
  );
  return [
    draft(
      {
        severity: required ? 'HIGH' : 'MEDIUM',
        cause: {
          id: failed ? 'read-failed' : 'never-set-up',
          text:
            errors[0] !== undefined
              ? [`The source answered: ${errors[0].slice(0, 300)}`]
              : ['The source is declared and holds no data.'],
          confidence: errors[0] !== undefined ? 'CONFIRMED' : 'LIKELY',
          predicates: [
            {
              text: failed
                ? 'the source or entity answered with an error'
                : 'the source is declared and holds no data',
              held: true,
            },
          ],
        },
        title: text`${fig(broken)} declared ${noun(names.length, 'source or mapped entity', 'sources or mapped entities')} could not be read`,
        description: text`Not seen: ${names.slice(0, 6).join(', ')}. Every number that needs them is missing with its reason, and their checks count as unseen.`,
        impact: {
          financial: ['Not known.'],
          operational: ['The coverage of this audit is lower, and its verdict may be inconclusive.'],
          risk: ['What lies in these sources is not audited.'],
        },
        recommendation: [
          'Repair the source or the mapping named in the evidence, or declare the source none in the configuration.',
        ],
        verification: ['All declared sources and mapped entities are ok in the next report.'],
        see: { language: 'sh', text: 'production-audit doctor' },
      },
      names.map((subject) => ({ subject, at: input.window.from, until: input.window.to })),
      sources.length > 0 ? 'monitoring-coverage.sources' : 'monitoring-coverage.entities',
      names.length,
    ),
  ];
}

function isBroken(state: EntityState): boolean {
  return state.status === 'error' || state.wrongTypes.length > 0;
}

function errorOf({ error, wrongTypes }: EntityState): string | undefined {
  const [first] = wrongTypes;
  return error ?? (first && `column ${first.column} is ${first.type}, ${first.expected} is needed`);
}

/** A stored value that has no normal form. */
function unusableIn({ entity, column }: { entity: EntityName; column: string }, { entities }: Input): string {
  const expression = entities.find((state) => state.entity === entity)?.expressions?.[column];
  return expression === undefined
    ? `m."${column}"::text in ('NaN', 'Infinity', '-Infinity')`
    : `(${expression}) is null`;
}

/** The mapping's own SELECT: these two rules are about values as they are stored, before any normal form. */
export function selectOf(entity: EntityName, { entities }: Input): string {
  return entities.find((state) => state.entity === entity)?.select?.trim() ?? `select * from "${entity}"`;
}

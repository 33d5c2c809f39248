import type { Block, MetricRow, Part } from '../audit/block.ts';
import type { Policy, PolicyValue, QueryRun } from '../audit/evidence.ts';
import { figureKey } from '../audit/figure.ts';
import { policyChangeLines, type PolicyChange } from '../audit/policy-changes.ts';
import type { PresetName } from '../audit/policy-presets.ts';
import type { EvaluatedAudit, Summary } from '../audit/registry.ts';
import type { SectionResult } from '../audit/section.ts';
import { capitalised } from './shared/vocabulary/words.ts';

export const appendixStatistics: Summary = {
  id: 'appendix-a',
  title: 'Appendix A: full statistics',
  parts: ({ results, evidence }) => results.flatMap((result) => statistics(result, evidence.bot.exchanges)),
};

/** One row a figure name, a column an exchange: what carries other labels is in data/figures.csv. */
function statistics(result: SectionResult, exchanges: readonly string[]): readonly Part[] {
  const plain = result.figures.filter(
    ({ id, labels }) => id !== null && Object.keys(labels).every((label) => label === 'exchange'),
  );
  const names = [...new Set(plain.map(({ name }) => name))];
  if (names.length === 0) return [];
  const keys = new Set(plain.map(({ key }) => key));
  const orNull = (key: string): string | null => (keys.has(key) ? key : null);
  const rows = names.flatMap((name): MetricRow[] => {
    const total = plain.find(({ key }) => key === name) ?? plain.find((figure) => figure.name === name);
    if (!total?.id) return [];
    const figures = [...exchanges.map((exchange) => orNull(figureKey(name, { exchange }))), orNull(name)];
    return [{ title: total.title, id: total.id, figures, basis: [total.formula] }];
  });
  const title = result.number === null ? result.title : `${result.number} ${result.title}`;
  return [
    {
      title,
      blocks: [{ type: 'metrics', columns: [...exchanges.map(capitalised), 'Total'], rows, reference: true }],
    },
  ];
}

export const appendixConfiguration: Summary = {
  id: 'appendix-b',
  title: 'Appendix B: configuration and policy',
  parts: ({ evidence, changes }) => [
    { title: 'The bot as configured', blocks: [code(lines(evidence.bot as unknown as PolicyValue))] },
    ...differences(changes, evidence.preset ?? 'standard'),
    {
      title: 'Policy: every threshold in use',
      blocks: [
        { type: 'paragraph', text: [inUse(evidence.policy, changes, evidence.preset ?? 'standard')] },
        { type: 'code', language: 'yaml', text: flow(evidence.policy).join('\n'), reference: true },
      ],
    },
  ],
};

function inUse(policy: Policy, changes: readonly PolicyChange[], preset: PresetName): string {
  const all = Object.values(policy).reduce((sum, settings) => sum + Object.keys(settings).length, 0);
  const own = changes.length === 0 ? '' : `, but for ${String(changes.length)} that stand above`;
  return `${String(all)} thresholds, as the preset ${preset} has them${own}.`;
}

/** A threshold may be another for good reason, and never unseen: each with the usual value and who set it. */
function differences(changes: readonly PolicyChange[], preset: PresetName): readonly Part[] {
  if (changes.length === 0 && preset === 'standard') return [];
  const text = policyChangeLines(changes, preset).join('\n');
  return [
    {
      title: 'Thresholds that are not the usual ones',
      blocks: [
        { type: 'paragraph', text: [`The policy starts from the preset ${preset}.`] },
        ...(changes.length === 0 ? [] : [{ type: 'code', language: 'yaml', text } as const]),
      ],
    },
  ];
}

function code(text: readonly string[]): Block {
  return { type: 'code', language: 'yaml', text: text.join('\n') };
}

/** What a line of code on paper holds. */
const LINE = 104;

/** Hundreds of short settings on little paper: a mapping a section, broken between settings. */
function flow(policy: Policy): readonly string[] {
  return Object.entries(policy).flatMap(([section, settings]) => {
    const rows = [`${section}: {`];
    for (const [key, value] of Object.entries(settings)) {
      const longer = `${rows.at(-1) ?? ''} ${key}: ${inFlow(value)},`;
      if (longer.length <= LINE) rows.splice(-1, 1, longer);
      else rows.push(`  ${key}: ${inFlow(value)},`);
    }
    const last = (rows.pop() ?? '').replace(/,$/, '');
    return [...rows, `${last} }`];
  });
}

function inFlow(value: PolicyValue): string {
  if (value === null || typeof value !== 'object') return scalar(value);
  if (Array.isArray(value)) return `[${(value as readonly PolicyValue[]).map(inFlow).join(', ')}]`;
  const inner = Object.entries(value).map(([key, one]: [string, PolicyValue]) => `${key}: ${inFlow(one)}`);
  return `{ ${inner.join(', ')} }`;
}

/** Plain nested `key: value` lines, without what is empty; the facts hold no secret by their type. */
function lines(value: PolicyValue, indent = ''): readonly string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${scalar(value)}`];
  if (Array.isArray(value))
    return value.length === 0
      ? []
      : [`${indent}[${(value as readonly PolicyValue[]).map(scalar).join(', ')}]`];
  return Object.entries(value).flatMap(([key, inner]: [string, PolicyValue]) => {
    const below = lines(inner, `${indent}  `);
    if (below.length === 0) return [];
    const isMapping = inner !== null && typeof inner === 'object' && !Array.isArray(inner);
    return isMapping ? [`${indent}${key}:`, ...below] : [`${indent}${key}: ${lines(inner).join('')}`];
  });
}

function scalar(value: PolicyValue): string {
  if (value === null) return 'not set';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Each query once on contract relations, then each relation once: together what ran, which data/queries.sql has in full. */
export const appendixQueries: Summary = {
  id: 'appendix-c',
  title: 'Appendix C: queries',
  parts: ({ evidence }) => [
    {
      title: 'What was asked, and how to ask it again',
      blocks: [
        {
          type: 'paragraph',
          text: [
            'The texts as they ran, ready for psql, are in ',
            { code: 'data/queries.sql' },
            ' and, for the audit’s own database, ',
            { code: 'data/queries-audit.sql' },
            '. Where they are shown in the report, a name with @ is a relation of the data contract, as the mapping ',
            { code: evidence.bot.mapping },
            ' makes it.',
          ],
        },
        { type: 'code', language: 'text', text: parametersOf(evidence.queries).join('   ') },
        { type: 'queries' },
      ],
    },
  ],
};

function parametersOf(queries: readonly QueryRun[]): readonly string[] {
  const all = new Map(queries.flatMap(({ parameters }) => Object.entries(parameters)));
  return [...all].map(([name, value]) => `:${name} = ${String(value)}`);
}

export const appendixData: Summary = {
  id: 'appendix-d',
  title: 'Appendix D: data files',
  parts: ({ evidenceHash, results }: EvaluatedAudit) => [
    {
      title: 'Files beside this report',
      blocks: [
        { type: 'files' },
        {
          type: 'paragraph',
          text: [
            'All of it follows from the evidence bundle ',
            { code: evidenceHash },
            ` by ${String(results.length)} sections; `,
            { code: `production-audit render --evidence ${evidenceHash.slice(0, 12)}` },
            ' makes this report again, offline.',
          ],
        },
      ],
    },
  ],
};

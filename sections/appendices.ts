import type { Block, MetricRow, Part } from '../audit/block.ts';
import type { PolicyValue, QueryRun } from '../audit/evidence.ts';
import { figureKey } from '../audit/figure.ts';
import type { EvaluatedAudit, Summary } from '../audit/registry.ts';
import type { SectionResult } from '../audit/section.ts';
import { sentence } from '../audit/text.ts';
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
  return [{ title, blocks: [{ type: 'metrics', columns: [...exchanges.map(capitalised), 'Total'], rows }] }];
}

export const appendixConfiguration: Summary = {
  id: 'appendix-b',
  title: 'Appendix B: configuration and policy',
  parts: ({ evidence }) => [
    { title: 'The bot as configured', blocks: [yaml(evidence.bot as unknown as PolicyValue)] },
    { title: 'Policy: every threshold in use', blocks: [yaml(evidence.policy)] },
  ],
};

function yaml(value: PolicyValue): Block {
  return { type: 'code', language: 'yaml', text: lines(value).join('\n') };
}

/** Plain nested `key: value` lines; the facts hold no secret by their type. */
function lines(value: PolicyValue, indent = ''): readonly string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${scalar(value)}`];
  if (Array.isArray(value)) return [`${indent}[${(value as readonly PolicyValue[]).map(scalar).join(', ')}]`];
  return Object.entries(value).flatMap(([key, inner]: [string, PolicyValue]) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner) && Object.keys(inner).length > 0
      ? [`${indent}${key}:`, ...lines(inner, `${indent}  `)]
      : [`${indent}${key}: ${lines(inner).join('')}`],
  );
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
      title: 'How to read and repeat them',
      blocks: [
        {
          type: 'paragraph',
          text: [
            'A name with @ is a relation of the data contract; what the mapping makes of it stands at the end. The texts as they ran, ready for psql, are in ',
            { code: 'data/queries.sql' },
            ' and, for the audit’s own database, ',
            { code: 'data/queries-audit.sql' },
            '.',
          ],
        },
        { type: 'code', language: 'text', text: parametersOf(evidence.queries).join('\n') },
      ],
    },
    ...evidence.queries.map((run) => ({ title: queryTitle(run), blocks: queryBlocks(run) })),
    {
      title: `What the mapping ${evidence.bot.mapping} makes of the relations`,
      blocks: evidence.entities.flatMap(({ entity, select }): Block[] =>
        select === undefined ? [] : [{ type: 'code', title: `@${entity}`, language: 'sql', text: select }],
      ),
    },
  ],
};

function parametersOf(queries: readonly QueryRun[]): readonly string[] {
  const all = new Map(queries.flatMap(({ parameters }) => Object.entries(parameters)));
  return [...all].map(([name, value]) => `:${name} = ${String(value)}`);
}

/** `Fills in the window (fills of database, 534 rows)`. */
function queryTitle({ title, id, source, status, rowCount }: QueryRun): string {
  const gave = status === 'ok' ? `${String(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}` : status;
  return `${title} (${id} of ${source}, ${gave})`;
}

function queryBlocks({ status, written, error, reason }: QueryRun): readonly Block[] {
  const code: Block = { type: 'code', language: 'sql', text: written };
  if (status === 'ok') return [code];
  return [{ type: 'paragraph', text: [sentence(error ?? reason ?? 'no reason given')] }, code];
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

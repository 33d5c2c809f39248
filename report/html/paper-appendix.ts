import type { Block, MetricRow, Part } from '../../audit/block.ts';
import type { Figure } from '../../audit/figure.ts';
import { isNumberUnit } from '../../audit/format.ts';
import type { Report } from '../../audit/report.ts';
import type { Text } from '../../audit/text.ts';
import { isAppendix, type OutlineSection } from '../outline.ts';

type Metrics = Extract<Block, { type: 'metrics' }>;

/**
 * The appendices as paper has them: of the statistics one table of what no section prints, since each number stands once;
 * of what is only looked up, where it stands. Other sections stay as they are.
 */
export function paperParts({ section, parts }: OutlineSection, report: Report): OutlineSection['parts'] {
  if (!isAppendix(section)) return parts;
  const blocks = section.parts.flatMap((part) => part.blocks);
  if (blocks.length === 0 || !blocks.every(isReference))
    return parts.map((entry) => ({
      ...entry,
      part: { ...entry.part, blocks: onPaper(entry.part.blocks) },
    }));
  const printed = keysIn(report.sections.filter((one) => !isAppendix(one)));
  const says = new Set(report.figures.flatMap((figure) => (saysSomething(figure) ? [figure.key] : [])));
  const rows = blocks.flatMap((block) =>
    block.rows.filter(
      ({ figures }) =>
        figures.some((key) => key !== null && !printed.has(key)) &&
        figures.some((key) => key !== null && says.has(key)),
    ),
  );
  const all = blocks.reduce((sum, block) => sum + block.rows.length, 0);
  const columns = blocks[0]?.columns ?? [];
  const times = new Set(report.figures.flatMap(({ key, unit }) => (unit === 'time' ? [key] : [])));
  const hasTimes = ({ figures }: MetricRow): boolean => figures.some((key) => key !== null && times.has(key));
  const part: Part = {
    title: 'What no section prints',
    blocks: [
      {
        type: 'paragraph',
        text: [
          `Of ${String(all)} statistics these stand in no section; rows that are 0 or missing throughout are left out. All, with their formulas, are in `,
          { code: 'report.html' },
          ' and ',
          { code: 'data/figures.csv' },
          '.',
        ],
      },
      ...[false, true].map((isTime): Block => {
        const some = rows.filter((row) => hasTimes(row) === isTime).map((row) => ({ ...row, basis: [] }));
        // Times are wide: their table is not set in columns.
        return { type: 'metrics', columns, rows: some, ...(!isTime && { reference: true as const }) };
      }),
    ],
  };
  const [first] = parts;
  return first === undefined ? parts : [{ part, anchor: first.anchor, title: part.title }];
}

/** What is only looked up is named at the end of the sentence before it. */
function onPaper(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block, index): readonly Block[] => {
    const next = blocks[index + 1];
    if (block.type === 'paragraph' && next !== undefined && isLookedUp(next))
      return [{ ...block, text: [...block.text, ...ELSEWHERE] }];
    const before = blocks[index - 1];
    if (!isLookedUp(block)) return [block];
    return before?.type === 'paragraph' ? [] : [{ type: 'paragraph', text: ELSEWHERE.slice(1) }];
  });
}

const ELSEWHERE: Text = [
  ' ',
  'The list is in ',
  { code: 'report.html' },
  ' and ',
  { code: 'report.json' },
  '.',
];

function isLookedUp(block: Block): boolean {
  return block.type === 'code' && block.reference === true;
}

/** Neither missing nor 0. */
function saysSomething({ value, unit }: Figure): boolean {
  return value !== null && (!isNumberUnit(unit) || Number(value) !== 0);
}

function isReference(block: Block): block is Metrics {
  return block.type === 'metrics' && block.reference === true;
}

/** Every text in a value: keys of figures are among them. */
function keysIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string') found.add(value);
  else if (Array.isArray(value)) for (const one of value) keysIn(one, found);
  else if (typeof value === 'object' && value !== null) keysIn(Object.values(value), found);
  return found;
}

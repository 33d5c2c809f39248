import { columnsOf } from '../audit/contract.ts';
import type { BotFacts } from '../audit/evidence.ts';
import { isKindType, kindsOf } from '../audit/word-kinds.ts';
import { CHECKED_DAYS, type CheckedColumn, type CheckedWords } from '../sources/database/check-words.ts';
import { fit, pad, printable, type Palette } from './ansi.ts';

const COUNT = 9;
const LONGEST_WORD = 48;

/** The words by column, those that are not read first, each of them with the line of SQL that would read it. */
export function mappingLines(
  { name, mapping }: Pick<BotFacts, 'name' | 'mapping'>,
  { from, to, columns }: CheckedWords,
  palette: Palette,
): readonly string[] {
  const days = `${String(CHECKED_DAYS)} days, ${minute(from)} to ${minute(to)} UTC`;
  const head = `Words of bot ${name}, mapping ${mapping}: ${days}; of states also the last of each name.`;
  if (columns.length === 0) return [head, 'The mapping gives no column of words.'];
  const unread = columns.reduce((total, column) => total + column.unread, 0);
  return [
    head,
    ...columns.flatMap((column) => ['', ...columnLines(column, palette)]),
    '',
    unread === 0
      ? 'All words are read.'
      : `${words(unread)} not read: what ${unread === 1 ? 'it' : 'they'} could have told is unknown.`,
  ];
}

function columnLines(column: CheckedColumn, palette: Palette): readonly string[] {
  const { entity, distinct, unread, words: list } = column;
  const title = palette.bold(`${entity}.${column.column}`);
  const width = Math.min(LONGEST_WORD, Math.max(0, ...list.map(({ word }) => printable(word).length)));
  const rest = distinct - list.length;
  return [
    `${title} by ${subject(column)}: ${distinct === 1 ? '1 word' : `${String(distinct)} words`}, ${String(unread)} not read`,
    ...(unread > 0 ? [palette.dim(`  ${hint(column)}`)] : []),
    ...list.flatMap(({ word, rows, reading }) => {
      const count = pad(rows.toLocaleString('en-US'), COUNT, 'right');
      const line = `  ${count}  ${pad(fit(printable(word), width), width)}  `;
      if (reading === null)
        return [`${line}${palette.yellow('not read')}`, `  ${pad('', COUNT)}  ${sqlLine(column, word)}`];
      const said = reading === 'unknown' ? palette.yellow('what the mapping says is no kind') : reading;
      return [`${line}${said}`];
    }),
    ...(rest > 0 ? [`  and ${String(rest)} more`] : []),
  ];
}

/** What the case compares: a column of the mapping's SELECT, or an expression of them. */
function subject({ entity, column }: CheckedColumn): string {
  if (column === 'on') return `name || '=' || value`;
  if (entity === 'order') return `coalesce(nullif(reject_code, ''), reject_reason)`;
  return { event: 'type', heartbeat: 'status', position: 'exit_reason' }[entity as string] ?? 'name';
}

function hint(checked: CheckedColumn): string {
  const as = checked.column === 'on' ? '"on"' : checked.column;
  return `in ${checked.entity}.sql: case ${subject(checked)} ... end as ${as} -- one of: ${values(checked).join(', ')}`;
}

function values({ entity, column }: CheckedColumn): readonly string[] {
  const type = columnsOf(entity).find(({ name }) => name === column)?.type ?? 'text';
  return isKindType(type) ? kindsOf(type) : ['true', 'false'];
}

function sqlLine({ column }: CheckedColumn, word: string): string {
  const literal = `'${printable(word).replaceAll("'", "''")}'`;
  return `when ${literal} then ${column === 'on' ? '<true or false>' : "'<kind>'"}`;
}

function words(count: number): string {
  return count === 1 ? '1 word is' : `${String(count)} words are`;
}

function minute(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

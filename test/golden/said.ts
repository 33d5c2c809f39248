import { plainText } from '../../audit/plain-text.ts';
import type { Audited } from '../support/audit.ts';
import { compare, oneLine, sorted, type Line, type Say } from './lines.ts';
import { partLines } from './part-lines.ts';
import { reportLines } from './report-lines.ts';
import { resultLines } from './result-lines.ts';

/** Section id -> what it says, by head. `report` is what is said of the whole. */
export type Said = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** All that an audit says, without the appendices (they list what was read) and in no order of registration. */
export function saidBy({ report, results }: Audited): Said {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const say: Say = (text) => oneLine(plainText(text, figures));
  const said = new Map<string, ReadonlyMap<string, string>>([['report', byHead(reportLines(report, say))]]);
  for (const { id, parts } of report.sections.filter((section) => !section.id.startsWith('appendix'))) {
    const result = results.find((one) => one.id === id);
    const own = result === undefined ? [] : resultLines(result, say);
    const order = { head: 'parts', body: parts.map(({ title }) => title).join(' / ') };
    said.set(id, byHead([...own, order, ...parts.flatMap((part) => partLines(part, say))]));
  }
  return said;
}

/** Text of what is said: sections by id, lines by head. */
export function saidText(said: Said): string {
  return sectionsText(said, (lines) => [...lines].map(([head, body]) => written(head, body)));
}

/**
 * What `said` says otherwise than `base`: `+` new, `~` changed (what `base` says is in its own file), `-` no longer said.
 * Sections that say the same are left out.
 */
export function differenceText(said: Said, base: Said): string {
  const ids = new Set([...base.keys(), ...said.keys()]);
  const differences = new Map(
    [...ids].map((id) => [id, changed(said.get(id) ?? new Map(), base.get(id) ?? new Map())] as const),
  );
  return sectionsText(new Map([...differences].filter(([, lines]) => lines.length > 0)), (lines) => lines);
}

function changed(said: ReadonlyMap<string, string>, base: ReadonlyMap<string, string>): readonly string[] {
  return sorted([...new Set([...said.keys(), ...base.keys()])]).flatMap((head) => {
    const body = said.get(head);
    if (body === undefined) return [`- ${head}`];
    if (!base.has(head)) return [`+ ${written(head, body)}`];
    return body === base.get(head) ? [] : [`~ ${written(head, body)}`];
  });
}

function sectionsText<T>(
  sections: ReadonlyMap<string, T>,
  linesOf: (section: T) => readonly string[],
): string {
  return sorted([...sections.keys()])
    .map((id) => {
      const section = sections.get(id);
      return `# ${id}\n${(section === undefined ? [] : linesOf(section)).map((line) => `${line}\n`).join('')}`;
    })
    .join('\n');
}

function written(head: string, body: string): string {
  return body === '' ? head : `${head} = ${body}`;
}

/** Sorted by head; a head that comes again is numbered in the order of the bodies. */
function byHead(lines: readonly Line[]): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  const inOrder = [...lines].sort((a, b) => compare(a.head, b.head) || compare(a.body, b.body));
  for (const { head, body } of inOrder) {
    let unique = head;
    for (let again = 2; said.has(unique); again += 1) unique = `${head} (${String(again)})`;
    said.set(unique, withoutSizes(head, body));
  }
  return said;
}

/** What a table weighs depends on when the server last tidied it up, and not on what a section says of it. */
function withoutSizes(head: string, body: string): string {
  const said = body.replaceAll(/\d+(?:\.\d+)? (bytes|[KMG]iB)\b/g, 'so many $1');
  return head === 'dataset storage.tables' ? said.replace(/ #[0-9a-f]{16} /, ' #sizes ') : said;
}

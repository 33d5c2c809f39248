import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { ConfigError } from './error.ts';

export type KeyPath = readonly (string | number)[];

/** A parsed YAML file that knows on which line each key is. */
export interface YamlSource {
  readonly file: string;
  /** Rewrites every scalar value; what it returns for plain text is read again as a number or boolean. */
  rewrite(change: (text: string, path: KeyPath) => string): void;
  toJs(): unknown;
  /** The value as written, before `rewrite`. */
  literal(path: KeyPath): unknown;
  /** Line of a key, or of the nearest parent that exists. */
  lineOf(path: KeyPath): number | null;
}

/** Throws ConfigError on a syntax error or a key given twice. Messages never quote the file: it may hold secrets. */
export function parseYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      line: lines.linePos(error.pos[0]).line,
      message:
        error.code === 'DUPLICATE_KEY'
          ? duplicateMessage(document, error.pos[0], lines)
          : syntaxMessage(error.code),
    }));
    // One bracket that is not closed is two errors of the parser at the end of the file.
    throw new ConfigError(
      file,
      problems.filter(
        ({ line, message }, index) =>
          problems.findIndex((other) => other.line === line && other.message === message) === index,
      ),
    );
  }
  const literals = new Map<string, unknown>();
  return {
    file,
    rewrite(change) {
      visit(document, {
        Scalar(key, node, ancestors) {
          if (key === 'key' || typeof node.value !== 'string') return;
          const path = pathOf(document, node, ancestors);
          const changed = change(node.value, path);
          if (changed === node.value) return;
          literals.set(JSON.stringify(path), node.value);
          node.value = node.type === Scalar.PLAIN ? plainValue(changed) : changed;
        },
      });
    },
    toJs: () => document.toJS() as unknown,
    literal: (path) => literals.get(JSON.stringify(path)) ?? document.getIn(path),
    lineOf(path) {
      const offset = offsetOf(document, path);
      return offset === null ? null : lines.linePos(offset).line;
    },
  };
}

/** Names the key that begins at `offset`, what it belongs to, and where it was given first. */
function duplicateMessage(document: Document, offset: number, lines: LineCounter): string {
  let message = 'this key is given twice in the same place. Keep one of them.';
  visit(document, {
    Pair(_key, pair, ancestors) {
      if (startOf(pair.key) !== offset) return undefined;
      const key = keyText(pair.key);
      const map = ancestors.at(-1);
      const first = isMap(map) ? map.items.find((item) => keyText(item.key) === key) : undefined;
      const at = startOf(first?.key);
      const [top, bot] = pathOf(document, pair.key as Node, [...ancestors, pair]);
      const owner = top === 'bots' && ancestors.filter(isMap).length > 2 ? ` of bot ${String(bot)}` : '';
      const where = at === null ? '' : `, first on line ${String(lines.linePos(at).line)}`;
      message = `the key "${key}"${owner} is given twice in the same place${where}. Keep one of them.`;
      return visit.BREAK;
    },
  });
  return message;
}

function syntaxMessage(code: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab is used as indentation. YAML wants spaces.';
  return `this is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}). Check indentation, colons and quotes.`;
}

/** Only whole numbers, decimals and booleans change their type; everything else from outside stays text. */
function plainValue(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function pathOf(document: Document, node: Node, ancestors: readonly unknown[]): KeyPath {
  const path: (string | number)[] = [];
  const chain = [...ancestors.filter((item) => item !== document), node];
  chain.forEach((item, index) => {
    const child = chain[index + 1];
    if (isSeq(item)) path.push(item.items.indexOf(child));
    else if (isMap(item)) {
      const pair = item.items.find((candidate) => candidate === child);
      if (pair) path.push(keyText(pair.key));
    }
  });
  return path;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function offsetOf(document: Document, path: KeyPath): number | null {
  let node: unknown = document.contents;
  let offset: number | null = startOf(node);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(step));
      if (!pair) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(step)];
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  return (node as Node | null)?.range?.[0] ?? null;
}

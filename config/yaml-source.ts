import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import type { Document, Node, Pair, YAMLMap, YAMLSeq } from 'yaml';
import { ConfigError, type ConfigProblem } from './error.ts';
import { aliasProblem } from './yaml-expansion.ts';

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

/**
 * Throws ConfigError on a syntax error, a key given twice or aliases that cannot be written out. Messages never quote the
 * file: it may hold secrets.
 */
export function parseYaml(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  try {
    // The parser's own search for keys given twice is quadratic.
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
    const lineAt = (offset: number): number => lines.linePos(offset).line;
    // The parser goes on after the first mistake of form, and what it finds then follows from that one.
    const [syntax] = [...document.errors].sort((a, b) => a.pos[0] - b.pos[0]);
    const problems =
      syntax === undefined
        ? duplicates(document, lineAt)
        : [{ line: lineAt(syntax.pos[0]), message: syntaxMessage(syntax.code) }];
    const alias = problems.length > 0 ? null : aliasProblem(document);
    if (alias !== null) problems.push({ line: lineAt(alias.offset), message: alias.message });
    if (problems.length > 0) throw new ConfigError(file, problems);
    return sourceOf(file, document, lineAt);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(file, [{ line: null, message: 'its brackets or keys are nested too deeply.' }]);
  }
}

function sourceOf(file: string, document: Document, lineAt: (offset: number) => number): YamlSource {
  const literals = new Map<string, unknown>();
  return {
    file,
    rewrite(change) {
      visit(document, {
        Scalar(key, node, ancestors) {
          if (key === 'key' || typeof node.value !== 'string') return;
          const path = pathOf([...ancestors, node]);
          const changed = change(node.value, path);
          if (changed === node.value) return;
          literals.set(JSON.stringify(path), node.value);
          node.value = node.type === Scalar.PLAIN ? plainValue(changed) : changed;
        },
      });
    },
    // Its aliases were counted.
    toJs: () => document.toJS({ maxAliasCount: -1 }) as unknown,
    literal: (path) => {
      const { value } = found(document, path);
      return literals.get(JSON.stringify(path)) ?? (isScalar(value) ? value.value : value);
    },
    lineOf(path) {
      const offset = startOf(found(document, path).last);
      return offset === null ? null : lineAt(offset);
    },
  };
}

/** Names each key that is given again, what it belongs to, and where it was given first. */
function duplicates(document: Document, lineAt: (offset: number) => number): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Map(_key, map, ancestors) {
      const first = new Map<string, number | null>();
      for (const pair of map.items) {
        const key = keyText(pair.key);
        const offset = startOf(pair.key);
        const before = first.get(key);
        if (before === undefined) {
          first.set(key, offset);
          continue;
        }
        const [top, bot, inner] = pathOf([...ancestors, map, pair, pair.key]);
        const owner = top === 'bots' && inner !== undefined ? ` of bot ${String(bot)}` : '';
        const where = before === null ? '' : `, first on line ${String(lineAt(before))}`;
        problems.push({
          line: offset === null ? null : lineAt(offset),
          message: `the key "${key}"${owner} is given twice in the same place${where}. Keep one of them.`,
        });
      }
    },
  });
  return problems;
}

/** What people wrote when the parser says this, where that is one thing. */
const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab is used as indentation. YAML wants spaces.',
  MULTIPLE_DOCS: 'a second document begins (---). The file is one document; remove the line.',
  MISSING_CHAR: 'a bracket or quote is not closed, or a colon has no blank after it: "key: value".',
  BAD_SCALAR_START: 'a value that begins with %, @ or ` stands in quotes.',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins an escape. Write it twice, or use single quotes.',
  MULTILINE_IMPLICIT_KEY:
    'this is no key with a value, or it is not indented as the keys beside it. A colon needs a blank after it: "key: value".',
  BLOCK_AS_IMPLICIT_KEY:
    'this is not indented as the keys beside it, or a value stands before it on its line.',
};

function syntaxMessage(code: string): string {
  const known = SYNTAX[code];
  if (known !== undefined) return known;
  return `this is not valid YAML (${code.toLowerCase().replaceAll('_', ' ')}). Check indentation, colons and quotes.`;
}

/** Only whole numbers, decimals and booleans change their type; everything else from outside stays text. */
function plainValue(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text) && String(Number(text)) === text) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

/** Keys and indexes from the top to the last of a chain of nodes. */
function pathOf(chain: readonly unknown[]): KeyPath {
  return chain.flatMap((item, index): (string | number)[] => {
    if (index === chain.length - 1) return [];
    if (isPair(item)) return [keyText(item.key)];
    return isSeq(item) ? [indexesOf(item).get(chain[index + 1]) ?? -1] : [];
  });
}

/** Searched once: a file of thousands of bots asks for every key of every bot. */
const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
const indexes = new WeakMap<YAMLSeq, ReadonlyMap<unknown, number>>();

function pairsOf(map: YAMLMap): ReadonlyMap<string, Pair> {
  let known = pairs.get(map);
  if (known === undefined) {
    known = new Map(map.items.map((pair) => [keyText(pair.key), pair]));
    pairs.set(map, known);
  }
  return known;
}

function indexesOf(seq: YAMLSeq): ReadonlyMap<unknown, number> {
  let known = indexes.get(seq);
  if (known === undefined) {
    known = new Map(seq.items.map((item, index) => [item, index]));
    indexes.set(seq, known);
  }
  return known;
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

/** The last of a path that exists, and its value where the whole path does. */
function found(document: Document, path: KeyPath): { readonly last: unknown; readonly value: unknown } {
  let [last, value]: [unknown, unknown] = [document.contents, document.contents];
  for (const step of path) {
    const next = isMap(value)
      ? pairsOf(value).get(String(step))
      : isSeq(value)
        ? value.items[Number(step)]
        : undefined;
    if (next === undefined) return { last, value: undefined };
    [last, value] = isPair(next) ? [next.key ?? last, next.value] : [next, next];
  }
  return { last, value };
}

function startOf(node: unknown): number | null {
  return (node as Node | null)?.range?.[0] ?? null;
}

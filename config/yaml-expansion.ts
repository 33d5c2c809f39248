import { isAlias, isCollection, isMap, isScalar, isSeq, type Document } from 'yaml';

/** Values that all aliases of a file may stand for together: 50,000 bots that share their limits have a tenth of it. */
const MOST_VALUES = 1_000_000;

/** What is wrong with an alias, and where in the text it stands. */
export interface AliasProblem {
  readonly offset: number;
  readonly message: string;
}

/**
 * The first alias that cannot be written out: without an anchor, inside its own anchor, or one that multiplies the file
 * beyond all use. One pass; nothing is written out.
 */
export function aliasProblem(document: Document): AliasProblem | null {
  const sizes = new Map<string, number | 'open'>();
  let aliased = 0;
  let problem: AliasProblem | null = null;

  function sizeOf(node: unknown): number {
    if (problem !== null) return 0;
    if (isAlias(node)) return ofAlias(node.source, node.range?.[0] ?? 0);
    const anchor = isCollection(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) sizes.set(anchor, 'open');
    let size = 1;
    if (isMap(node)) for (const { key, value } of node.items) size += sizeOf(key) + sizeOf(value);
    else if (isSeq(node)) for (const item of node.items) size += sizeOf(item);
    if (anchor !== undefined) sizes.set(anchor, size);
    return size;
  }

  function ofAlias(name: string, offset: number): number {
    const size = sizes.get(name);
    if (size === undefined)
      problem = { offset, message: `the alias *${name} has no anchor &${name} before it.` };
    else if (size === 'open')
      problem = { offset, message: `the alias *${name} stands inside its own anchor.` };
    else {
      aliased += size;
      if (aliased <= MOST_VALUES) return size;
      const most = MOST_VALUES.toLocaleString('en-US');
      problem = {
        offset,
        message: `with the alias *${name}, the aliases of this file stand for more than ${most} values.`,
      };
    }
    return 0;
  }

  sizeOf(document.contents);
  return problem;
}

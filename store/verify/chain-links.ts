import { sha256 } from '../../audit/hash.ts';
import type { ChainHead } from '../chain.ts';
import { problem, type Problem } from './problem.ts';

export interface ChainRow {
  readonly seq: number;
  readonly entry: string;
  readonly previous_hash: string;
  readonly hash: string;
}

/** A head that a mail printed: the beginning of its hash, and its number when that is known. */
export interface PrintedHead {
  readonly seq: number | null;
  readonly hash: string;
}

export interface ChainLinks {
  /** What is wrong with the next row; null: nothing. Rows come in the order of their numbers. */
  next(row: ChainRow): Problem | null;
  /** What can be told only at the end. */
  end(): Problem | null;
  readonly head: ChainHead | null;
}

const NOTHING = '0'.repeat(64);

/** Checks that rows are a whole chain, each one hashed with the one before. */
export function createChainLinks(printed: PrintedHead | null = null): ChainLinks {
  let head: ChainHead | null = null;
  let isFound = printed === null;
  return {
    next(row) {
      const wrong = linkProblem(head, row);
      if (wrong !== null) return wrong;
      head = { seq: row.seq, hash: row.hash };
      if (printed === null || !row.hash.startsWith(printed.hash)) return null;
      if (printed.seq === null || printed.seq === row.seq) isFound = true;
      return null;
    },
    end() {
      if (head === null) return problem('The chain is empty: even its first entry, the genesis, is missing.');
      return isFound || printed === null ? null : headProblem(head, printed);
    },
    get head() {
      return head;
    },
  };
}

function linkProblem(head: ChainHead | null, row: ChainRow): Problem | null {
  const name = `Entry ${String(row.seq)} of the chain`;
  const expected = (head?.seq ?? 0) + 1;
  if (row.seq < expected) return problem(`${name} is there twice.`);
  if (row.seq > expected)
    return problem(`Entry ${String(expected)} of the chain is missing: the next one is ${String(row.seq)}.`);
  if (row.previous_hash !== (head?.hash ?? NOTHING))
    return problem(`${name} does not follow the one before it: it names another hash than that has.`);
  if (sha256(`${String(row.seq)}\n${row.previous_hash}\n${row.entry}`) !== row.hash)
    return problem(`${name} was changed: its content has another hash than it was written with.`);
  return null;
}

function headProblem(head: ChainHead, { seq, hash }: PrintedHead): Problem {
  const wanted = `${seq === null ? '' : `${String(seq)}:`}${hash}`;
  if (seq !== null && seq > head.seq)
    return problem(
      `The chain ends at entry ${String(head.seq)}, and the head ${wanted} was printed: its end was cut off.`,
    );
  return problem(
    `The chain has no entry ${wanted}, which was printed as its head: its end was cut off, or it was written anew.`,
  );
}

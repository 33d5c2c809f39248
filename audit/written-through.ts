import type { Find, Span } from './text-finder.ts';

/** What may stand in the middle of a secret in an answer of several lines: breaks, with the code of an SMTP reply. */
const BREAK = String.raw`(?:[\s\u00AD\u200B]|\\[nrt]|=\r?\n)+(?:\d{3}[- ](?:\d\.\d{1,3}\.\d{1,3}\s+)?)?`;
const IS_BROKEN = new RegExp(BREAK);
const SHORTEST_BROKEN = 8;

/** Escapes that may stand for any character: a writer escapes what it likes, so each is read back. */
const ESCAPES: readonly { readonly run: string; readonly mark: RegExp; decode(run: string): string }[] = [
  ...[String.raw`%(?:25)*`, '=', String.raw`\+`, String.raw`\\{1,4}x`].map((mark) => ({
    run: `(?:${mark}[0-9a-f]{2})+`,
    mark: new RegExp(`${mark}[0-9a-f]{2}`, 'i'),
    decode: (run: string) =>
      Buffer.from(run.replaceAll(new RegExp(`${mark}(?=[0-9a-f]{2})`, 'gi'), ''), 'hex').toString('utf8'),
  })),
  {
    run: String.raw`\\{1,4}u[0-9a-f]{4}`,
    mark: /\\u[0-9a-f]{4}/i,
    decode: (run) => String.fromCharCode(parseInt(run.slice(-4), 16)),
  },
  {
    run: String.raw`&(?:amp;)*(?:#(?:x[0-9a-f]{1,6}|\d{1,7})|amp|lt|gt|quot|apos);`,
    mark: /&(?:#|amp|lt|gt|quot|apos)/i,
    decode: (run) => fromEntity(/(#?\w+);$/.exec(run)?.[1]?.toLowerCase() ?? ''),
  },
  // JSON within JSON within JSON, shells, connection strings, Markdown: some characters, behind one or more backslashes.
  {
    run: String.raw`\\{1,8}[^a-z0-9\\]|\\{2,8}`,
    mark: /\\[^a-z0-9]/i,
    decode: (run) => run.slice(-1).trim(),
  },
  { run: `''|""`, mark: /''|""/, decode: (run) => run.slice(-1) },
  {
    run: String.raw`\[\s*(?:\d{1,3},\s*)+\d{1,3}\s*\]`,
    mark: /\[\s*\d{1,3},/,
    decode: (run) => Buffer.from((run.match(/\d+/g) ?? []).map(Number)).toString('utf8'),
  },
];

/** Part of a text as it is, or read back. */
interface Piece {
  /** In the text that was read. */
  readonly at: number;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Where `find` finds something in a text once its breaks are taken out, alone and together with each kind of escapes. */
export function findThrough(text: string, find: Find): readonly Span[] {
  const escapes = ESCAPES.filter(({ mark }) => mark.test(text));
  if (escapes.length === 0 && !IS_BROKEN.test(text)) return [];
  return [
    ...foundIn(
      text,
      piecesOf(text, new RegExp(BREAK, 'g'), () => ''),
      find,
    ),
    ...escapes.flatMap(({ run, decode }) => {
      const pattern = new RegExp(`${BREAK}|(${run})`, 'gi');
      return foundIn(
        text,
        piecesOf(text, pattern, (escape) => (escape === undefined ? '' : decode(escape))),
        find,
      );
    }),
  ];
}

function piecesOf(
  text: string,
  pattern: RegExp,
  read: (escape: string | undefined) => string,
): readonly Piece[] {
  const pieces: Piece[] = [];
  let [at, copied] = [0, 0];
  const add = (part: string, from: number, to: number): void => {
    pieces.push({ at, text: part, from, to });
    at += part.length;
  };
  for (const match of text.matchAll(pattern)) {
    add(text.slice(copied, match.index), copied, match.index);
    copied = match.index + match[0].length;
    add(read(match[1]), match.index, copied);
  }
  add(text.slice(copied), copied, text.length);
  return pieces.filter((piece) => piece.text !== '');
}

function foundIn(text: string, pieces: readonly Piece[], find: Find): readonly Span[] {
  // What is base64 around a find ends where a piece does: the next word is not part of it.
  const edges = new Set(pieces.map(({ at }) => at));
  return find(pieces.map((piece) => piece.text).join(''), edges).flatMap(([from, to]): Span[] => {
    const span: Span = [placeOf(from, pieces)[0], placeOf(to - 1, pieces)[1]];
    return to - from >= SHORTEST_BROKEN || !IS_BROKEN.test(text.slice(...span)) ? [span] : [];
  });
}

/** Where a character that was read stands in the text. */
function placeOf(character: number, pieces: readonly Piece[]): Span {
  const piece = pieces.findLast(({ at }) => at <= character);
  if (piece === undefined) return [0, 0];
  if (piece.text.length !== piece.to - piece.from) return [piece.from, piece.to];
  const place = piece.from + character - piece.at;
  return [place, place + 1];
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromEntity(name: string): string {
  const named = ENTITIES[name];
  if (named !== undefined) return named;
  const code = Number(name.slice(1).replace(/^x/, '0x'));
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Letters of scripts that run from right to left, by the ranges that Unicode keeps for them (UAX 9). */
const LETTER =
  /[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** A word, and what may stand within one; no entity and no element ends in it. */
const WORD = /([\p{L}\p{M}\p{N}_.:/@'’״׳\\-]+)/u;
const NUMBER = /^[\p{N}.,:-]+$/u;
const EDGES = /^([^\p{L}\p{M}\p{N}]*)(.*?)([^\p{L}\p{M}\p{N}]*)$/su;

/** What is set before and after a name so that it turns nothing round beside it. */
type Marks = readonly [before: string, after: string];

const CHARACTERS: Marks = ['\u2068', '\u2069'];
const ELEMENT: Marks = ['<bdi>', '</bdi>'];
const SVG_ELEMENT: Marks = ['<tspan unicode-bidi="plaintext">', '</tspan>'];
/** A style, a title and a description hold no elements. */
const PIECES = /<(style|title|desc)\b[^>]*>[^]*?<\/\1>|<\/?(svg)\b[^>]*>|<[^>]*>|[^<]+/g;

/** Names from right to left between marks: without them a number beside one is drawn on its other side, as part of it. */
export function isolated(text: string, [before, after]: Marks = CHARACTERS): string {
  if (!LETTER.test(text)) return text;
  const pieces = text.split(WORD);
  const out: string[] = [];
  for (let at = 0; at < pieces.length; at += 1) {
    const end = at % 2 === 1 && LETTER.test(pieces[at] ?? '') ? lastOf(pieces, at) : null;
    if (end === null) {
      out.push(pieces[at] ?? '');
      continue;
    }
    const [, head = '', name = '', tail = ''] = EDGES.exec(pieces.slice(at, end + 1).join('')) ?? [];
    out.push(head, before, name, after, tail);
    at = end;
  }
  return out.join('');
}

/** The last of the words that are one name: words of such letters in a row, and numbers between them. */
function lastOf(words: readonly string[], first: number): number {
  let last = first;
  for (let at = first + 2; at < words.length && words[at - 1] === ' '; at += 2) {
    const word = words[at] ?? '';
    if (LETTER.test(word)) last = at;
    else if (!NUMBER.test(word)) break;
  }
  return last;
}

/** The same in a finished page, by elements: what is copied from it holds no marks. */
export function isolatedHtml(html: string): string {
  if (!LETTER.test(html)) return html;
  let isDrawing = false;
  return html.replace(PIECES, (piece, _whole: string | undefined, svg: string | undefined) => {
    if (svg !== undefined) isDrawing = !piece.startsWith('</');
    return piece.startsWith('<') ? piece : isolated(piece, isDrawing ? SVG_ELEMENT : ELEMENT);
  });
}

import { stripVTControlCharacters } from 'node:util';
import { visibleText } from '../audit/visible-text.ts';

/** Where lines go: a process's stream, or a list in a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Palette {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
}

const PLAIN: Palette = { bold: same, dim: same, red: same, green: same, yellow: same, blue: same };

const ANSI: Palette = {
  bold: style(1, 22),
  dim: style(2, 22),
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
  blue: style(34, 39),
};

export function createPalette(color: boolean): Palette {
  return color ? ANSI : PLAIN;
}

/** Colour is for terminals only, and never when NO_COLOR is set (no-color.org) or the terminal is dumb. */
export function wantsColor(
  stream: Output,
  environment: Readonly<Record<string, string | undefined>>,
  asked = true,
): boolean {
  const { NO_COLOR: refused = '', FORCE_COLOR: forced = '', TERM: terminal = '' } = environment;
  if (!asked || refused !== '') return false;
  if (forced !== '') return forced !== '0';
  return canRedraw(stream, { TERM: terminal });
}

/** Whether lines can be drawn again in their place: in a terminal that obeys. */
export function canRedraw(
  { isTTY }: Output,
  { TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  return isTTY === true && TERM !== 'dumb';
}

const OWN_STYLE = /(\u001b\[(?:1|2|22|3[1-4]|39)m)/; // eslint-disable-line no-control-regex

/** What goes to a stream: of all that a terminal obeys only our own styles stay, and only where there are any. */
export function terminalText(text: string, hasStyles: boolean): string {
  if (!hasStyles) return visibleText(text);
  return text
    .split(OWN_STYLE)
    .map((piece, index) => (index % 2 === 1 ? piece : visibleText(piece)))
    .join('');
}

/** Text from data on one line: no escape sequences, control characters or direction marks reach the terminal. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** Cut to `width` characters with an ellipsis. */
export function fit(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Lines of at most `width` characters, broken between words; a longer word is broken anywhere. */
export function wrapped(text: string, width: number): readonly string[] {
  const room = String(Math.max(1, width));
  const lines = text.match(new RegExp(`.{1,${room}}(?= |$)|[^ ]{${room}}`, 'gu')) ?? [];
  return lines.map((line) => line.trim());
}

/** Padded to `width` by what is seen, not by what is sent. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const missing = ' '.repeat(Math.max(0, width - Array.from(stripVTControlCharacters(text)).length));
  return align === 'left' ? `${text}${missing}` : `${missing}${text}`;
}

/** `0.4 s`, `12 s`, `3 min 05 s`: how long a step took. */
export function elapsed(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${String(whole)} s`;
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

function same(text: string): string {
  return text;
}

function style(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${String(on)}m${text}\u001b[${String(off)}m`;
}

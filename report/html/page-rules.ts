import type { Edition, Report } from '../../audit/report.ts';
import { clampWords } from '../clamp-text.ts';
import { visibleText } from '../../audit/visible-text.ts';
import { exchangesOf, shortHash, shortWindow } from '../words.ts';

/** What would not fit beside the other box of its line would leave the page. The first page has the whole name. */
const LONGEST_NAME = 36;

/**
 * Page boxes of the printed report: head with section and bot, foot with window, revision and page n of N. All words in
 * them are data to the style sheet, so each sign that could end them is written as an escape; what is beyond ASCII stays,
 * so that `fallback-fonts.ts` finds a font for it.
 * The head says what report it is; `pdf/running-heads.ts` puts the sections of the page in its place.
 */
export function pageRules(report: Report, edition: Edition): string {
  const period = shortWindow(report.window);
  const bot = clampWords(report.bot.name, LONGEST_NAME);
  const foot = `${bot} · ${period} · revision ${String(edition.revision)} · sha256 ${shortHash(edition.reportHash)}`;
  const front = `${bot} · ${report.bot.environment} · ${exchangesOf(report)}`;
  return [
    `@page { @top-left { content: ${cssString(report.kindTitle)} } @top-right { content: ${cssString(`${bot} · ${period}`)} } @bottom-left { content: ${cssString(foot)} } @bottom-right { content: counter(page) " of " counter(pages) } }`,
    `@page front { @top-right { content: ${cssString(front)} } }`,
  ].join('\n');
}

/** A CSS string that nothing in it can end: neither the string nor the style element. */
export function cssString(text: string): string {
  const body = Array.from(visibleText(text), (character) =>
    /[A-Za-z0-9 ]|[^\p{ASCII}\p{C}]|\p{Co}/u.test(character)
      ? character
      : `\\${(character.codePointAt(0) ?? 0xfffd).toString(16)} `,
  );
  return `"${body.join('').replaceAll('\\0 ', '\\fffd ')}"`;
}

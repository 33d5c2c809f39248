import { spellingsOf } from './secret-spellings.ts';
import { createFinder, mergedSpans, replaceSpans } from './text-finder.ts';
import { findThrough } from './written-through.ts';

/** A password that is written as a variable, as our remedies show it, is not one: only `name:${VAR}@host` whole is spared. */
const EXAMPLE = String.raw`[\w.-]+:\$\{\w+\}@[\w.-]+(?::\w+)?(?![\w:@-])(?!\S*@)`;
const USERINFO = new RegExp(String.raw`\b([a-z][a-z0-9+.-]*:\/\/)(?!${EXAMPLE})[^\s/@'"]+@`, 'gi');
const SHORTEST = 4;
const SHORTEST_IN_EVIDENCE = 8;

/** Names under which exchanges, databases and mail servers are given what nobody else may know. */
const NAME = String.raw`(?:x-mbx-apikey|api[-_]?(?:key|secret)|secret(?:[-_]?key)?|access[-_]?token|refresh[-_]?token|token|signature|passw(?:or)?d|passphrase|private[-_]?key)`;
/** `"apiKey": "..."` in a document: all that stands between the quotes, spaces and ampersands too. */
const QUOTED = new RegExp(String.raw`\b(${NAME}\\*["']?\s*[=:]\s*\\*["'])[^"'\\]{6,}`, 'gi');
/** `signature=...` in a URL, `Authorization: Bearer ...` in a header. */
const NAMED = new RegExp(
  String.raw`\b(${NAME}\\*["']?\s*[=:]\s*\\*["']?)(?!\[secret)[^\s&"',;)}\]\\]{6,}`,
  'gi',
);
const BEARER = /\b((?:bearer|basic)\s+)[a-z0-9._~+/=-]{8,}/gi;
const SECRET_KEY = new RegExp(`^${NAME}$`, 'i');

/** Texts up to this length are also searched for secrets that are broken over lines or escaped: failures, log lines, answers. */
const SHORT_TEXT = 20_000;
/**
 * Replaces every known secret in all that URLs, JSON, HTML, hexadecimal digits and base64 make of it, and the user part
 * of every URL. For all that leaves the process: logs, failures in Temporal's history, what people read.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const find = createFinder(secrets.flatMap((secret) => spellingsOf(secret, SHORTEST)));
  return (text) => {
    const through = text.length > SHORT_TEXT ? [] : findThrough(text, find);
    return replaceSpans(text, mergedSpans([...find(text), ...through]), '[secret]').replace(
      USERINFO,
      '$1[secret]@',
    );
  };
}

/**
 * Also replaces what is written under the name of a credential: bots log signed URLs and whole requests. A secret
 * shorter than eight characters may be an ordinary word, and taking it out of ids and symbols would change the numbers.
 */
export function createEvidenceScrubber(secrets: readonly string[]): (text: string) => string {
  const find = createFinder(secrets.flatMap((secret) => spellingsOf(secret, SHORTEST_IN_EVIDENCE)));
  return (text) =>
    replaceSpans(text, find(text), '[secret]')
      .replace(USERINFO, '$1[secret]@')
      .replace(QUOTED, '$1[secret]')
      .replace(NAMED, '$1[secret]')
      .replace(BEARER, '$1[secret]');
}

/** The same value with every text in it scrubbed, keys too; a text under the name of a credential goes whole. */
export function scrubValue(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => scrubValue(item, scrub));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      scrub(key),
      typeof item === 'string' && SECRET_KEY.test(key) ? '[secret]' : scrubValue(item, scrub),
    ]),
  );
}

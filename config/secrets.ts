import { MOST_SECRET_BYTES, readBounded } from './bounded-file.ts';
import type { KeyPath } from './yaml-source.ts';
import { didYouMean } from './nearest.ts';

const NO_REFERENCE = 'a reference is written ${VAR}, ${VAR:-default} or ${file:/path}.';
const REFERENCE = /\$\{([^}]*)\}/g;
/** A password from the largest file, percent-encoded, and room for the rest of its value. */
const MOST_VALUE = 4 * MOST_SECRET_BYTES;
/** Shorter parts would make the scrubber black out ordinary words; the whole DSN is always scrubbed. */
const SHORTEST_PASSWORD = 4;

/** Keys whose values are secret: they are never printed, and a password in them must be a reference. */
export function isSecretKey(path: KeyPath): boolean {
  const key = path.join('.');
  return (
    key === 'storage.databaseUrl' ||
    key === 'mail.smtpUrl' ||
    isWholeSecret(path) ||
    (path[0] === 'bots' && (path[2] === 'database' || (path[2] === 'retention' && path[3] === 'database')))
  );
}

/** Keys whose whole value is a secret: a webhook's URL, a bot's token. */
export function isWholeSecret(path: KeyPath): boolean {
  return path[0] === 'groups' && (path[2] === 'slack' || (path[2] === 'telegram' && path[3] === 'token'));
}

/** Whether a value that is a secret as a whole stands in the file itself, or in the default of a reference. */
export function isPlainSecret(literal: string): boolean {
  const references: string[] = [];
  withReferences(literal, (reference) => {
    references.push(reference);
    return '';
  });
  return (
    references.length === 0 || references.some((text) => !text.startsWith('file:') && text.includes(':-'))
  );
}

/** The value of text with `${VAR}`, `${VAR:-default}` and `${file:/path}` replaced, or what is missing. */
export function resolveReferences(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): { readonly value: string; readonly fromFiles: readonly string[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const fromFiles: string[] = [];
  const whole = new RegExp(`^${REFERENCE.source}$`).test(text);
  const isUserInfo = userInfoOf(text);
  let length = 0;
  const value = withReferences(text, (reference, offset) => {
    if (length > MOST_VALUE) return '';
    const found = lookUp(reference, environment);
    if ('problem' in found) {
      problems.push(found.problem);
      return '';
    }
    if (found.file) fromFiles.push(found.value);
    const inserted = !whole && isUserInfo(offset) ? encodeURIComponent(found.value) : found.value;
    length += inserted.length;
    return length > MOST_VALUE ? '' : inserted;
  });
  if (length > MOST_VALUE)
    problems.push(`its references stand for more than ${String(MOST_VALUE / 1024)} KB.`);
  if (withReferences(text, () => '').includes('${'))
    problems.push('a reference begins with ${ and has no }.');
  return { value, fromFiles, problems };
}

/** Up to the last brace only: behind it the search for one would begin anew at each dollar. */
function withReferences(text: string, change: (reference: string, offset: number) => string): string {
  const end = text.lastIndexOf('}') + 1;
  const replaced = text
    .slice(0, end)
    .replaceAll(REFERENCE, (_match, reference: string, offset: number) => change(reference, offset));
  return replaced + text.slice(end);
}

type Found = { readonly value: string; readonly file: boolean } | { readonly problem: string };

function lookUp(reference: string, environment: Readonly<Record<string, string | undefined>>): Found {
  if (reference.startsWith('file:')) {
    const path = reference.slice('file:'.length);
    if (path === '') return { problem: NO_REFERENCE };
    const read = readBounded(path, MOST_SECRET_BYTES);
    if ('problem' in read) return { problem: `the file ${path} ${read.problem}.` };
    return { value: read.text.replace(/\r?\n$/, ''), file: true };
  }
  const match = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/.exec(reference);
  const name = match?.[1];
  if (name === undefined) {
    return { problem: NO_REFERENCE };
  }
  const value = environment[name];
  if (value !== undefined && value !== '') return { value, file: false };
  if (match?.[2] !== undefined) return { value: match[2], file: false };
  const set = Object.keys(environment).filter(
    (key) => environment[key] !== undefined && environment[key] !== '',
  );
  return {
    problem: `the environment variable ${name} is ${value === undefined ? 'not set' : 'empty'}.${didYouMean(name, set)}`,
  };
}

/** Inside `user:password@`: what is inserted there is percent-encoded, so that any password works. */
function userInfoOf(text: string): (offset: number) => boolean {
  const start = text.indexOf('://');
  const end = text.lastIndexOf('@');
  return (offset) => start !== -1 && offset > start && offset < end;
}

/** Whether a DSN as written in the file holds a password that is not a reference. */
export function holdsPlainPassword(literal: string): boolean {
  const hidden = withReferences(literal, (reference) => {
    const start = reference.startsWith('file:') ? -1 : reference.indexOf(':-');
    return start === -1 ? '\u0000' : reference.slice(start + 2);
  });
  const written = (part: string): boolean => part.replaceAll('\u0000', '') !== '';
  const userInfo = /^[a-z0-9+.-]+:\/\/(.*)@/is.exec(hidden)?.[1];
  const colon = userInfo?.indexOf(':') ?? -1;
  if (userInfo !== undefined && colon !== -1 && written(userInfo.slice(colon + 1))) return true;
  const query = [
    ...hidden.matchAll(/(?:^|[?&;\s])[a-z_]*(?:password|passwd|pwd|token|secret)\s*=\s*([^&;\s]*)/gi),
  ];
  return query.some(([, value = '']) => written(value));
}

/** A secret value and the parts of it that must not appear alone: the password of a URL, raw and decoded. */
export function secretParts(value: string): readonly string[] {
  // A scheme alone is none, and it stands in every example.
  const parts = /^[a-z]+:\/*$/i.test(value) ? [] : [value];
  if (URL.canParse(value)) {
    const url = new URL(value);
    const passwords = [
      url.password,
      url.searchParams.get('password') ?? '',
      url.searchParams.get('sslpassword') ?? '',
    ];
    for (const password of passwords.filter((text) => text.length >= SHORTEST_PASSWORD)) {
      parts.push(password, decoded(password));
    }
  }
  return parts;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

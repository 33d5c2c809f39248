import { unicodeEscaped } from './control-text.ts';

/** One way in which a secret may be written. */
export interface Spelling {
  readonly text: string;
  /** Part of a base64 text: all of that text goes, since its other characters hold the rest of the secret. */
  readonly inBase64: boolean;
}

/** Fewer characters of base64 or hexadecimal digits are found in hashes by chance. */
const SHORTEST_BASE64 = 5;
const SHORTEST_HEX = 12;

/**
 * What becomes of a secret in URLs, JSON, HTML, mail and base64, at each of the three places where base64 may begin.
 * A mail server's URL also yields what its AUTH commands send. Only secrets of at least `shortest` characters.
 */
export function spellingsOf(secret: string, shortest: number): readonly Spelling[] {
  if (secret.length < shortest) return [];
  const credentials = credentialsOf(secret);
  // The password of a URL is a secret of its own, in every spelling.
  const text =
    credentials === null
      ? asText(secret)
      : [secret, encodeURIComponent(secret), secret.replaceAll('/', '\\/')];
  const base64 = credentials === null ? inBase64(secret) : ofCredentials(credentials, shortest);
  return [
    ...text.map((found) => ({ text: found, inBase64: false })),
    ...base64.map((found) => ({ text: found, inBase64: true })),
  ].filter((spelling) => spelling.text.length >= Math.min(shortest, secret.length));
}

function asText(secret: string): readonly string[] {
  const digits = Buffer.from(secret).toString('hex');
  const inHex = digits.length < SHORTEST_HEX ? [] : inBothCases(digits);
  const escaped =
    digits.length < SHORTEST_HEX
      ? []
      : ['%', '\\x'].flatMap((mark) => inBothCases(digits).map((hex) => hex.replace(/../g, `${mark}$&`)));
  const ascii = escaped.concat(inHex, inBothCasesOfEscapes(strictUrl(secret)));
  if (/^\w+$/.test(secret)) return [secret, ...ascii];
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  return [
    ...[secret, url, encodeURIComponent(url), encodeURI(secret), url.replaceAll('%20', '+')],
    ...[json, JSON.stringify(json).slice(1, -1), json.replaceAll('/', '\\/')],
    ...ESCAPED_IN_JSON.map((characters) => unicodeEscaped(json, characters)),
    // Blanks are taken out where a text is read over its breaks.
    secret.replaceAll(/\s/g, ''),
    ...[html(secret, '&#39;', '='), html(secret, '&#x27;', '&#x3D;')],
    // Quoted-printable, and the xtext of SMTP parameters.
    ...[byteEscaped(secret, /[^ -<>-~]/g, '='), byteEscaped(secret, /[^!-*,-<>-~]/g, '+')],
  ]
    .flatMap(inBothCasesOfEscapes)
    .concat(ascii);
}

/** What writers of JSON escape beyond what they must: nothing in ASCII, for HTML, for both, for scripts. */
const ESCAPED_IN_JSON = [/[^ -~]/g, /[&<>]/g, /[^ -~]|[&<>]/g, /[^ -~]|[&<>'+=`]/g];
const ESCAPES = /%(?:25)*[0-9a-f]{2}|\\u[0-9a-f]{4}|[=+][0-9A-F]{2}/gi;

/** Hexadecimal digits of escapes in either case; the rest of the secret as it is. */
function inBothCasesOfEscapes(text: string): readonly string[] {
  if (!/[%\\=+]/.test(text)) return [text];
  const digits = (change: (found: string) => string): string =>
    text.replace(ESCAPES, (found) => found.replace(/[0-9a-f]{2,}/gi, change));
  return [text, digits((found) => found.toUpperCase()), digits((found) => found.toLowerCase())];
}

function inBothCases(hex: string): readonly string[] {
  return [hex, hex.toUpperCase()];
}

function strictUrl(secret: string): string {
  return encodeURIComponent(secret).replace(/[!'()*~_.-]/g, (found) => `%${hexOf(found)}`);
}

function html(secret: string, apostrophe: string, equals: string): string {
  const named: Readonly<Record<string, string>> = {
    ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '`': equals === '=' ? '`' : '&#x60;' },
    ...{ "'": apostrophe, '=': equals },
  };
  return secret.replace(/[&<>"'`=]/g, (found) => named[found] ?? found);
}

function byteEscaped(secret: string, escaped: RegExp, mark: string): string {
  return secret.replace(escaped, (found) =>
    [...Buffer.from(found)]
      .map((byte) => `${mark}${byte.toString(16).padStart(2, '0').toUpperCase()}`)
      .join(''),
  );
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}

/** A DSN or a document in base64 holds the secret as a URL or JSON writes it. */
function inBase64(secret: string): readonly string[] {
  const written = new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  return [...written].flatMap((text) => asBase64(Buffer.from(text)));
}

/** The characters of base64 that depend on these bytes alone, when 0, 1 or 2 bytes stand before them. */
function asBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    const core = all
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, Math.floor((all.length * 8) / 6));
    if (core.length < SHORTEST_BASE64) return [];
    if (!/[+/]/.test(core)) return [core];
    const forUrls = core.replaceAll('+', '-').replaceAll('/', '_');
    return [core, forUrls, encodeURIComponent(core), core.replaceAll('/', '\\/')].flatMap(
      inBothCasesOfEscapes,
    );
  });
}

interface Credentials {
  readonly user: string;
  readonly password: string;
  readonly isMail: boolean;
}

function credentialsOf(secret: string): Credentials | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(secret) || !URL.canParse(secret)) return null;
  const { protocol, username, password } = new URL(secret);
  if (username === '' || password === '') return null;
  return { user: decoded(username), password: decoded(password), isMail: /^smtps?:$/.test(protocol) };
}

/** AUTH PLAIN sends `\0user\0password` in base64, AUTH LOGIN and CRAM-MD5 begin with the user. */
function ofCredentials({ user, password, isMail }: Credentials, shortest: number): readonly string[] {
  const whole = [`\0${user}\0${password}`, `${user}\0${user}\0${password}`, `${user}:${password}`];
  const named = isMail && user.length >= shortest ? [user] : [];
  return [...whole, ...named].flatMap((text) => asBase64(Buffer.from(text)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

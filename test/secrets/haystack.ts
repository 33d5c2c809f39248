/** Everything that a run left somewhere, by the place where it was found. */
export type Sinks = ReadonlyMap<string, string>;

/** Where a secret was found: `sink (spelling)`. */
export function findings(sinks: Sinks, secrets: Readonly<Record<string, string>>): readonly string[] {
  return [...sinks].flatMap(([sink, text]) => {
    const joined = withoutBreaks(text);
    return Object.entries(secrets).flatMap(([name, secret]) =>
      Object.entries(spellingsOf(secret))
        .filter(([, spelling]) => text.includes(spelling) || joined.includes(spelling))
        .map(([spelling]) => `${name} in ${sink} (${spelling})`),
    );
  });
}

/** As it is, as URLs, JSON and HTML write it, and what base64 makes of it at each of its three places. */
export function spellingsOf(secret: string): Readonly<Record<string, string>> {
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('=', '&#x3D;');
  return {
    raw: secret,
    url: encodeURIComponent(secret),
    html,
    'base64 at 0': inBase64(secret, 0),
    'base64 at 1': inBase64(secret, 1),
    'base64 at 2': inBase64(secret, 2),
  };
}

/** The characters of base64 that depend on the secret alone when `before` bytes stand before it. */
function inBase64(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const from = before === 0 ? 0 : before + 1;
  return bytes.toString('base64').slice(from, Math.floor((bytes.length * 8) / 6));
}

/** Soft line breaks of mails, wrapped lines, soft hyphens and zero-width spaces taken out. */
function withoutBreaks(text: string): string {
  return text.replaceAll(/=\r?\n|\s|\u00AD|\u200B|&shy;|<wbr\s*\/?>/g, '');
}

/** A mail's parts as a reader's program shows them, beside the mail as it came. */
export function decodedMail(raw: string): string {
  const parts = raw.split(/\r?\n--/).map((part) => {
    const [head = '', ...rest] = part.split(/\r?\n\r?\n/);
    const body = rest.join('\n\n');
    if (/content-transfer-encoding:\s*base64/i.test(head))
      return Buffer.from(body, 'base64').toString('latin1');
    if (/content-transfer-encoding:\s*quoted-printable/i.test(head))
      return body
        .replaceAll(/=\r?\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return body;
  });
  return [raw, ...parts].join('\n');
}

/** A message of Temporal's API as text, payloads decoded. */
export function decodedHistory(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(decodedHistory).join('\n');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([key, item]) => `${key}: ${decodedHistory(item)}`)
      .join('\n');
  return String(value);
}

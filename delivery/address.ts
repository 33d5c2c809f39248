const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const DOMAIN = `${LABEL}(?:\\.${LABEL})*`;
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${DOMAIN}$`);
const WHOLE_DOMAIN = new RegExp(`^${DOMAIN}$`);
const MAX_NAME = 80;

/** One plain ASCII mailbox without display name, quotes, comments or routes: no two parsers can differ on it. */
export function isAddress(value: string): boolean {
  return value.length <= 254 && value.indexOf('@') <= 64 && ADDRESS.test(value);
}

/** Whether a text can stand after the @ of an address or of a Message-ID. */
export function isDomain(value: string): boolean {
  return value.length <= 253 && WHOLE_DOMAIN.test(value);
}

/** Whether the envelope may go to this address: a mailbox that the configuration lists. An empty list allows nobody. */
export function isAllowed(address: string, allowed: readonly string[]): boolean {
  return (
    isAddress(address) && allowed.some((listed) => withoutDomainCase(listed) === withoutDomainCase(address))
  );
}

/** A domain has no case; a local part may have one, so that a mail goes out as it was written. */
function withoutDomainCase(address: string): string {
  return address.replace(/@[^@]*$/, (domain) => domain.toLowerCase());
}

/** Each mailbox once, as it was written first: no server tells two apart by the case of their local parts. */
export function distinctMailboxes(addresses: readonly string[]): readonly string[] {
  const first = new Map<string, string>();
  for (const address of addresses) {
    const mailbox = address.toLowerCase();
    if (!first.has(mailbox)) first.set(mailbox, withoutDomainCase(address));
  }
  return [...first.values()];
}

/** What is wrong with a mailbox, as the end of a sentence that begins with its key; null when nothing is. */
export function addressProblem(value: string, example: string, written = value): string | null {
  if (isAddress(value)) return null;
  const hint = isAscii(value)
    ? ''
    : ' Only ASCII addresses can be used; write a domain of another script as xn--....';
  return `is "${written}". Expected an address such as ${example}.${hint}`;
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}

/**
 * `audit@example.test`, `Production audit <audit@example.test>` or `"Production audit" <audit@example.test>`, or what is
 * wrong with it, as the end of a sentence that begins with its key. Configuration and sending both ask here, so that
 * what the one accepts the other can send.
 */
export function readSender(from: string): { readonly sender: Sender } | { readonly problem: string } {
  const text = from.trim();
  const match = /^([^<>]*)<([^<>]*)>$/.exec(text);
  const address = match ? (match[2] ?? '') : text;
  const problem = addressProblem(address, 'audit@example.test', from);
  if (problem !== null) return { problem };
  const name = displayName((match?.[1] ?? '').trim());
  if (name === null) {
    return {
      problem: `is ${JSON.stringify(from)}. Write its name without quotes and line breaks, or all of it in quotes: "Production audit" <${address}>.`,
    };
  }
  if (name.length > MAX_NAME)
    return {
      problem: `has a name of ${String(name.length)} characters. At most ${String(MAX_NAME)} are possible.`,
    };
  return { sender: { name, address } };
}

/** The sender of a configuration that was accepted. Throws when it is none, before anything is connected. */
export function parseSender(from: string): Sender {
  const read = readSender(from);
  if ('sender' in read) return read.sender;
  throw new Error(`The sender ${read.problem}`);
}

/** The name as people read it: without the quotes that RFC 5322 puts around it; null when it is malformed. */
function displayName(text: string): string | null {
  if (/\p{Cc}/u.test(text)) return null;
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1').trim();
  return text.includes('"') ? null : text;
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const ADDRESS = new RegExp(`^${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`);

/** One plain ASCII mailbox without display name, quotes, comments or routes: no two parsers can differ on it. */
export function isAddress(value: string): boolean {
  return value.length <= 254 && value.indexOf('@') <= 64 && ADDRESS.test(value);
}

/** Whether the envelope may go to this address: exactly one that the configuration lists. An empty list allows nobody. */
export function isAllowed(address: string, allowed: readonly string[]): boolean {
  return isAddress(address) && allowed.includes(address);
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** `Production audit <audit@example.test>` or a bare address. Throws when neither, before anything is connected. */
export function parseSender(from: string): Sender {
  const match = /^([^<>"\r\n]{0,80})<([^<>]+)>$/.exec(from.trim());
  const sender = match
    ? { name: (match[1] ?? '').trim(), address: match[2] ?? '' }
    : { name: '', address: from.trim() };
  if (isAddress(sender.address)) return sender;
  throw new Error(
    `The sender ${JSON.stringify(from)} is not an address; write "Production audit <audit@example.test>".`,
  );
}

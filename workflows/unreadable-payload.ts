const JSON_PLAIN = 'json/plain';
const LONGEST = 40;

/** Stands for a payload that could not be read. */
export class UnreadablePayload {
  /** What its sender called it; empty when it did not. */
  readonly encoding: string;

  constructor(encoding: Uint8Array | null | undefined) {
    this.encoding = String.fromCharCode(...(encoding ?? []).slice(0, LONGEST));
  }
}

/** What is wrong with the form of an input, whatever it holds; null when it is a value of JSON or nothing. */
export function formProblem(input: unknown, example: string): string | null {
  if (ArrayBuffer.isView(input)) return asJson('binary/plain', example);
  if (!(input instanceof UnreadablePayload)) return null;
  if (input.encoding === JSON_PLAIN)
    return `The input is not JSON; it must be one JSON object, such as ${example}, or {}.`;
  return asJson(input.encoding, example);
}

function asJson(encoding: string, example: string): string {
  const what = encoding === '' ? 'has no encoding' : `has the encoding ${JSON.stringify(encoding)}`;
  return `The input ${what}; send it as "${JSON_PLAIN}" (in the Web UI's form: Encoding), one JSON object, such as ${example}, or {}.`;
}

/** A workflow reads one input: what a second says would be ignored. */
export function surplusProblem(more: readonly unknown[], example: string): string | null {
  if (more.length === 0) return null;
  return `There are ${String(more.length + 1)} inputs, and a run reads one; put all of it into one JSON object, such as ${example}.`;
}

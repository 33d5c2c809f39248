import { quoteIdentifier } from './sql-text.ts';

/** Types whose values are ASCII however they are spelled. */
const ASCII_TYPES: ReadonlySet<number> = new Set([
  16, 20, 21, 23, 26, 700, 701, 1082, 1083, 1114, 1184, 1186, 1700, 2950,
]);
/** Server encodings that every reader of the web knows, by the name of the server. */
const LABELS: Readonly<Record<string, string>> = {
  EUC_JP: 'euc-jp',
  EUC_JIS_2004: 'euc-jp',
  EUC_KR: 'euc-kr',
  EUC_CN: 'gbk',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
  WIN866: 'ibm866',
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
};
const REPLACEMENT = '\ufffd';

/** What a server says that has no UTF-8 for a character of a text: the whole statement fails for it. */
export function isUntranslatable(answer: { readonly ok: boolean; readonly code?: string }): boolean {
  return !answer.ok && (answer.code === '22P05' || answer.code === '22021');
}

/** The statement with its texts as their bytes, each behind its encoding and type: the server has nothing to translate. */
export function inBytes(
  sql: string,
  fields: readonly { readonly name: string; readonly dataTypeID: number }[],
): string {
  const columns = fields.map(({ name, dataTypeID: oid }, index) => {
    const column = `x.c${String(index)}`;
    const bytes = `convert_to(getdatabaseencoding() || ':${String(oid)}:' || ${column}::text, getdatabaseencoding())`;
    return `${ASCII_TYPES.has(oid) ? column : bytes} as ${quoteIdentifier(name)}`;
  });
  const names = fields.map((_field, index) => `c${String(index)}`);
  return `select ${columns.join(', ')} from (\n${sql}\n) as x (${names.join(', ')})`;
}

/** The text that was sent so, with the type that it had; U+FFFD stands for what cannot be read. Null: it was not. */
export function textOfBytes(hex: string): { readonly oid: number; readonly text: string } | null {
  const bytes = Buffer.from(hex.slice(2), 'hex');
  const [, head = '', encoding = '', oid = ''] =
    /^(([A-Z0-9_]+):(\d+):)/.exec(bytes.toString('latin1')) ?? [];
  return head === '' ? null : { oid: Number(oid), text: decoded(bytes.subarray(head.length), encoding) };
}

function decoded(bytes: Buffer, encoding: string): string {
  const label =
    LABELS[encoding] ??
    encoding
      .replace(/^WIN(?=\d)/, 'windows-')
      .replaceAll('_', '-')
      .toLowerCase();
  const decoder = decoderOf(label);
  // Of an encoding that nothing here reads, ASCII alone is known.
  if (decoder === null) return bytes.toString('latin1').replaceAll(/[\x80-\xff]+/g, REPLACEMENT);
  // The web reads a byte without a character as a control code.
  return decoder.decode(bytes).replaceAll(/[\x80-\x9f]/g, REPLACEMENT);
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}

import pg from 'pg';
import type { CustomTypesConfig } from 'pg';
import { floatOf, integerOf, isoOfTimestamptz } from '../../audit/postgres-value.ts';
import { textOfBytes } from './encoded-texts.ts';

type Parser = (text: string) => unknown;

const raw: Parser = (text) => text;
const json: Parser = (text) => JSON.parse(text) as unknown;

/** By type oid. Numerics stay strings (money), as do naive timestamps and dates: only their owner knows the zone. */
const PARSERS: Readonly<Record<number, Parser>> = {
  16: (text) => text === 't',
  20: integerOf,
  21: Number,
  23: Number,
  26: Number,
  700: floatOf,
  701: floatOf,
  114: json,
  3802: json,
  1184: isoOfTimestamptz,
};

/** Arrays that pg's own parsers turn into arrays of strings, numbers or booleans without loss. */
const SAFE_ARRAYS: ReadonlySet<number> = new Set([1000, 1005, 1007, 1009, 1015]);

const BYTEA = 17;
const defaults = new pg.TypeOverrides();

/** The driver's defaults would give Dates in the local zone and lose microseconds; these values are those of evidence. */
export const evidenceTypes: CustomTypesConfig = {
  getTypeParser: (oid: number): Parser => (oid === BYTEA ? parseBytes : parserOf(oid)),
};

function parserOf(oid: number): Parser {
  const parser = PARSERS[oid];
  if (parser) return parser;
  // The driver's types say that a parser takes the oid; it takes the text.
  return SAFE_ARRAYS.has(oid) ? (defaults.getTypeParser(oid) as unknown as Parser) : raw;
}

/** Texts that were sent as their bytes are what they would have been. */
function parseBytes(hex: string): unknown {
  const sent = textOfBytes(hex);
  return sent === null ? hex : parserOf(sent.oid)(sent.text);
}

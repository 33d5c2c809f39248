import { constants } from 'node:os';
import { errorMessage } from '../audit/error-message.ts';

/** Node gives a name to some errors of the system and a number to others, among them a used-up quota and a stale mount. */
const NUMBERED = /Unknown system error -(\d+)/g;
/** Of Linux, and in no list of Node's. */
const MORE: Readonly<Record<number, string>> = { 117: 'EUCLEAN', 121: 'EREMOTEIO' };
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, number]) => [number, name]),
);

/** The code of an error of the driver or of the system, by its name. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown =
    error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? named(code) : undefined;
}

/** The words of an error of the system, its code by its name. */
export function systemWords(error: unknown): string {
  return named(errorMessage(error)).replace(/^(E[A-Z]+): \1\b/, '$1');
}

function named(text: string): string {
  return text.replace(NUMBERED, (unnamed, digits: string) => {
    const number = Number(digits);
    return MORE[number] ?? NAMES.get(number) ?? unnamed;
  });
}

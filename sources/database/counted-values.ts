import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { NUMBER_LIMIT } from './column-plan.ts';

/** What is longer is counted as so much. */
const MOST = 2_000_000_000;
/** Numbers of up to so many digits are read as such, and sums of them are exact; others are rare. */
const DIGITS = 9;
const NANO = 10 ** DIGITS;
const EXACT = 2 ** 52;
const DECIMAL = new RegExp(String.raw`^(\d{1,${String(DIGITS)}})\.(\d{1,${String(DIGITS)}})$`);
const [DIGIT_0, DIGIT_9, CLOSE, COMMA] = [48, 57, 125, 44];

/**
 * Counts the numbers of PostgreSQL's lists (`{12,7.5,NULL}`) by the whole number that they round to, halves up, and gives
 * their exact sum; null where there is none. What is negative or no number is none.
 */
export function listCounter(): (list: string, counted: Map<number, number>) => Money | null {
  const count = smallCounts();
  return (list, counted) => {
    let [found, exact, whole, nanos] = [0, ZERO, 0, 0];
    const add = (value: number): void => {
      found += 1;
      count.add(value, counted);
      if (whole > EXACT || nanos > EXACT) settle();
    };
    const settle = (): void => {
      exact = exact.plus(whole).plus(money(nanos).div(NANO));
      [whole, nanos] = [0, 0];
    };
    const addText = (text: string): void => {
      const [, ahead, behind = ''] = DECIMAL.exec(text) ?? [];
      if (ahead !== undefined) {
        whole += Number(ahead);
        nanos += Number(behind.padEnd(DIGITS, '0'));
        add(Number(ahead) + (behind >= '5' ? 1 : 0));
      } else if (text !== '' && Number(text) >= 0 && Number(text) < Number(NUMBER_LIMIT)) {
        exact = exact.plus(text);
        add(Math.min(money(text).plus('0.5').floor().toNumber(), MOST));
      }
    };
    let [start, value, isWhole] = [1, 0, true];
    for (let index = 1; index < list.length; index += 1) {
      const code = list.charCodeAt(index);
      if (code >= DIGIT_0 && code <= DIGIT_9) value = value * 10 + code - DIGIT_0;
      else if (code !== COMMA && code !== CLOSE) isWhole = false;
      else {
        const length = index - start;
        if (isWhole && length > 0 && length <= DIGITS) {
          whole += value;
          add(value);
        } else addText(list.slice(start, index));
        [start, value, isWhole] = [index + 1, 0, true];
      }
    }
    count.end(counted);
    settle();
    return found === 0 ? null : exact;
  };
}

/** Small numbers are counted in an array, which is all zeros again after `end`. */
function smallCounts() {
  const counts = new Uint32Array(65_536);
  const seen: number[] = [];
  return {
    add(value: number, counted: Map<number, number>): void {
      const before = counts[value];
      if (before === undefined) counted.set(value, (counted.get(value) ?? 0) + 1);
      else {
        if (before === 0) seen.push(value);
        counts[value] = before + 1;
      }
    },
    end(counted: Map<number, number>): void {
      for (const value of seen.splice(0)) {
        counted.set(value, (counted.get(value) ?? 0) + (counts[value] ?? 0));
        counts[value] = 0;
      }
    },
  };
}

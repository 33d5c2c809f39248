/** Down, so that 8.0 really means at least 8.0; the epsilon undoes binary noise only. */
export function floorToTenth(value: number): number {
  return Math.floor(value * 10 + 1e-9) / 10;
}

/** To three decimals, as scores are printed: what follows from printed numbers is what they follow from. */
export function floorToThousandth(value: number): number {
  return Math.floor(value * 1000 + 1e-6) / 1000;
}

/** `97.7 %`: rounded down, so that 100.0 % is said of nothing less. */
export function coverageWords(percent: number): string {
  return `${floorToTenth(percent).toFixed(1)} %`;
}

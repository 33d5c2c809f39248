/** What is wrong with the archive, and what to do. */
export interface Problem {
  readonly what: string;
  readonly todo: string;
}

export const RESTORE = 'Restore the store from a backup, and compare with the heads that mails printed.';

export function problem(what: string, todo: string = RESTORE): Problem {
  return { what, todo };
}

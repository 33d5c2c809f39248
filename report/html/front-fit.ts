/** How much of its texts the first page shows: numbers of characters, and of items of a list. */
export interface FrontFit {
  /** `close` and `closest` set the rows nearer to each other. */
  readonly className: string;
  readonly about: number;
  readonly lead: number;
  readonly why: number;
  readonly scope: number;
  readonly reason: number;
  readonly losses: number;
  readonly action: number;
  readonly detail: number;
  readonly changes: number;
  readonly change: number;
  readonly green: number;
  readonly condition: number;
}

const ROOMY: FrontFit = {
  className: '',
  about: 170,
  lead: 260,
  why: 220,
  scope: 260,
  reason: 90,
  losses: 3,
  action: 260,
  detail: 130,
  changes: 2,
  change: 90,
  green: 4,
  condition: 260,
};

/** On the screen no page ends; only a text that nobody would read is cut. */
export const SCREEN_FIT: FrontFit = {
  ...ROOMY,
  about: 400,
  lead: 600,
  why: 600,
  scope: 600,
  reason: 200,
  action: 400,
  detail: 400,
  change: 300,
  condition: 400,
};

/**
 * On paper the first page holds everything that an executive reads, its contents too. The first of these with which it
 * fits one page is taken; what is left out is said, with the page where all of it stands.
 */
export const PAPER_FITS: readonly FrontFit[] = [
  ROOMY,
  { ...ROOMY, className: 'close', losses: 2, action: 180, detail: 60, change: 60, green: 3 },
  // What to do is the last that is cut: half of it may be the wrong thing to do.
  {
    ...ROOMY,
    className: 'close',
    why: 160,
    scope: 235,
    reason: 60,
    losses: 2,
    action: 200,
    detail: 60,
    change: 50,
    green: 2,
  },
  {
    ...ROOMY,
    className: 'close',
    lead: 200,
    why: 150,
    scope: 190,
    reason: 44,
    losses: 2,
    action: 200,
    detail: 52,
    changes: 1,
    change: 50,
    green: 1,
  },
  {
    ...ROOMY,
    className: 'close',
    about: 110,
    lead: 170,
    why: 110,
    scope: 190,
    reason: 44,
    losses: 2,
    action: 110,
    detail: 60,
    change: 40,
    green: 1,
    condition: 130,
  },
  {
    className: 'closest',
    about: 110,
    lead: 170,
    why: 100,
    scope: 190,
    reason: 44,
    losses: 2,
    action: 80,
    detail: 55,
    changes: 1,
    change: 36,
    green: 2,
    condition: 90,
  },
];

/** Of the ways of `reshapings`: what rightly passes with nothing found, by name, each with why. */
export const HARMLESS_RESHAPINGS: readonly (readonly [change: RegExp, why: string])[] = [
  [
    / (with blanks|with a blank after half|as char)$/,
    'blanks around a name are no part of it: it is read without them',
  ],
  [
    / (as a float|as a time without a zone)$/,
    'the shortest text of a float is the number that was meant, and times without a zone are those of the configured one',
  ],
  [
    /^(balances\.(free|used|unrealized_pnl|equity)|limits\.value|positions\.(leverage|funding)) as a whole number$/,
    'a part of one unit, of numbers that are thousands of it or have none',
  ],
  [
    /^balances\.(free|used) swapped with|^balances\.(free|used|equity) x0\.001$/,
    'what is free and in use is in no number; it is compared with the total where the two ever added up (DQ-06)',
  ],
  [
    /^(balances|states|prices) again a second later|^(events|signals) again under another id/,
    'what is told twice is as it was: a state, a balance and a price say the same, and no event is fewer',
  ],
  [
    /^orders again under another id for one$/,
    'a stop that was cancelled, twice: it protected what the first one did',
  ],
  [
    /^positions\.exit_price swapped with (current_price|stop_loss_price)$|^orders\.price swapped with average_price$/,
    'they are within the 2 % of a slippage of each other: a bot may keep the price that it asked for',
  ],
  [
    /^orders\.(created_at swapped with venue_at|filled_at swapped with triggered_at)$/,
    'less than a second apart, within what two clocks may differ',
  ],
  [
    /^positions\.margin_mode with a blank within half$/,
    'only the exchange knows it, and it is compared where its state is read',
  ],
  [/^positions\.leverage x0\.001$/, 'the leverage of what is held against all of the account may be below 1'],
  [/^heartbeats all times -5 minutes$/, 'silent for five minutes at its end, which is what a service may be'],
  [
    /^instruments (twice|all times)|^instruments\.(symbol (NULL|constant)|contract constant|contract_size (NULL|0|of the row before|constant))$/,
    'a unit of each in the demo is one of its base, which is what is taken where results confirm it; none of its rows has a time',
  ],
  [
    /^orders\.reduce_only swapped with close_on_trigger$/,
    'what closes a position on its trigger opens none, as what only reduces',
  ],
  [/^positions\.exit_reason with a blank within half$/, 'a word is read whatever stands between its letters'],
  [
    /^prices (without bybit|with rows)|^prices\.(at|price) NULL( for half)?$|^prices\.price swapped with (high|low)$/,
    'as without prices, or within the spread of a minute: what is held is valued at its entry, and the report says so',
  ],
  [
    /^states all times (-?5 minutes|1 hour)$/,
    'what each switch last said stays the same, in the window or before it',
  ],
];

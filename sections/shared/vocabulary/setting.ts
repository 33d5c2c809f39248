import { z } from 'zod';

/** A number of the policy with its default: `agedH: setting(12, 'AG-01: …', z.number().positive())`. */
export function setting(value: number, description: string, type = z.number()): z.ZodDefault<z.ZodNumber> {
  return type.default(value).describe(description);
}

/** Settings of one range: `const positive = settingIn(z.number().positive())`. */
export const settingIn =
  (range: z.ZodNumber) =>
  (value: number, description: string): z.ZodDefault<z.ZodNumber> =>
    setting(value, description, range);

export const positive = settingIn(z.number().positive());
export const notNegative = settingIn(z.number().min(0));
export const percent = settingIn(z.number().min(0).max(100));
export const integer = settingIn(z.number().int());
/** How many cases there must be. */
export const sample = settingIn(z.number().int().positive());

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

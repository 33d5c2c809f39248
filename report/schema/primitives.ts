import { z } from 'zod';

/** ISO 8601 with zone. */
export const instant = z.string().meta({ id: 'Instant', description: 'ISO 8601 UTC.' });
export const hash = z.string().meta({ id: 'Hash', description: 'Hex SHA-256.' });
export const scalar = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .meta({ id: 'Scalar', description: 'Money and quantities are decimal strings; times are ISO 8601 UTC.' });
export const window = z
  .strictObject({ from: instant, to: instant })
  .meta({ id: 'Window', description: 'Half-open, UTC.' });
export const labels = z.record(z.string(), z.string());

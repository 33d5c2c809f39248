import { z } from 'zod';
import { PRESET_NAMES } from '../audit/policy-presets.ts';
import type { PolicyPart } from '../audit/registry.ts';
import { FILE_SHAPE } from './schema.ts';

/** Any value may be a reference instead, so editors must accept one where a number or a word is expected. */
const REFERENCE = { type: 'string', pattern: '^\\$\\{[^}]+\\}$' } as const;

/** JSON Schema (draft 2020-12) of audit.config.yaml, for editors: descriptions and defaults, policy included. */
export function configJsonSchema(sections: readonly PolicyPart[]): Readonly<Record<string, unknown>> {
  const policy = z
    .strictObject({
      preset: z
        .enum(PRESET_NAMES)
        .default('standard')
        .describe(
          'The thresholds to start from; those written beside it win. `paper` is for testnets and paper accounts.',
        ),
      ...Object.fromEntries(sections.map(({ id, settings, title }) => [id, described(settings, title)])),
    })
    .optional()
    .describe('Thresholds of the sections and of the scores; Appendix B of each report prints those in use.');
  const schema = z.toJSONSchema(z.strictObject({ ...FILE_SHAPE, policy }), {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const { type } = jsonSchema;
      // The loader refuses keys that no section reads, also where a section's own schema would drop them.
      if (jsonSchema.properties !== undefined) jsonSchema.additionalProperties ??= false;
      const isWord = jsonSchema.enum !== undefined;
      if (type !== 'number' && type !== 'integer' && type !== 'boolean' && !isWord) return;
      const { description, default: fallback, ...strict } = { ...jsonSchema };
      for (const key of Object.keys(jsonSchema)) Reflect.deleteProperty(jsonSchema, key);
      Object.assign(jsonSchema, {
        ...(description !== undefined && { description }),
        ...(fallback !== undefined && { default: fallback }),
        anyOf: [strict, REFERENCE],
      });
    },
  });
  return { ...schema, title: 'audit.config.yaml of production-audit' };
}

function described(settings: z.ZodType, title: string | undefined): z.ZodType {
  const optional = settings.optional();
  return title === undefined ? optional : optional.describe(`Thresholds of "${title}".`);
}

/** The published file's text. */
export function configJsonSchemaText(sections: readonly PolicyPart[]): string {
  return `${JSON.stringify(configJsonSchema(sections), null, 2)}\n`;
}

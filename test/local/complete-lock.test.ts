import { describe, test, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingOptionalPackages } from '../../local/complete-lock.ts';
import { CLONE } from '../../local/paths.ts';

describe('the lock file', () => {
  test('holds the packages of every platform, without which npm ci refuses it: node local/complete-lock.ts', () => {
    const lock = JSON.parse(readFileSync(join(CLONE, 'package-lock.json'), 'utf8')) as { packages: object };
    expect(Object.keys(missingOptionalPackages({ packages: { ...lock.packages } }))).toEqual([]);
  });

  test('lacks what is named and neither hoisted nor nested', () => {
    const missing = missingOptionalPackages({
      packages: {
        'node_modules/a': {
          dev: true,
          optionalDependencies: { 'a-darwin-arm64': '1.2.3', 'a-linux-x64': '1.2.3' },
        },
        'node_modules/a/node_modules/a-linux-x64': { version: '1.2.3' },
        'node_modules/b/node_modules/c': { optionalDependencies: { hoisted: '1.0.0' } },
        'node_modules/hoisted': { version: '1.0.0' },
      },
    });
    expect(missing).toEqual({
      'node_modules/a-darwin-arm64': {
        version: '1.2.3',
        dev: true,
        optional: true,
        cpu: ['arm64'],
        os: ['darwin'],
      },
    });
  });
});

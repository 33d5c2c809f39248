import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CLONE } from '../../local/paths.ts';

const read = (name: string): string => readFileSync(join(CLONE, name), 'utf8');
const program = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};
const lock = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, { readonly integrity?: string; readonly optional?: boolean }>>;
};

test('nothing runs at installation, and every package is pinned to its bytes', () => {
  expect(read('.npmrc')).toContain('ignore-scripts=true');
  expect(
    Object.keys(program.scripts).filter((name) => /^(?:pre|post)?(?:install|prepare|publish)/.test(name)),
  ).toEqual([]);
  for (const [name, version] of Object.entries({ ...program.dependencies, ...program.devDependencies }))
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)]);
  // Of another platform's optional packages a registry may have told the version alone.
  const loose = Object.entries(lock.packages).filter(
    ([name, { integrity = '', optional }]) =>
      name !== '' && optional !== true && !integrity.startsWith('sha512-'),
  );
  expect(loose).toEqual([]);
});

test('no package of an exchange is there, and no setting takes an exchange’s key', () => {
  const names = Object.keys(lock.packages).map((name) => name.replace(/^.*node_modules\//, ''));
  expect(
    names.filter((name) => /ccxt|binance|bybit|okx|kraken|coinbase|alpaca|ethers|web3/i.test(name)),
  ).toEqual([]);
  const schema = read('docs/audit.config.schema.json');
  expect(schema).toContain('"exchanges"');
  expect(schema.match(/"(?:api_?key|api_?secret|passphrase|private_?key)"/gi)).toBeNull();
});

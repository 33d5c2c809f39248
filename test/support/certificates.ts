import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** A certificate for these host names and addresses, for servers and clients alike. */
  issue(names: readonly string[], validity?: Validity): Certificate;
}

/** Times as certificates write them: YYMMDDhhmmssZ. */
export interface Validity {
  readonly from: string;
  readonly until: string;
}

/** As long as dates without a century allow. */
const ALWAYS: Validity = { from: '200101000000Z', until: '491231235959Z' };

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const ALTERNATIVE_NAMES = '2.5.29.17';

/** An authority of the test's own: nobody trusts it, and it is the same without openssl on the machine. */
export function createAuthority(name: string): Authority {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = { subject: name, publicKey: keys.publicKey, issuer: name, issuerKey: keys.privateKey };
  return {
    certificate: certificate({ ...own, extensions: [[BASIC_CONSTRAINTS, sequence(tlv(0x01, [0xff]))]] }),
    key: pem(keys.privateKey),
    issue(names, validity = ALWAYS) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const subject = names[0] ?? name;
      const extensions = [[ALTERNATIVE_NAMES, sequence(...names.map(alternativeName))]] as const;
      const issued = { ...own, subject, publicKey, extensions, validity };
      return { certificate: certificate(issued), key: pem(privateKey) };
    },
  };
}

/** A certificate for these names that nobody but itself vouches for. */
export function selfSigned(names: readonly string[]): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = names[0] ?? 'self';
  const extensions = [[ALTERNATIVE_NAMES, sequence(...names.map(alternativeName))]] as const;
  const own = { subject, issuer: subject, issuerKey: privateKey, publicKey, extensions };
  return { certificate: certificate(own), key: pem(privateKey) };
}

interface Contents {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly extensions: readonly (readonly [identifier: string, value: Buffer])[];
  readonly validity?: Validity;
}

/** X.509 version 3 (RFC 5280). */
function certificate({
  subject,
  publicKey,
  issuer,
  issuerKey,
  extensions,
  validity = ALWAYS,
}: Contents): string {
  const algorithm = sequence(objectIdentifier(ECDSA_SHA256));
  const signed = sequence(
    tlv(0xa0, tlv(0x02, [2])),
    tlv(0x02, [1, ...randomBytes(8)]),
    algorithm,
    commonName(issuer),
    sequence(tlv(0x17, Buffer.from(validity.from)), tlv(0x17, Buffer.from(validity.until))),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        ...extensions.map(([identifier, value]) =>
          sequence(objectIdentifier(identifier), tlv(0x01, [0xff]), tlv(0x04, value)),
        ),
      ),
    ),
  );
  const signature = sign(
    'sha256',
    signed,
    createPrivateKey(issuerKey.export({ type: 'pkcs8', format: 'pem' })),
  );
  const der = sequence(signed, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function commonName(name: string): Buffer {
  return sequence(tlv(0x31, sequence(objectIdentifier(COMMON_NAME), tlv(0x0c, Buffer.from(name)))));
}

function alternativeName(name: string): Buffer {
  return isIP(name) === 4 ? tlv(0x87, name.split('.').map(Number)) : tlv(0x82, Buffer.from(name));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, [first * 40 + second, ...rest.flatMap(base128)]);
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function tlv(tag: number, value: Buffer | readonly number[]): Buffer {
  const body = Buffer.from(value);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

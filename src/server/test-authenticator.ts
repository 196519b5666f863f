import { createHash, createSign, generateKeyPairSync } from 'node:crypto';

/** A passkey's device in software (WebAuthn, ES256, no attestation), for tests. */
export interface TestAuthenticator {
  /** Answers the options of a registration. */
  register(options: { challenge: string }): unknown;
  /** Answers the options of a sign-in. */
  sign(options: { challenge: string }): unknown;
}

/** User present, user verified; and: the credential's data follows. */
const PRESENT = 0x05;
const WITH_CREDENTIAL = 0x45;

/** A device with one passkey for a server of this name and origin. */
export function testAuthenticator(server: { name: string; origin: string }): TestAuthenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = createHash('sha256').update(x).digest();
  const rawId = id.toString('base64url');
  let counter = 0;
  const data = (flags: number, rest: Buffer) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(++counter);
    return Buffer.concat([createHash('sha256').update(server.name).digest(), Buffer.of(flags), count, rest]);
  };
  const said = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: server.origin, crossOrigin: false }));
  const answer = (response: object) => ({ id: rawId, rawId, type: 'public-key', response, clientExtensionResults: {} });
  return {
    register: ({ challenge }) => {
      const key = coseKey(Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url'));
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, key]);
      return answer({
        clientDataJSON: said('webauthn.create', challenge).toString('base64url'),
        attestationObject: withoutAttestation(data(WITH_CREDENTIAL, credential)).toString('base64url'),
        transports: ['internal'],
      });
    },
    sign: ({ challenge }) => {
      const client = said('webauthn.get', challenge);
      const authenticatorData = data(PRESENT, Buffer.alloc(0));
      const signed = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()]);
      return answer({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(privateKey).toString('base64url'),
      });
    },
  };
}

/** A P-256 key in COSE (RFC 9053): { 1: 2, 3: -7, -1: 1, -2: x, -3: y } in CBOR. */
function coseKey(x: Buffer, y: Buffer): Buffer {
  const bytes = (content: Buffer) => Buffer.concat([Buffer.of(0x58, content.length), content]);
  return Buffer.concat([Buffer.of(0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21), bytes(x), Buffer.of(0x22), bytes(y)]);
}

/** { fmt: 'none', attStmt: {}, authData } in CBOR. */
function withoutAttestation(authData: Buffer): Buffer {
  const text = (content: string) => Buffer.concat([Buffer.of(0x60 + content.length), Buffer.from(content)]);
  const length = Buffer.of(0x59, authData.length >> 8, authData.length & 0xff);
  const parts = [text('fmt'), text('none'), text('attStmt'), Buffer.of(0xa0), text('authData'), length, authData];
  return Buffer.concat([Buffer.of(0xa3), ...parts]);
}

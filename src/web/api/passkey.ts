import { call } from '../world.ts';
import { ApiError, failure } from './client.ts';
import { signInCall } from './me.ts';

/** Signs in by a passkey of this browser or a phone. */
export async function signInByPasskey(): Promise<void> {
  const options = await signInCall<PublicKeyCredentialRequestOptionsJSON>('/passkey/generate-authenticate-options');
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const response = await chosen(navigator.credentials.get({ publicKey }));
  await signInCall('/passkey/verify-authentication', { response });
}

/** Makes a passkey for whoever is signed in. */
export async function addPasskey(name: string): Promise<void> {
  const options = await signInCall<PublicKeyCredentialCreationOptionsJSON>('/passkey/generate-register-options');
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const response = await chosen(navigator.credentials.create({ publicKey }));
  await signInCall('/passkey/verify-registration', { response, name });
}

/** The passkeys of whoever is signed in. */
export async function listPasskeys(): Promise<{ id: string; name?: string; createdAt: string }[]> {
  const response = await call('/api/auth/passkey/list-user-passkeys');
  if (!response.ok) throw await failure(response);
  return (await response.json()) as { id: string; name?: string; createdAt: string }[];
}

/** What the person chose, ready to be sent; a dialog they closed is told as an error of the page. */
async function chosen(asked: Promise<Credential | null>): Promise<unknown> {
  const credential = await asked.catch((error: Error) => {
    throw new ApiError(400, 'passkey', error.message);
  });
  return (credential as PublicKeyCredential | null)?.toJSON();
}

import { hmacSha256, open, seal } from '../lib/crypto.ts';
import {
  type AlertSetting,
  alertedWorkspaces,
  readAlertSetting,
  readAlerts,
  saveAlertSetting,
  saveAlerts,
} from '../store/alerts.ts';
import { type Alert, alertChanges, type Trouble } from './alert-changes.ts';
import type { Installation } from './installation.ts';
import { statusOf } from './routes/status.ts';

const SECRET_BYTES = 24;
const WEBHOOK_MILLISECONDS = 15_000;

/** One message to whoever is told. */
export interface AlertMessage {
  stands: Alert[];
  recovered: Alert[];
}

/** Looks at every workspace that tells somebody, and tells what is new. One that cannot be told is tried again next time. */
export async function tendAlerts(installation: Installation): Promise<void> {
  const { db, log } = installation;
  for (const { workspace, name } of await alertedWorkspaces(db)) {
    await tend(installation, workspace, name).catch((error: unknown) => {
      log.warn('an alert could not be sent', { workspace: name, reason: (error as Error).message });
    });
  }
}

/** Whom a workspace tells, its secret opened. A webhook that is new gets a secret of its own. */
export async function changeAlertSetting(
  installation: Installation,
  workspace: string,
  { emails, webhook }: { emails: string[]; webhook: string | null },
): Promise<void> {
  const { db, key, random } = installation;
  const before = await readAlertSetting(db, workspace);
  const kept = before?.webhook === webhook ? before.secret : null;
  const secret = webhook === null ? null : (kept ?? sealed(random.secret(SECRET_BYTES)));
  await saveAlertSetting(db, workspace, { emails, webhook, secret });

  function sealed(text: string): Buffer {
    return Buffer.from(seal(text, key, alertContext(workspace), random), 'utf8');
  }
}

/** The secret that messages to the webhook are signed with; null: there is no webhook. */
export async function alertSecret({ db, key }: Installation, workspace: string): Promise<string | null> {
  const setting = await readAlertSetting(db, workspace);
  return setting?.secret ? open(Buffer.from(setting.secret).toString('utf8'), key, alertContext(workspace)) : null;
}

/** Tells a message by mail and webhook. Throws where either does not take it. */
export async function tell(
  installation: Installation,
  workspace: string,
  name: string,
  message: AlertMessage,
): Promise<void> {
  const setting = await readAlertSetting(installation.db, workspace);
  if (!setting) return;
  const outcomes = await Promise.allSettled([
    mail(installation, name, setting, message),
    call(installation, workspace, name, setting, message),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

async function tend(installation: Installation, workspace: string, name: string): Promise<void> {
  const { db, clock } = installation;
  const setting = await readAlertSetting(db, workspace);
  const known = (await readAlerts(db, workspace)) as Alert[];
  const now = clock.now();
  const { next, tell: due } = alertChanges(
    known,
    await troublesOf(installation, workspace),
    now,
    setting?.toldAt ?? null,
  );
  const some = due.stands.length + due.recovered.length > 0;
  // Told first: what cannot be told is tried again, and nobody minds hearing of a trouble twice.
  if (some) await tell(installation, workspace, name, due);
  await saveAlerts(db, workspace, next, some ? now : null);
}

/** What needs a person in a workspace just now. */
async function troublesOf(installation: Installation, workspace: string): Promise<Trouble[]> {
  const { syncs, accounts } = await statusOf(installation, workspace);
  const ofSyncs = syncs.flatMap(({ sync, state, counts, paused, reason }): Trouble[] => {
    const subject = `sync ${sync}`;
    const found: Trouble[] = [];
    if (state === 'paused' && paused) {
      const detail = `it would ${paused.brake} more records than its brake allows: look at its plan, then approve or discard it`;
      found.push({ subject, kind: 'paused', level: 1, detail });
    }
    if (state === 'refused') found.push({ subject, kind: 'stopped', level: 1, detail: reason ?? 'it cannot run' });
    if (counts.failing > 0 && state !== 'off') {
      const detail = `${counts.failing} records fail: Health says why, and what mends them`;
      found.push({ subject, kind: 'failing', level: String(counts.failing).length, detail });
    }
    return found;
  });
  const ofAccounts = accounts.map(
    ({ account, state, trouble }): Trouble => ({
      subject: `account ${account}`,
      kind: state === 'unreachable' ? 'unreachable' : 'reconnect-needed',
      level: 1,
      detail: trouble,
    }),
  );
  return [...ofAccounts, ...ofSyncs];
}

async function mail(
  { mail, url }: Installation,
  name: string,
  { emails }: AlertSetting,
  { stands, recovered }: AlertMessage,
): Promise<void> {
  if (emails.length === 0) return;
  if (!mail) throw new Error('no mail server is set: start Syncline with SYNCLINE_SMTP_URL');
  const [first] = [...stands, ...recovered];
  const more = stands.length + recovered.length - 1;
  const state = stands.length > 0 ? wordOf(first?.kind) : 'recovered';
  const subject = `Syncline ${name}: ${first?.subject ?? 'a test'} ${state}${more > 0 ? ` (and ${more} more)` : ''}`;
  const lines = [
    ...stands.map((alert) => `${alert.subject} ${wordOf(alert.kind)}: ${alert.detail}`),
    ...recovered.map((alert) => `${alert.subject}: recovered (${wordOf(alert.kind)})`),
    ...(url === null ? [] : ['', url]),
  ];
  await mail.send({ to: emails, subject, text: `${lines.join('\n')}\n` });
}

function wordOf(kind: Alert['kind'] | undefined): string {
  const words = {
    failing: 'has failing records',
    paused: 'is paused',
    'reconnect-needed': 'must be connected again',
    unreachable: 'cannot be reached',
    stopped: 'cannot run',
  };
  return kind ? words[kind] : 'works';
}

/** A webhook gets `{ workspace, stands, recovered }`, signed: HMAC-SHA-256 of `<time>.<body>` in hex. */
async function call(
  installation: Installation,
  workspace: string,
  name: string,
  { webhook }: AlertSetting,
  { stands, recovered }: AlertMessage,
): Promise<void> {
  if (webhook === null) return;
  const { outside, clock } = installation;
  const shown = ({ subject, kind, detail, since }: Alert) => ({
    subject,
    kind,
    detail,
    since: new Date(since).toISOString(),
  });
  const body = JSON.stringify({ workspace: name, stands: stands.map(shown), recovered: recovered.map(shown) });
  const time = String(Math.floor(clock.now() / 1000));
  const secret = (await alertSecret(installation, workspace)) ?? '';
  const headers = {
    'content-type': 'application/json',
    'syncline-time': time,
    'syncline-signature': hmacSha256(secret, `${time}.${body}`, 'hex'),
  };
  const reply = await outside.http.request({
    method: 'POST',
    url: webhook,
    headers,
    body,
    timeoutMilliseconds: WEBHOOK_MILLISECONDS,
  });
  if (reply.status >= 300) throw new Error(`the webhook answered ${reply.status}`);
}

/** Where a workspace's signing secret belongs, for sealing it. */
export function alertContext(workspace: string): string {
  return `alerts of workspace ${workspace}`;
}

import type { Db, Sql } from './db.ts';

/** Whom a workspace tells. */
export interface AlertSetting {
  emails: string[];
  webhook: string | null;
  /** What messages to the webhook are signed with, sealed. */
  secret: Uint8Array | null;
  /** When something was told last, in milliseconds. */
  toldAt: number | null;
}

/** An alert row; its kind is the server's business. */
export interface AlertRow {
  subject: string;
  kind: string;
  level: number;
  detail: string;
  since: number;
  told: number | null;
  goneAt: number | null;
}

/** Whom a workspace tells; null: nobody was named. */
export async function readAlertSetting(sql: Sql, workspace: string): Promise<AlertSetting | null> {
  const [row] = await sql.rows<AlertSetting>(
    'select emails, webhook, secret, told_at as "toldAt" from alert_setting where workspace = $1',
    [workspace],
  );
  return row ?? null;
}

/** Workspaces that tell somebody. */
export async function alertedWorkspaces(sql: Sql): Promise<{ workspace: string; name: string }[]> {
  const rows = await sql.rows<{ workspace: number; name: string }>(
    `select s.workspace, w.key as name from alert_setting s join workspace w on w.id = s.workspace
     where cardinality(s.emails) > 0 or s.webhook is not null`,
  );
  return rows.map(({ workspace, name }) => ({ workspace: String(workspace), name }));
}

/** Stores whom a workspace tells. */
export async function saveAlertSetting(
  sql: Sql,
  workspace: string,
  { emails, webhook, secret }: Omit<AlertSetting, 'toldAt'>,
): Promise<void> {
  await sql.rows(
    `insert into alert_setting (workspace, emails, webhook, secret) values ($1, $2, $3, $4)
     on conflict (workspace) do update set emails = excluded.emails, webhook = excluded.webhook, secret = excluded.secret`,
    [workspace, emails, webhook, secret],
  );
}

/** The troubles of a workspace as they are remembered. */
export async function readAlerts(sql: Sql, workspace: string): Promise<AlertRow[]> {
  return sql.rows<AlertRow>(
    `select subject, kind, level, detail, since, told, gone_at as "goneAt" from alert where workspace = $1 order by since, subject`,
    [workspace],
  );
}

/** Remembers the troubles of a workspace in the place of those known; with `told`, that it was told of them now. */
export async function saveAlerts(db: Db, workspace: string, alerts: AlertRow[], told: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.rows('delete from alert where workspace = $1', [workspace]);
    await tx.rows(
      `insert into alert (workspace, subject, kind, level, detail, since, told, gone_at)
       select $1, * from unnest($2::text[], $3::text[], $4::integer[], $5::text[], $6::bigint[], $7::integer[], $8::bigint[])`,
      [
        workspace,
        alerts.map(({ subject }) => subject),
        alerts.map(({ kind }) => kind),
        alerts.map(({ level }) => level),
        alerts.map(({ detail }) => detail),
        alerts.map(({ since }) => since),
        alerts.map(({ told: level }) => level),
        alerts.map(({ goneAt }) => goneAt),
      ],
    );
    if (told !== null) await tx.rows('update alert_setting set told_at = $2 where workspace = $1', [workspace, told]);
  });
}

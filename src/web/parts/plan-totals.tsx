import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanChoice } from '../api/plans.ts';
import type { Sync } from '../api/syncs.ts';
import { type Form, useForm } from '../i18n/form.ts';
import { useProblemWords } from './problem-words.ts';
import { serverWords } from './server-words.ts';
import { SideEnd } from './two-sides.tsx';

type Totals = NonNullable<Plan['totals']>;
type Side = 'a' | 'b';

/** What is written on each side, and what is not and why. Every number is a link to its records. */
export function PlanTotals({ sync, totals }: { sync: Sync; totals: Totals }) {
  const { t } = useTranslation();
  const form = useForm();
  const lines = (['create', 'update', 'archive', 'delete', 'skipped', 'failing'] as const).filter(
    (line) => totals.a[line] + totals.b[line] > 0 || line === 'create' || line === 'update',
  );
  const end = (side: Side) => ({
    app: sync.ends[side].app,
    name: sync.ends[side].appLabel,
    note: sync.ends[side].account,
  });
  return (
    <section aria-label={t('plan.totals')} style={{ marginBottom: 32 }}>
      <table className="totals">
        <thead>
          <tr>
            <td />
            {(['a', 'b'] as const).map((side) => (
              <th key={side} scope="col">
                <SideEnd side={end(side)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line}>
              <th scope="row">{t(`plan.line.${line}`)}</th>
              {(['a', 'b'] as const).map((side) => (
                <td key={side}>
                  <Count n={totals[side][line]} choice={choiceOf(line, side)} form={form} />
                  {line === 'update' && totals[side].fields > 0 ? (
                    <Text span size="xs" c="dimmed">
                      {' '}
                      {t('plan.fields', { count: totals[side].fields, n: form.number(totals[side].fields) })}
                    </Text>
                  ) : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Rest sync={sync} totals={totals} form={form} />
    </section>
  );
}

function choiceOf(line: string, side: Side): PlanChoice {
  if (line === 'skipped' || line === 'failing') return { outcome: line, side };
  return { op: line as PlanChoice['op'], side };
}

function Count({ n, choice, form }: { n: number; choice: PlanChoice; form: Form }) {
  if (n === 0)
    return (
      <Text span c="dimmed">
        —
      </Text>
    );
  return (
    <Anchor component={Link} to="." search={choice as never} fw={600}>
      {form.number(n)}
    </Anchor>
  );
}

function Rest({ sync, totals, form }: { sync: Sync; totals: Totals; form: Form }) {
  const { t } = useTranslation();
  const { link, unchanged, waiting, conflicts, seconds, calls } = totals;
  const n = (value: number) => form.number(value);
  const told = { a: sync.ends.a.appLabel, b: sync.ends.b.appLabel };
  const facts = [
    [
      conflicts.records,
      t('plan.conflicts', {
        count: conflicts.records,
        n: n(conflicts.records),
        winsA: n(conflicts.a),
        winsB: n(conflicts.b),
        filled: n(conflicts.filled),
        ...told,
      }),
      { conflicts: 'only' },
    ],
    [link, t('plan.link', { count: link, n: n(link) }), { outcome: 'link' }],
    [waiting, t('plan.waiting', { count: waiting, n: n(waiting) }), { outcome: 'waiting' }],
  ] as const;
  return (
    <>
      <ul className="facts">
        {facts.flatMap(([count, text, choice]) =>
          count > 0
            ? [
                <li key={text}>
                  <Anchor component={Link} to="." search={choice as never}>
                    {text}
                  </Anchor>
                </li>,
              ]
            : [],
        )}
        {unchanged > 0 ? <li>{t('plan.unchanged', { count: unchanged, n: n(unchanged) })}</li> : null}
        <NotWritten sync={sync} totals={totals} form={form} />
      </ul>
      <Text size="sm" c="dimmed">
        {[
          t('plan.time', { time: form.duration(seconds) }),
          ...Object.entries(calls).map(([account, cost]) => callsOf(account, cost, form, t)),
        ].join(' · ')}
      </Text>
    </>
  );
}

/** What fails and what is skipped, by the reason. */
function NotWritten({ sync, totals: { problems, skipped }, form }: { sync: Sync; totals: Totals; form: Form }) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  return (
    <>
      {Object.entries(problems).map(([category, count]) => (
        <li key={category}>
          <Anchor component={Link} to="." search={{ outcome: 'failing' } as never}>
            {t('plan.fails', { n: form.number(count), why: wordsOf(category, [sync.ends]).title })}
          </Anchor>
        </li>
      ))}
      {Object.entries(skipped).map(([why, count]) => (
        <li key={why}>
          <Anchor component={Link} to="." search={{ outcome: 'skipped' } as never}>
            {t('plan.skips', { n: form.number(count), why: serverWords(t, why) })}
          </Anchor>
        </li>
      ))}
    </>
  );
}

function callsOf(
  account: string,
  { calls, dailyShare }: { calls: number; dailyShare: number | null },
  form: Form,
  t: TFunction,
): string {
  const told = t('plan.calls', { count: calls, n: form.number(calls), account });
  return dailyShare === null ? told : `${told} (${t('plan.ofToday', { share: form.share(dailyShare, 1) })})`;
}

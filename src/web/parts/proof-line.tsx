import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { proofQuery } from '../api/trends.ts';
import { useForm } from '../i18n/form.ts';
import { Ago } from './ago.tsx';

/** That the records are the same, in figures: the share of fields that are equal, when that was read, the slowest change. */
export function ProofLine() {
  const { t } = useTranslation();
  const form = useForm();
  const { data: proof } = useQuery(proofQuery);
  if (!proof || proof.share === null) return null;
  const { share, fields, records, checkedAt, slowestSeconds } = proof;
  return (
    <Text mb="md">
      <strong>{t('health.proof.equal', { share: form.share(downTo(share)) })}</strong>{' '}
      <Text span c="dimmed" size="sm">
        {t('health.proof.sample', { count: records, n: form.number(records), fields: form.number(fields) })}
        {checkedAt ? (
          <>
            {' · '}
            {t('health.proof.checked')} <Ago at={checkedAt} />
          </>
        ) : null}
        {slowestSeconds === null ? '' : ` · ${t('health.proof.slowest', { lag: form.duration(slowestSeconds) })}`}
      </Text>
    </Text>
  );
}

/** Cut, not rounded, to hundredths of a percent: 100 % means every one. */
function downTo(share: number): number {
  return Math.floor(share * 10_000) / 10_000;
}

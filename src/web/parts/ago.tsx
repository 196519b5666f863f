import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useForm } from '../i18n/form.ts';
import { now, repeatEvery } from '../world.ts';

/** How often relative times are told anew, in milliseconds. */
const REFRESH_MILLISECONDS = 15_000;

/** A moment as people say it, with the exact one on hover; `—` where there is none. */
export function Ago({ at }: { at: string | null | undefined }) {
  const form = useForm();
  const [moment, setMoment] = useState(now);
  useEffect(() => repeatEvery(REFRESH_MILLISECONDS, () => setMoment(now())), []);
  if (!at) return <span>—</span>;
  return (
    <Tooltip label={form.exact(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {form.relative(at, Math.max(moment, Math.min(Date.parse(at), moment)))}
      </time>
    </Tooltip>
  );
}

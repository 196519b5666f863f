import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useForm } from '../i18n/form.ts';
import { now, repeatEvery } from '../world.ts';

/** How often relative times are told anew, in milliseconds. */
const REFRESH_MILLISECONDS = 15_000;

/**
 * A moment as people say it, with the exact one on hover; `—` where there is none. `ahead`: it may lie in the future; else
 * it never does, however the clocks of browser and server differ.
 */
export function Ago({ at, ahead }: { at: string | null | undefined; ahead?: true }) {
  const form = useForm();
  const [moment, setMoment] = useState(now);
  useEffect(() => repeatEvery(REFRESH_MILLISECONDS, () => setMoment(now())), []);
  if (!at) return <span>—</span>;
  return (
    <Tooltip label={form.exact(at)}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {form.relative(at, ahead ? moment : Math.max(moment, Date.parse(at)))}
      </time>
    </Tooltip>
  );
}

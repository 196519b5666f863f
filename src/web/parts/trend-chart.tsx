import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Span, type Trend, trendQuery } from '../api/trends.ts';
import { useForm } from '../i18n/form.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';

/** Changes per hour of the last day (or per six hours of the week), those that failed on top, and how long they took. */
export function TrendSection() {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>('24h');
  const trend = useQuery(trendQuery(span));
  return (
    <Section
      title={t('health.trend.title')}
      action={
        <SegmentedControl
          size="xs"
          aria-label={t('health.trend.span')}
          value={span}
          onChange={(chosen) => setSpan(chosen as Span)}
          data={[
            { value: '24h', label: t('health.trend.day') },
            { value: '7d', label: t('health.trend.week') },
          ]}
        />
      }
    >
      <Loaded query={trend}>{(found) => <Chart trend={found} />}</Loaded>
    </Section>
  );
}

function Chart({ trend }: { trend: Trend }) {
  return (
    <figure className="tile trend">
      <Sums trend={trend} />
      <Bars trend={trend} />
      <TrendTable trend={trend} />
    </figure>
  );
}

/** What the colours stand for, with the sums; the lag beside them. */
function Sums({ trend: { points } }: { trend: Trend }) {
  const { t } = useTranslation();
  const form = useForm();
  const writes = points.reduce((sum, point) => sum + point.writes, 0);
  const failures = points.reduce((sum, point) => sum + point.failures, 0);
  const newest = points.findLast(({ p50Seconds }) => p50Seconds !== null);
  return (
    <figcaption className="trend-sums">
      <span className="state trend-writes">
        <i aria-hidden />
        {t('health.trend.writes', { count: writes, n: form.number(writes) })}
      </span>
      <span className="state trend-failures">
        <i aria-hidden />
        {t('health.trend.failures', { count: failures, n: form.number(failures) })}
      </span>
      {newest?.p50Seconds != null && newest.p95Seconds !== null ? (
        <span className="trend-lag">
          {t('health.trend.lag', { p50: form.duration(newest.p50Seconds), p95: form.duration(newest.p95Seconds) })}
        </span>
      ) : null}
    </figcaption>
  );
}

/** The drawing's own units; it is stretched to the width there is. */
const WIDTH = 720;
const HEIGHT = 140;
/** Between two bars, of a bar's place. */
const GAP_SHARE = 0.25;
/** What happened once is still seen beside what happened thousands of times. */
const LEAST_HEIGHT = 3;

function Bars({ trend: { points } }: { trend: Trend }) {
  const form = useForm();
  const most = Math.max(1, ...points.map(({ writes, failures }) => writes + failures));
  const place = WIDTH / points.length;
  const tall = (count: number) => (count === 0 ? 0 : Math.max(LEAST_HEIGHT, (count / most) * (HEIGHT - LEAST_HEIGHT)));
  const first = points[0]?.at;
  const last = points.at(-1)?.at;
  return (
    <div aria-hidden>
      <div className="trend-scale">{form.number(most)}</div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="trend-bars" role="presentation">
        <line x1={0} x2={WIDTH} y1={0.5} y2={0.5} className="trend-line" />
        {points.map(({ at, writes, failures }, index) => {
          const bar = { x: (index + GAP_SHARE / 2) * place, width: place * (1 - GAP_SHARE) };
          const failed = tall(failures);
          const written = Math.min(tall(writes), HEIGHT - failed);
          return (
            <g key={at}>
              <title>{`${form.exact(at)}: ${form.number(writes)} / ${form.number(failures)}`}</title>
              <rect {...bar} y={HEIGHT - written} height={written} className="trend-bar-writes" />
              <rect {...bar} y={HEIGHT - written - failed} height={failed} className="trend-bar-failures" />
            </g>
          );
        })}
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="trend-line" />
      </svg>
      <div className="trend-scale trend-ends">
        <span>{first ? form.moment(first) : ''}</span>
        <span>{last ? form.moment(last) : ''}</span>
      </div>
    </div>
  );
}

/** The same in words, for those who do not see the drawing. */
function TrendTable({ trend: { points } }: { trend: Trend }) {
  const { t } = useTranslation();
  const form = useForm();
  return (
    <div className="visually-hidden">
      <table>
        <caption>{t('health.trend.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('health.trend.from')}</th>
            <th scope="col">{t('health.trend.changes')}</th>
            <th scope="col">{t('health.trend.failed')}</th>
            <th scope="col">{t('health.trend.median')}</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ at, writes, failures, p50Seconds }) => (
            <tr key={at}>
              <th scope="row">{form.moment(at)}</th>
              <td>{form.number(writes)}</td>
              <td>{form.number(failures)}</td>
              <td>{p50Seconds === null ? '—' : form.duration(p50Seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { Button, Group, Stepper, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { checkQuery } from '../api/wizard.ts';
import { Page, RowsSkeleton } from '../parts/page.tsx';
import { serverWords } from '../parts/server-words.ts';
import type { Draft, Settings } from './draft.ts';
import { useKeptDraft } from './kept-draft.ts';
import { ObjectStep } from './object-step.tsx';
import { Sentence } from './sentence.tsx';

// What the first step does not need is loaded with the step that does.
const LimitStep = lazy(() => import('./limit-step.tsx').then((part) => ({ default: part.LimitStep })));
const ReviewStep = lazy(() => import('./review-step.tsx').then((part) => ({ default: part.ReviewStep })));
const ConfigureStep = lazy(() => import('./configure-step.tsx').then((part) => ({ default: part.ConfigureStep })));

/** The steps, in their order; each stands in the address. */
const steps = ['object', 'configure', 'limit', 'review'] as const;

/** A step of the wizard. */
export type Step = (typeof steps)[number];

/** What every step gets. */
export interface StepProps {
  draft: Draft;
  change(settings: Partial<Settings>): void;
}

/** Object → Configure → Limit → Review, with the whole choice in words at the right. Nothing is written anywhere. */
export function Wizard(props: {
  title: string;
  initial: Draft;
  /** A sync that is there already: its key and objects stay. */
  existing: 'no' | 'yes';
  step: Step;
  /** `instead`: the way back does not lead to the step that was there. */
  goTo(step: Step, how?: 'instead'): void;
  back: { to: string; label: string };
}) {
  const { t } = useTranslation();
  const { title, initial, existing, goTo, back } = props;
  const { draft, setDraft, changed } = useKeptDraft(existing === 'yes' ? `edit-${initial.key}` : 'new', initial);
  const ready = isReady(draft);
  // A later step in the address of a wizard that begins anew (a reload, an old link) has nothing to stand on.
  const step = ready === 'yes' ? props.step : 'object';
  useEffect(() => {
    if (props.step !== step) goTo(step, 'instead');
  }, [props.step, step, goTo]);
  const at = steps.indexOf(step);
  const change = (settings: Partial<Settings>) =>
    setDraft((before) => ({ ...before, settings: { ...before.settings, ...settings } }));
  const parts: Record<Step, ReactNode> = {
    object: <ObjectStep draft={draft} change={change} existing={existing} onDraft={setDraft} />,
    configure: <ConfigureStep draft={draft} change={change} />,
    limit: <LimitStep draft={draft} change={change} />,
    review: (
      <ReviewStep draft={draft} existing={existing} onKey={(key) => setDraft((before) => ({ ...before, key }))} />
    ),
  };
  return (
    <Page
      title={title}
      back={back}
      width="wide"
      action={
        changed === 'yes' ? (
          <Button variant="subtle" color="gray" size="xs" onClick={() => setDraft(initial)}>
            {t(existing === 'yes' ? 'wizard.takeBack' : 'wizard.startOver')}
          </Button>
        ) : null
      }
    >
      <Steps at={at} ready={ready} goTo={goTo} />
      <div className="wizard">
        <Place step={step}>
          <Suspense fallback={<RowsSkeleton />}>{parts[step]}</Suspense>
          <Between at={at} ready={ready} goTo={goTo} />
        </Place>
        <aside className="wizard-words" aria-label={t('wizard.inWords')}>
          {step === 'review' ? null : <Sentence draft={draft} />}
          <Problems draft={draft} />
        </aside>
      </div>
    </Page>
  );
}

function Steps({ at, ready, goTo }: { at: number; ready: 'no' | 'yes'; goTo(step: Step): void }) {
  const { t } = useTranslation();
  const narrow = useMediaQuery('(max-width: 767px)');
  return (
    <Stepper
      active={at}
      onStepClick={(index) => goTo(steps[index] ?? 'object')}
      size="sm"
      iconSize={28}
      mb="xl"
      allowNextStepsSelect={ready === 'yes'}
      aria-label={t('wizard.steps')}
      {...(narrow ? { styles: { stepLabel: { display: 'none' } } } : {})}
    >
      {steps.map((each) => (
        <Stepper.Step key={each} label={t(`wizard.step.${each}`)} aria-label={t(`wizard.step.${each}`)} />
      ))}
    </Stepper>
  );
}

/** A step that was gone to takes the focus, so that the keyboard and screen readers go on at its top. */
function Place({ step, children }: { step: Step; children: ReactNode }) {
  const { t } = useTranslation();
  const place = useRef<HTMLElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step) place.current?.focus();
    before.current = step;
  }, [step]);
  return (
    <section className="wizard-step" ref={place} tabIndex={-1} aria-label={t(`wizard.step.${step}`)}>
      {children}
    </section>
  );
}

function Between({ at, ready, goTo }: { at: number; ready: 'no' | 'yes'; goTo(step: Step): void }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" mt="xl">
      <Button variant="default" disabled={at === 0} onClick={() => goTo(steps[at - 1] ?? 'object')}>
        {t('frame.back')}
      </Button>
      {steps[at] === 'review' ? null : (
        <Button disabled={ready === 'no'} onClick={() => goTo(steps[at + 1] ?? 'review')}>
          {t('frame.next')}
        </Button>
      )}
    </Group>
  );
}

function isReady({ settings: { a, b } }: Draft): 'no' | 'yes' {
  return a.account && a.object && b.account && b.object ? 'yes' : 'no';
}

/** What does not fit, where the draft is held against both apps. */
function Problems({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { data } = useQuery(checkQuery(draft));
  const problems = data?.problems ?? [];
  if (problems.length === 0) return null;
  return (
    <div className="wizard-problems" role="alert">
      <Text size="sm" fw={500}>
        {t('wizard.problems')}
      </Text>
      <ul>
        {problems.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {message.startsWith('a two-way mapping needs a transform')
              ? t('wizard.transform.half')
              : serverWords(t, message)}
          </li>
        ))}
      </ul>
    </div>
  );
}

import { Group, Input, NumberInput, Select } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';

/** A brake as the file has it: a share of linked records such as 10%, a count of records, or off. */
export type Brake = string | number;

/** What a brake is measured in. */
type Measure = 'share' | 'count' | 'off';

const measures: Measure[] = ['share', 'count', 'off'];

/** The largest share that a file may name, in percent. */
export const MOST_PERCENT = 999;

/** A brake, in whichever way it is measured. `counted`: the number to begin from where it becomes a count. */
export function BrakeInput(props: {
  label: string;
  value: Brake;
  usual: string;
  counted: number;
  onChange(value: Brake): void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const { label, value, usual, counted, onChange } = props;
  const measure = measureOf(value);
  const first: Record<Measure, Brake> = { share: usual, count: counted, off: 'off' };
  return (
    <Input.Wrapper label={label} labelProps={{ htmlFor: measure === 'off' ? `${id}-measure` : id }}>
      <Group gap={6} wrap="nowrap">
        {measure === 'off' ? null : (
          <NumberInput
            id={id}
            size="xs"
            w={88}
            min={0}
            {...(measure === 'share' ? { suffix: ' %', max: MOST_PERCENT } : { allowDecimal: false })}
            value={measure === 'share' ? Number.parseFloat(String(value)) : value}
            // An empty place is no brake yet: it stays as it was.
            onChange={(number) => number !== '' && onChange(measure === 'share' ? `${number}%` : Number(number))}
          />
        )}
        <Select
          id={`${id}-measure`}
          size="xs"
          flex="1"
          miw={0}
          allowDeselect={false}
          aria-label={t('syncs.brake.measureOf', { brake: label })}
          data={measures.map((each) => ({ value: each, label: t(`syncs.brake.${each}`) }))}
          value={measure}
          onChange={(chosen) => onChange(first[chosen as Measure])}
        />
      </Group>
    </Input.Wrapper>
  );
}

function measureOf(value: Brake): Measure {
  if (value === 'off') return 'off';
  return typeof value === 'number' ? 'count' : 'share';
}

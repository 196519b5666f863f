import { Modal, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Findable, findable } from './findable.ts';
import { useFocusReturn } from './focus-return.ts';

/** The most lines shown at once. */
const MOST_LINES = 12;

/** ⌘K: syncs, apps, settings by name, and records by whatever is typed. */
export function Finder({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  useFocusReturn();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { data: things = [] } = useQuery(findable(t));
  const lines = linesFor(text.trim(), things, t('frame.find.record', { text: text.trim() }));
  const open = (index: number) => {
    const line = lines[index];
    if (!line) return;
    onClose();
    void navigate({ to: line.to, search: line.search ?? {} } as never);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setChosen((now) => Math.max(0, Math.min(lines.length - 1, now + step)));
    if (event.key === 'Enter') open(chosen);
    if (step) event.preventDefault();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size="lg"
      yOffset="12vh"
      centered={false}
      aria-label={t('frame.find.label')}
    >
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        px="md"
        leftSection={<IconSearch size={18} aria-hidden />}
        placeholder={t('frame.find.label')}
        aria-label={t('frame.find.label')}
        role="combobox"
        aria-expanded
        aria-controls="found"
        aria-activedescendant={`found-${chosen}`}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      <Found text={text} lines={lines} chosen={chosen} onChoose={setChosen} onOpen={open} />
    </Modal>
  );
}

/** What fits by its name, and the records with what was typed. */
function linesFor(typed: string, things: Findable[], recordsLabel: string): Findable[] {
  const fits = ({ label, kind }: Findable) => `${label} ${kind}`.toLowerCase().includes(typed.toLowerCase());
  const records = { label: recordsLabel, kind: '', to: '/records', search: { text: typed } };
  return [...things.filter(fits).slice(0, MOST_LINES), ...(typed ? [records] : [])];
}

function Found(props: {
  text: string;
  lines: Findable[];
  chosen: number;
  onChoose(index: number): void;
  onOpen(index: number): void;
}) {
  const { t } = useTranslation();
  const { text, lines, chosen, onChoose, onOpen } = props;
  return (
    <div
      id="found"
      role="listbox"
      aria-label={t('frame.find.label')}
      style={{ borderTop: '1px solid var(--page-line)', padding: 8 }}
    >
      {lines.length === 0 ? (
        <Text p="sm" c="dimmed">
          {t('frame.find.nothing', { text })}
        </Text>
      ) : null}
      {lines.map(({ label, kind, to }, index) => (
        <UnstyledButton
          key={`${to} ${label}`}
          id={`found-${index}`}
          role="option"
          aria-selected={index === chosen}
          tabIndex={-1}
          className="found"
          onMouseMove={() => onChoose(index)}
          onClick={() => onOpen(index)}
        >
          <span className="clip">{label}</span>
          <Text span size="xs" c="dimmed">
            {kind}
          </Text>
        </UnstyledButton>
      ))}
    </div>
  );
}

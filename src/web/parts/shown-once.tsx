import { Button, Code, CopyButton, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Something that is shown this once, to be copied. */
export function ShownOnce({ label, text }: { label: string; text: string }) {
  const { t } = useTranslation();
  return (
    <div className="tile" role="status" style={{ marginBottom: 16 }}>
      <Text size="sm">{label}</Text>
      <Group wrap="nowrap" mt={4}>
        <Code className="wrap-anywhere">{text}</Code>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-xs" variant="default" style={{ flexShrink: 0 }} onClick={copy}>
              {t(copied ? 'frame.copied' : 'frame.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}

import { Button, Code, CopyButton, Group, ScrollArea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { failure } from '../api/client.ts';
import { call, download } from '../world.ts';
import { ApplyFile } from './apply-file.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './page.tsx';

/** All accounts and syncs as one file: to read, to keep, and to change by. */
export function SettingsFile() {
  const { t } = useTranslation();
  const file = useQuery({ queryKey: ['settings-file'], queryFn: readFile });
  return (
    <>
      <Section title={t('settings.file.now')} about={t('settings.file.nowAbout')}>
        <Loaded query={file}>{(text) => <FileText text={text} />}</Loaded>
      </Section>
      <ApplyFile />
    </>
  );
}

/** The file is text, so the typed client, which reads JSON, is no help. */
async function readFile(): Promise<string> {
  const response = await call('/api/v1/file');
  if (!response.ok) throw await failure(response);
  return response.text();
}

function FileText({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap="xs" mb="sm">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? 'frame.copied' : 'frame.copy')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={() => download('syncline.yaml', text, 'text/yaml')}>
          {t('settings.file.download')}
        </Button>
      </Group>
      <ScrollArea.Autosize
        mah={420}
        viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('settings.file.now') }}
      >
        <Code block>{text}</Code>
      </ScrollArea.Autosize>
    </>
  );
}

import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type OpenQuestion, openQuestion } from './confirm.ts';
import { useFocusReturn } from './focus-return.ts';

/** The dialog of an open question. */
export function Confirmation({ question }: { question: OpenQuestion }) {
  const { t } = useTranslation();
  const { title, consequence, verb, kind = 'danger', act, opener } = question;
  useFocusReturn(opener);
  const agree = () => {
    openQuestion.close();
    act();
  };
  return (
    <Modal
      opened
      onClose={openQuestion.close}
      title={<Text fw={600}>{title}</Text>}
      closeButtonProps={{ 'aria-label': t('frame.close') }}
    >
      <Text size="sm">{consequence}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={openQuestion.close}>
          {t('frame.cancel')}
        </Button>
        <Button {...(kind === 'danger' ? { color: 'red.9' } : {})} onClick={agree}>
          {verb}
        </Button>
      </Group>
    </Modal>
  );
}

import { useTranslation } from 'react-i18next';
import { api, ask } from '../api/client.ts';
import type { RecordDetail } from '../api/records.ts';
import { UndoDialog } from './undo-dialog.tsx';

/** Undoes what was written for a record: all of it, what one run wrote, or one field of that. */
export function RecordUndo(props: { record: RecordDetail; run?: number; field?: string; onClose(): void }) {
  const { t } = useTranslation();
  const { record, run, field, onClose } = props;
  const param = { sync: record.sync, record: record.id };
  const { undo } = api.syncs[':sync'].records[':record'];
  const scope = { ...(run === undefined ? {} : { run }), ...(field === undefined ? {} : { field }) };
  const what = field === undefined ? (run === undefined ? 'undoAllTitle' : 'undoTitle') : 'undoFieldTitle';
  return (
    <UndoDialog
      title={t(`records.${what}`)}
      name={`record ${record.sync} ${record.id} ${run ?? ''} ${field ?? ''}`}
      ends={record.ends}
      look={() => ask(undo.$get({ param, query: scope as never }))}
      act={() => ask(undo.$post({ param, json: scope }))}
      onClose={onClose}
    />
  );
}

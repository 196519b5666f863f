import type { ProblemCategory } from '../model/problem.ts';

/** What a category of problem means to people, and the steps that mend it. The page translates by category. */
export interface ProblemText {
  title: string;
  means: string;
  steps: string[];
  /** What a button may do about it; `none`: it mends itself, or only in the app. */
  remedy: 'retry' | 'recreate' | 'pair' | 'reconnect' | 'settings' | 'none';
}

/** Every category in plain words. */
export const problemTexts: Record<ProblemCategory, ProblemText> = {
  'authorization-lost': {
    title: 'Authorization lost',
    means: 'The app no longer accepts the account that Syncline uses.',
    steps: ['Open the account under Apps and reconnect it.', 'The records are tried again by themselves after that.'],
    remedy: 'reconnect',
  },
  'permission-missing': {
    title: 'Permission missing',
    means: 'The account may not read or write these records.',
    steps: [
      'Give the account the permission in the app, or ask whoever administers it.',
      'Reconnect the account where the app asks for consent again, then retry.',
    ],
    remedy: 'retry',
  },
  'rate-limit': {
    title: 'Rate limit',
    means: 'The app takes no more calls for now.',
    steps: [
      'Nothing to do: Syncline waits and goes on by itself.',
      'Where it stays, raise the limit in the app or sync less often.',
    ],
    remedy: 'none',
  },
  'app-unavailable': {
    title: 'App unavailable',
    means: 'The app did not answer, or answered with a fault of its own.',
    steps: ['Nothing to do: Syncline tries again by itself.', 'Where it stays, look at the status page of the app.'],
    remedy: 'retry',
  },
  'required-missing': {
    title: 'Required field missing',
    means: 'The app wants a value in a field that is empty or not mapped.',
    steps: [
      'Fill the field in the record, or map a field to it in the sync.',
      'A default in a transform gives a value to every record that has none.',
    ],
    remedy: 'settings',
  },
  'invalid-value': {
    title: 'Invalid value',
    means: 'A value does not have the form that the other app wants.',
    steps: [
      'Correct the value in the record; it is tried again as soon as it changes.',
      'Or add a transform to the mapping.',
    ],
    remedy: 'retry',
  },
  'unknown-option': {
    title: 'Unknown option',
    means: 'A choice has no partner in the other app.',
    steps: ['Open the mapping and pair the option, or add the option in the other app.', 'Then retry.'],
    remedy: 'settings',
  },
  'too-long': {
    title: 'Value too long',
    means: 'A text is longer than the field of the other app takes.',
    steps: ['Shorten the text in the record.', 'Or map the field to a longer one, or cut it by a transform.'],
    remedy: 'retry',
  },
  'read-only': {
    title: 'Read-only field',
    means: 'The other app does not let this be changed.',
    steps: ['Let the mapping flow the other way only, or switch it off.', 'Or exclude the record.'],
    remedy: 'settings',
  },
  'duplicate-in-target': {
    title: 'Duplicate in target',
    means: 'The other app already has a record like this one, in sync with another record.',
    steps: ['Merge the two records in the app that has both.', 'Or change the field that they share, then retry.'],
    remedy: 'pair',
  },
  'ambiguous-match': {
    title: 'Ambiguous match',
    means: 'More than one record could be the partner, and Syncline does not guess.',
    steps: [
      'Choose which two belong together, have a new record made, or leave it alone.',
      'A stricter match rule avoids it.',
    ],
    remedy: 'pair',
  },
  'unmapped-stage': {
    title: 'Unmapped stage',
    means: 'The record is in a stage that has no partner in the other app.',
    steps: ['Map the stage in the sync, or move the record to a mapped stage.'],
    remedy: 'settings',
  },
  'association-waiting': {
    title: 'Waiting for association',
    means: 'A record that this one belongs to is not in the other app yet.',
    steps: [
      'Nothing to do: it completes by itself when the other record arrives.',
      'Where it stays, look at the sync of the other object.',
    ],
    remedy: 'none',
  },
  'association-limit': {
    title: 'Association limit',
    means: 'The app takes no more associations of this kind.',
    steps: ['Remove associations in the app, or keep only the primary one in the sync.', 'Then retry.'],
    remedy: 'retry',
  },
  'deleted-in-a': {
    title: 'Deleted in A',
    means: 'The record was deleted in the app of side A and is still there in the other.',
    steps: ['Re-create it from the other app, or unlink it to leave things as they are.'],
    remedy: 'recreate',
  },
  'deleted-in-b': {
    title: 'Deleted in B',
    means: 'The record was deleted in the app of side B and is still there in the other.',
    steps: ['Re-create it from the other app, or unlink it to leave things as they are.'],
    remedy: 'recreate',
  },
  merged: {
    title: 'Merged',
    means: 'The record was merged into another one in its app.',
    steps: ['Merge the partners in the other app as well, or unlink this one.'],
    remedy: 'retry',
  },
  'rejected-by-app': {
    title: "Rejected by the app's own rule",
    means: 'A rule that somebody made in the app refused the change; its own message is shown with the record.',
    steps: ['Change the record so that the rule accepts it, or change the rule in the app.', 'Then retry.'],
    remedy: 'retry',
  },
  'schema-changed': {
    title: 'Schema changed',
    means: 'A field or object that the sync uses was changed or removed in the app.',
    steps: ['Open the sync, mend the mapping that is marked, and save.'],
    remedy: 'settings',
  },
  looping: {
    title: 'Looping',
    means: 'A value was written back and forth several times, so it is left alone for an hour.',
    steps: ['Look for an automation in one of the apps, or another sync, that changes it back.', 'Then retry.'],
    remedy: 'retry',
  },
  unknown: {
    title: 'Unknown',
    means: 'The app refused for a reason that Syncline does not know; its own message is shown with the record.',
    steps: ['Read the message, mend the record in its app, then retry.'],
    remedy: 'retry',
  },
};

/** The text of a category as it is stored: an unknown one reads as unknown. */
export function problemText(category: string): ProblemText {
  return problemTexts[category as ProblemCategory] ?? problemTexts.unknown;
}

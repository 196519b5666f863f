import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/accounts.ts';
import { useForm } from '../i18n/form.ts';

/** An end of a sync, as far as it is to be called by a name. */
export interface NamedEnd {
  app: string;
  account: string;
}

/** Both ends of a sync. */
export type NamedEnds = Record<'a' | 'b', NamedEnd>;

/** What people call an end of a sync: its app, or the account where several of the app are connected. */
export function useEndName(): (end: NamedEnd) => string {
  const { data: accounts = [] } = useQuery(accountsQuery);
  return ({ app, account }) => {
    const own = accounts.filter((each) => each.app === app);
    return own.length === 1 && own[0] ? own[0].appLabel : account;
  };
}

/** A category of problem in words. */
export interface ProblemWords {
  title: string;
  means: string;
  steps: string;
}

/** The words of a category; what was deleted is told by the app that lost it, of each of the syncs. */
export function useProblemWords(): (category: string, syncs: NamedEnds[]) => ProblemWords {
  const { t } = useTranslation();
  const form = useForm();
  const nameOf = useEndName();
  return (category, syncs) => {
    const lost = lostSide(category);
    const app = lost ? form.list([...new Set(syncs.map((ends) => nameOf(ends[lost])))]) : '';
    return {
      title: t(`problem.${category}.title`, { app }),
      means: t(`problem.${category}.means`, { app }),
      steps: t(`problem.${category}.steps`),
    };
  };
}

/** The side that lost the record, where that is the problem. */
export function lostSide(category: string | undefined): 'a' | 'b' | null {
  return category === 'deleted-in-a' ? 'a' : category === 'deleted-in-b' ? 'b' : null;
}
